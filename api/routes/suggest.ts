import type { FastifyInstance } from "fastify";
import { toEncounter } from "../encounter.js";
import type { Engine } from "../engine.js";
import { encounterBody, problem, suggestAnswer } from "../schemas/suggest.js";
import type { Permission } from "../security/permissions.js";

/**
 * `POST /v1/suggest`: one encounter in, codes out; nothing is kept.
 * @param permission `public` where only this machine can reach the service
 */
export function suggestRoute(app: FastifyInstance, engine: Engine, permission: Permission, today: () => string): void {
  app.post(
    "/v1/suggest",
    {
      config: { permission },
      schema: {
        summary: "Propose codes for a note",
        tags: ["stateless"],
        body: encounterBody,
        response: {
          200: suggestAnswer,
          400: problem,
          ...(permission === "public" ? {} : { 401: problem, 403: problem }),
          413: problem,
          415: problem,
          422: problem,
          429: problem,
          500: problem,
        },
      },
    },
    async (request) => {
      const { encounter, warnings } = toEncounter(request.body, engine.knowledge, today());
      const { result } = await engine.run(encounter, warnings);
      return { ...result, versions: engine.versionsOn(encounter.date) };
    },
  );
}
