import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { InputError, Refusal } from "../errors.js";

/** Answers every error as problem+json. Messages of unexpected errors stay inside: they might quote a note. */
export function problems(app: FastifyInstance): void {
  const send = (reply: FastifyReply, status: number, code: string, title: string, at?: string) =>
    reply
      .status(status)
      .type("application/problem+json")
      .send({ type: "about:blank", title, status, code, ...(at === undefined ? {} : { at }) });

  app.setErrorHandler((error: FastifyError | InputError | Refusal, request: FastifyRequest, reply: FastifyReply) => {
    if (error instanceof InputError) return send(reply, 422, error.code, error.message, error.at);
    if (error instanceof Refusal) return send(reply, error.status, error.code, error.message);
    if (error.validation) {
      const first = error.validation[0];
      const extra = (first?.params as { additionalProperty?: string } | undefined)?.additionalProperty;
      const at = `${first?.instancePath ?? ""}${extra === undefined ? "" : `/${extra.slice(0, 40)}`}`;
      return send(
        reply,
        400,
        "request.invalid",
        `The request does not fit the schema: ${first?.message ?? "unknown reason"}. /docs has the schema.`,
        at || "/",
      );
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      request.log.error({ name: error.name, code: error.code }, "request failed");
      return send(reply, 500, "engine.failed", "The engine failed on this request. It was logged without its content.");
    }
    const code =
      status === 413
        ? "request.too-large"
        : status === 415
          ? "request.media-type"
          : error.code === "FST_ERR_CTP_INVALID_JSON_BODY"
            ? "request.not-json"
            : "request.refused";
    const title =
      status === 413
        ? "The request is larger than the service takes."
        : status === 415
          ? "Send the request as application/json."
          : "The request could not be read. Send JSON that fits the schema at /docs.";
    return send(reply, status, code, title);
  });
  app.setNotFoundHandler((_request, reply) =>
    send(reply, 404, "route.unknown", "There is no such route. /docs lists them."),
  );
}
