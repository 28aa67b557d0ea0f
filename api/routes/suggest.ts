import type { FastifyInstance } from "fastify";
import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Models } from "../../pipeline/models.js";
import { toEncounter } from "../encounter.js";
import { suggestWith, toResult, versionsOf } from "../result.js";
import { encounterBody, problem, suggestAnswer } from "../schemas/suggest.js";
import { titleOf } from "../titles.js";
import { version } from "../version.js";

/** `POST /v1/suggest`: one encounter in, codes out; nothing is kept. */
export function suggestRoute(app: FastifyInstance, knowledge: Knowledge, models: Models, today: () => string): void {
  const versions = versionsOf(knowledge, models, version());
  app.post(
    "/v1/suggest",
    {
      schema: {
        summary: "Propose codes for a note",
        body: encounterBody,
        response: { 200: suggestAnswer, 400: problem, 413: problem, 415: problem, 422: problem, 500: problem },
      },
    },
    async (request) => {
      const { encounter, warnings } = toEncounter(request.body, knowledge, today());
      const result = toResult(await suggestWith(encounter, knowledge, models), encounter, warnings);
      return {
        ...result,
        suggestions: result.suggestions.map((s) => ({
          ...s,
          title: titleOf({ system: s.system, value: s.code, release: "" }, knowledge),
        })),
        versions,
      };
    },
  );
}
