import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { InputError, Refusal } from "../errors.js";

/** An error as a client may see it. */
export type Problem = { readonly status: number; readonly code: string; readonly title: string; readonly at?: string };

/** Says what went wrong. Messages of unexpected errors stay inside: they might quote a note. */
export function describeProblem(error: FastifyError | InputError | Refusal, request: FastifyRequest): Problem {
  if (error instanceof InputError) return { status: 422, code: error.code, title: error.message, at: error.at };
  if (error instanceof Refusal) return { status: error.status, code: error.code, title: error.message };
  if (error.validation) {
    const first = error.validation[0];
    const extra = (first?.params as { additionalProperty?: string } | undefined)?.additionalProperty;
    const at = `${first?.instancePath ?? ""}${extra === undefined ? "" : `/${extra.slice(0, 40)}`}`;
    const title = `The request does not fit the schema: ${first?.message ?? "unknown reason"}. /docs has the schema.`;
    return { status: 400, code: "request.invalid", title, at: at || "/" };
  }
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    request.log.error({ name: error.name, code: error.code }, "request failed");
    const title = "The engine failed on this request. It was logged without its content.";
    return { status: 500, code: "engine.failed", title };
  }
  if (status === 413)
    return { status, code: "request.too-large", title: "The request is larger than the service takes." };
  if (status === 415) return { status, code: "request.media-type", title: "Send the request as application/json." };
  const title = "The request could not be read. Send JSON that fits the schema at /docs.";
  // The service's own JSON parser and those of its plugins name this error differently.
  const json = error.code === "FST_ERR_CTP_INVALID_JSON_BODY" || (error as Error) instanceof SyntaxError;
  return { status, code: json ? "request.not-json" : "request.refused", title };
}

/** RFC 9457. */
export function sendProblem(reply: FastifyReply, { status, code, title, at }: Problem): FastifyReply {
  return reply
    .status(status)
    .type("application/problem+json")
    .send({ type: "about:blank", title, status, code, ...(at === undefined ? {} : { at }) });
}

/** Answers every error as problem+json. */
export function problems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | InputError | Refusal, request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(reply, describeProblem(error, request)),
  );
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, { status: 404, code: "route.unknown", title: "There is no such route. /docs lists them." }),
  );
}
