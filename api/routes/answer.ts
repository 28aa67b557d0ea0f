import type { FastifyReply, FastifyRequest } from "fastify";
import type { Answer, Sent } from "../encounters/once.js";

/** The parts of a request that make it the same request. */
export function sentOf(request: FastifyRequest): Sent {
  const key = request.headers["idempotency-key"];
  return {
    method: request.method,
    url: request.url,
    body: request.body,
    key: typeof key === "string" ? key : undefined,
  };
}

export function give(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.status(answer.status).headers(answer.headers).send(answer.body);
}
