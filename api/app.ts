import Fastify, { type FastifyInstance } from "fastify";
import type { Knowledge } from "../pipeline/knowledge.js";
import { type Models, noModels } from "../pipeline/models.js";
import { LONGEST_NOTE } from "./encounter.js";
import type { Extract } from "./fhir/attachment.js";
import { type CdsOptions, cdsRoutes } from "./fhir/cds-routes.js";
import { fhirRoutes } from "./fhir/routes.js";
import { openapi } from "./plugins/openapi.js";
import { problems } from "./plugins/problems.js";
import { versionsOf } from "./result.js";
import { suggestRoute } from "./routes/suggest.js";
import { now, today } from "./today.js";
import { version } from "./version.js";

export type AppOptions = {
  readonly knowledge: Knowledge;
  readonly models?: Models;
  readonly today?: () => string;
  /** The instant, for what records when it was made. */
  readonly now?: () => string;
  /** Reads attached documents of FHIR resources; plain text alone without it. */
  readonly extract?: Extract;
  /** Keeps what people did with CDS Hooks cards. */
  readonly onFeedback?: CdsOptions["onFeedback"];
  readonly log?: boolean;
};

/** The service without a port, for the server and for tests. */
export async function buildApp({
  knowledge,
  models = noModels,
  today: day = today,
  now: instant = now,
  extract,
  onFeedback,
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
  const versions = versionsOf(knowledge, models, version());
  const engine = { knowledge, models, versions, today: day, now: instant, extract };
  await app.register((fhir) => fhirRoutes(fhir, engine), { prefix: "/fhir" });
  await app.register((cds) => cdsRoutes(cds, { ...engine, onFeedback }), { prefix: "/cds-services" });
  return app;
}
