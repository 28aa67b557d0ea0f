import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { InputError } from "../errors.js";
import { readJson } from "../plugins/json.js";
import { describeProblem } from "../plugins/problems.js";
import { type Extract, plainText } from "./attachment.js";
import { capabilities, codeSystems, operations, structures } from "./definitions.js";
import { isObject, listAt } from "./json.js";
import { outcomeOfError } from "./outcome.js";
import { readBundle } from "./read.js";
import { bundle, bundleOrParameters, capability, definition, outcome } from "./schemas.js";
import { type Engine, suggestFhir } from "./suggest.js";
import { type TerminologyOptions, terminologyRoutes } from "./terminology-routes.js";
import { writeBundle } from "./write.js";

const FHIR = "application/fhir+json; charset=utf-8";
const served = { StructureDefinition: structures, OperationDefinition: operations, CodeSystem: codeSystems };

/** FHIR R4 under `/fhir`. Nothing is kept; errors are OperationOutcomes. */
export async function fhirRoutes(
  app: FastifyInstance,
  engine: Engine & TerminologyOptions & { readonly extract?: Extract },
): Promise<void> {
  const extract = engine.extract ?? plainText;
  const send = (reply: FastifyReply, status: number, body: object) =>
    // Serialized here: the schema of an error route may be another's.
    reply.status(status).type(FHIR).serializer(JSON.stringify).send(body);
  readJson(app, ["application/fhir+json"]);
  app.setErrorHandler((error: FastifyError | InputError, request: FastifyRequest, reply: FastifyReply) => {
    const { status, code, title, at } = describeProblem(error, request);
    return send(reply, status, outcomeOfError(status, code, title, at));
  });
  app.setNotFoundHandler((_request, reply) =>
    send(reply, 404, outcomeOfError(404, "route.unknown", "There is no such route. /fhir/metadata lists them.")),
  );

  app.get(
    "/metadata",
    {
      config: { permission: "public" },
      schema: { summary: "What this FHIR server can do", response: { 200: capability, 500: outcome } },
    },
    async (_request, reply) => send(reply, 200, capabilities(engine.versions.engine)),
  );
  terminologyRoutes(app, engine, send);
  for (const [type, definitions] of Object.entries(served))
    app.get<{ Params: { id: string } }>(
      `/${type}/:id`,
      {
        config: { permission: "public" },
        schema: {
          summary: `A ${type} that answers use`,
          params: { type: "object", properties: { id: { type: "string", enum: Object.keys(definitions) } } },
          response: { 200: definition, 400: outcome, 500: outcome },
        },
      },
      async (request, reply) => send(reply, 200, definitions[request.params.id]),
    );
  app.post(
    "/$suggest-codes",
    {
      config: { permission: engine.permission },
      schema: {
        summary: "Propose codes for the notes of a FHIR encounter",
        body: bundleOrParameters,
        response: { 200: bundle, 400: outcome, 413: outcome, 415: outcome, 422: outcome, 500: outcome },
      },
    },
    async (request, reply) => {
      const { body, at } = bundleIn(request.body);
      const read = await readBundle(body, extract, engine.today(), at);
      return send(reply, 200, writeBundle(await suggestFhir(read, engine)));
    },
  );
}

function bundleIn(body: unknown): { body: unknown; at: string } {
  if (!isObject(body) || body.resourceType !== "Parameters") return { body, at: "Bundle" };
  const found = listAt(body.parameter, "Parameters.parameter")
    .map((p, i) => ({ body: p.resource, at: `Parameters.parameter[${i}].resource` }))
    .filter((p) => isObject(p.body) && p.body.resourceType === "Bundle");
  if (found.length !== 1)
    throw new InputError(
      "fhir.bundle",
      "Expected one parameter with a Bundle as its resource.",
      "Parameters.parameter",
    );
  return found[0];
}
