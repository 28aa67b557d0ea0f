import cookie from "@fastify/cookie";
import Fastify, { type FastifyInstance } from "fastify";
import type { Knowledge } from "../pipeline/knowledge.js";
import { type Models, noModels } from "../pipeline/models.js";
import { Browser, embeddedSources } from "./codesets/browse/index.js";
import { LONGEST_NOTE } from "./encounter.js";
import { engineOf } from "./engine.js";
import type { Extract } from "./fhir/attachment.js";
import { type CdsOptions, cdsRoutes } from "./fhir/cds-routes.js";
import { fhirRoutes } from "./fhir/routes.js";
import { extract } from "./intake/index.js";
import { type Authenticate, guard } from "./plugins/guard.js";
import { readJson } from "./plugins/json.js";
import { openapi } from "./plugins/openapi.js";
import { operations } from "./plugins/operations.js";
import { problems, quiet, unroutable } from "./plugins/problems.js";
import { codeRoutes } from "./routes/codes.js";
import { decisionRoutes } from "./routes/decisions.js";
import { emergencyRoutes } from "./routes/emergency.js";
import { encounterRoutes } from "./routes/encounters.js";
import { keyRoutes } from "./routes/keys.js";
import { peopleRoutes } from "./routes/people.js";
import { signInRoutes } from "./routes/sign-in.js";
import { suggestRoute } from "./routes/suggest.js";
import { authenticatorFor } from "./security/authenticate.js";
import type { Service } from "./service.js";
import { now, today } from "./today.js";

export type AppOptions = {
  readonly knowledge: Knowledge;
  readonly models?: Models;
  readonly today?: () => string;
  /** The instant, for what records when it was made. */
  readonly now?: () => string;
  /** Reads attached documents of FHIR resources; the intake unless a test gives another. */
  readonly extract?: Extract;
  /** Keeps what people did with CDS Hooks cards. */
  readonly onFeedback?: CdsOptions["onFeedback"];
  /** From which level on to log; nothing is logged without it. */
  readonly log?: string;
  /** Where to log; standard output without it. */
  readonly logTo?: { write(line: string): void };
  /** The store and what works with it; without it the service keeps nothing and has the stateless routes alone. */
  readonly service?: Service;
  /** Who asks; by default whom the cookie of a session or an API key tells. */
  readonly authenticate?: Authenticate;
  /** Whether `POST /v1/suggest` asks for a sign-in; not where only this machine can reach it. */
  readonly openSuggest?: boolean;
};

const nobody: Authenticate = async () => null;

/** The service without a port, for the server and for tests. */
export async function buildApp({
  knowledge,
  models = noModels,
  today: day = today,
  now: instant = now,
  onFeedback,
  extract: drawn = extract,
  log,
  logTo,
  service,
  authenticate = service ? authenticatorFor(service) : nobody,
  openSuggest = service === undefined,
}: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    // Room for the longest note with every character escaped, and the rest of the request.
    bodyLimit: LONGEST_NOTE * 2,
    logger: log === undefined ? false : { level: log, serializers: quiet, ...(logTo ? { stream: logTo } : {}) },
    frameworkErrors: unroutable,
    // What came in before the port closed is still answered.
    return503OnClosing: false,
    // Its defaults accept a misspelt field and a number sent as a text.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
  });
  problems(app);
  app.removeContentTypeParser("application/json");
  readJson(app, ["application/json"]);
  // The guard reads what it parsed: it comes first.
  if (service) await app.register(cookie);
  guard(app, authenticate);
  await openapi(app);
  operations(app, service);
  const engine = service?.engine ?? engineOf(knowledge, models);
  const permission = openSuggest ? "public" : "codes.suggest";
  suggestRoute(app, engine, permission, day);
  const browsing = {
    browser: new Browser(embeddedSources(engine)),
    permission: openSuggest ? "public" : "codes.read",
    today: day,
  } as const;
  await app.register(codeRoutes, browsing);
  const mapped = { ...engine, permission, today: day, now: instant, extract: drawn } as const;
  const terminology = { browser: browsing.browser, browsing: browsing.permission };
  await app.register((fhir) => fhirRoutes(fhir, { ...mapped, ...terminology }), { prefix: "/fhir" });
  await app.register((cds) => cdsRoutes(cds, { ...mapped, onFeedback }), { prefix: "/cds-services" });
  if (service) {
    await app.register(signInRoutes, { service });
    await app.register(peopleRoutes, { service });
    await app.register(keyRoutes, { service });
    await app.register(emergencyRoutes, { service });
    await app.register(encounterRoutes, { service });
    await app.register(decisionRoutes, { service });
  }
  return app;
}
