import type { FastifyInstance, FastifyReply } from "fastify";
import type { Browser } from "../codesets/browse/index.js";
import type { Permission } from "../security/permissions.js";
import { outcome, parameters, terminologyAnswer } from "./schemas.js";
import { type Asked, askedInBody, askedInQuery, expand, lookup, validateCode } from "./terminology.js";

export type TerminologyOptions = {
  readonly browser: Browser;
  readonly browsing: Permission;
  readonly today: () => string;
  readonly now: () => string;
};

/** `$lookup`, `$validate-code` and `$expand`, each as GET and as POST of Parameters. */
export function terminologyRoutes(
  app: FastifyInstance,
  { browser, browsing: permission, today, now }: TerminologyOptions,
  send: (reply: FastifyReply, status: number, body: object) => FastifyReply,
): void {
  const response = { 200: terminologyAnswer, 400: outcome, 404: outcome, 415: outcome, 422: outcome, 500: outcome };
  const operations: readonly [string, string, (asked: Asked) => object | Promise<object>][] = [
    ["CodeSystem/$lookup", "What a code system says of a code", (asked) => lookup(asked, browser, today())],
    ["CodeSystem/$validate-code", "Whether a code system has a code", (asked) => validateCode(asked, browser, today())],
    ["ValueSet/$expand", "Codes of a system, by words", (asked) => expand(asked, browser, now(), today())],
  ];
  for (const [path, summary, answer] of operations) {
    app.get(
      `/${path}`,
      {
        config: { permission },
        schema: { summary, querystring: { type: "object", additionalProperties: true }, response },
      },
      async (request, reply) => send(reply, 200, await answer(askedInQuery(request.query))),
    );
    app.post(
      `/${path}`,
      { config: { permission }, schema: { summary, body: parameters, response } },
      async (request, reply) => send(reply, 200, await answer(askedInBody(request.body))),
    );
  }
}
