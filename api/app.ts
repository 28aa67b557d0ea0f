import Fastify, { type FastifyInstance } from "fastify";
import type { Knowledge } from "../pipeline/knowledge.js";
import { type Models, noModels } from "../pipeline/models.js";
import { LONGEST_NOTE } from "./encounter.js";
import { openapi } from "./plugins/openapi.js";
import { problems } from "./plugins/problems.js";
import { suggestRoute } from "./routes/suggest.js";
import { today } from "./today.js";

export type AppOptions = {
  readonly knowledge: Knowledge;
  readonly models?: Models;
  readonly today?: () => string;
  readonly log?: boolean;
};

/** The service without a port, for the server and for tests. */
export async function buildApp({
  knowledge,
  models = noModels,
  today: day = today,
  log = false,
}: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    // Room for the longest note with every character escaped, and the rest of the request.
    bodyLimit: LONGEST_NOTE * 2,
    // Fastify logs method and address only; bodies hold notes and are never logged.
    logger: log ? { level: process.env.CITECODE_LOG ?? "warn" } : false,
    // Its defaults accept a misspelt field and a number sent as a text.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
  });
  problems(app);
  await openapi(app);
  suggestRoute(app, knowledge, models, day);
  return app;
}
