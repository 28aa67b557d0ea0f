import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import type { Browser, Include } from "../codesets/browse/index.js";
import { CodeHits, CodeParams, CodeQuery, CodeSearchQuery, CodeView } from "../schemas/codes.js";
import { refusals } from "../schemas/common.js";
import type { Permission } from "../security/permissions.js";

type Options = { readonly browser: Browser; readonly permission: Permission; readonly today: () => string };

/** Codes to look at: one with all that its release says of it, and a search for who is typing. Nothing is kept. */
export async function codeRoutes(app: FastifyInstance, { browser, permission, today }: Options): Promise<void> {
  app.get<{ Querystring: Static<typeof CodeSearchQuery> }>(
    "/v1/codes",
    {
      config: { permission },
      schema: {
        summary: "Search codes while typing",
        tags: ["codes"],
        querystring: CodeSearchQuery,
        response: { 200: CodeHits, ...refusals(404, 422) },
      },
    },
    async (request) => {
      const { q, system, limit = "20", date = today() } = request.query;
      const { codes, warnings } = await browser.search(q, Number(limit), date, system);
      return { codes, ...(warnings.length > 0 ? { warnings } : {}) };
    },
  );

  app.get<{ Params: Static<typeof CodeParams>; Querystring: Static<typeof CodeQuery> }>(
    "/v1/codes/:system/:code",
    {
      config: { permission },
      schema: {
        summary: "A code with its hierarchy and notes",
        tags: ["codes"],
        params: CodeParams,
        querystring: CodeQuery,
        response: { 200: CodeView, ...refusals(404, 422) },
      },
    },
    async (request) => {
      const { system, code } = request.params;
      const { date = today(), include } = request.query;
      return browser.describe(system, code, date, (include?.split(",") ?? []) as Include[]);
    },
  );
}
