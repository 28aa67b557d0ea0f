import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { InputError, placePart, Refusal } from "../errors.js";
import { outcomeOfError } from "../fhir/outcome.js";

/** How the store refuses a text that it cannot keep. */
const NOT_IN_REPERTOIRE = "22021";

/**
 * What a database says, or the way to it, where it cannot be asked now: connections refused, cut or too many, a server that
 * starts or stops, and work that lost to work beside it. Nothing was kept, and the same request may be sent again.
 */
const UNAVAILABLE = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|08...|57P0[1-3]|53...|40001|40P01|55P03)$/;
const CUT = /^Connection terminated|^timeout exceeded when trying to connect$/;

/** An error as a client may see it. */
export type Problem = { readonly status: number; readonly code: string; readonly title: string; readonly at?: string };

/** Says what went wrong. Messages of unexpected errors stay inside: they might quote a note. */
export function describeProblem(error: FastifyError | InputError | Refusal, request: FastifyRequest): Problem {
  if (error instanceof InputError) return { status: 422, code: error.code, title: error.message, at: error.at };
  if (error instanceof Refusal) return { status: error.status, code: error.code, title: error.message };
  if (error.validation) {
    const first = error.validation[0];
    const extra = (first?.params as { additionalProperty?: string } | undefined)?.additionalProperty;
    const parts = [...(first?.instancePath ?? "").split("/").slice(1), ...(extra === undefined ? [] : [extra])];
    const at = parts.map((part) => `/${placePart(part)}`).join("");
    const title = `The request does not fit the schema: ${first?.message ?? "unknown reason"}. /docs has the schema.`;
    return { status: 400, code: "request.invalid", title, at: at || "/" };
  }
  if ((error.code as string) === NOT_IN_REPERTOIRE) {
    const title = "The request holds a character that no text may hold (U+0000). Take it out.";
    return { status: 400, code: "request.characters", title };
  }
  // A server of this machine that is down has no socket to connect to.
  const connects = (error as NodeJS.ErrnoException).syscall === "connect";
  if (connects || UNAVAILABLE.test(error.code ?? "") || CUT.test(error.message)) {
    request.log.error({ name: error.name, code: error.code }, "the store does not answer");
    const title = "The store cannot be asked at the moment. Nothing was kept; send the request again in a while.";
    return { status: 503, code: "store.unavailable", title };
  }
  const status = error.statusCode ?? 500;
  if (status >= 500) {
    request.log.error({ name: error.name, code: error.code }, "request failed");
    const title = "The engine failed on this request. It was logged without its content.";
    return { status: 500, code: "engine.failed", title };
  }
  if (status === 413)
    return { status, code: "request.too-large", title: "The request is larger than the service takes." };
  if (status === 414)
    return { status, code: "request.address", title: "A part of the address is longer than any that is known." };
  if (status === 415) return { status, code: "request.media-type", title: "Send the request as application/json." };
  const title = "The request could not be read. Send JSON that fits the schema at /docs.";
  // The service's own JSON parser and those of its plugins name this error differently.
  const json = error.code === "FST_ERR_CTP_INVALID_JSON_BODY" || (error as Error) instanceof SyntaxError;
  return { status, code: json ? "request.not-json" : "request.refused", title };
}

/** What of a request and of an error goes into the log: never an address, which may hold words, nor a message. */
export const quiet = {
  req: (request: FastifyRequest) => ({ method: request.method, route: request.routeOptions?.url }),
  err: (error: Partial<FastifyError>) => ({
    type: String(error.name),
    code: error.code,
    message: "left out: it may quote the request",
    stack: "",
  }),
};

/** Answers what no route was looked for: an address that is badly written or too long. */
export function unroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const found = describeProblem(error, request);
  const title = found.status === 400 ? "The address is badly written. Encode what it holds." : found.title;
  if (request.url.startsWith("/fhir/"))
    void reply
      .status(found.status)
      .type("application/fhir+json; charset=utf-8")
      .serializer(JSON.stringify)
      .send(outcomeOfError(found.status, found.code, title));
  else sendProblem(reply, { ...found, title });
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
