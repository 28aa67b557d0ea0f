import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { outcome } from "../fhir/schemas.js";
import { Problem } from "../schemas/common.js";
import { version } from "../version.js";

type Body = { schema?: { properties?: Record<string, unknown> } };
type Answer = { description: string; content?: Record<string, Body> };
type Operation = { requestBody?: { content: Record<string, Body> }; responses: Record<string, Answer> };
type Document = { paths: Record<string, Record<string, Operation>> };

const JSON_TYPE = "application/json";
const FHIR_TYPE = "application/fhir+json";

/** The OpenAPI document at /docs/json and its page at /docs; the page asks no other host for anything. */
export async function openapi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Citecode",
        version: version(),
        description: "Proposes medical codes for clinical notes, each with its evidence and the rules that led to it.",
      },
    },
    transformObject: (made) => {
      const document = (made as { openapiObject: object }).openapiObject as Document;
      const open = new Set(
        app.guarded.filter((r) => r.permission === "public").map((r) => `${r.method} ${r.url.replace(/\/$/, "")}`),
      );
      for (const [path, methods] of Object.entries(document.paths))
        for (const [method, operation] of Object.entries(methods)) {
          const url = path.replaceAll(/\{(\w+)\}/g, ":$1").replace(/\/$/, "");
          complete(path, operation, open.has(`${method.toUpperCase()} ${url}`));
        }
      return document as never;
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: true });
}

/** Says what holds of every route of a kind, so that no route has to: its media types, and what comes before its handler. */
function complete(path: string, operation: Operation, open: boolean): void {
  const fhir = path.startsWith("/fhir");
  const { requestBody, responses } = operation;
  const refuse = (status: number, description: string) => {
    responses[status] ??= { description, content: { [JSON_TYPE]: { schema: fhir ? outcome : Problem } } };
  };
  refuse(400, "The request cannot be read.");
  if (path.includes("{")) refuse(414, "A part of the address is too long.");
  if (!open) {
    refuse(401, "Not signed in.");
    refuse(403, "The role may not do this.");
  }
  if (!open || path.startsWith("/v1/sign-in") || path.startsWith("/sign-in"))
    refuse(503, "The store cannot be asked at the moment.");
  refuse(429, "Too many requests.");
  refuse(500, "The engine failed; it was logged without content.");
  for (const answer of Object.values(responses)) {
    const body = answer.content?.[JSON_TYPE];
    if (!body) continue;
    const schema = body.schema as { type?: string; properties?: Record<string, unknown> } | undefined;
    if (schema?.type === "null") delete answer.content;
    else if (fhir) answer.content = { [FHIR_TYPE]: body };
    else if (schema?.type === "string") answer.content = { "text/plain": body };
    else if (schema?.properties?.title && schema.properties.code) answer.content = { "application/problem+json": body };
  }
  if (fhir && requestBody?.content[JSON_TYPE])
    requestBody.content = { [FHIR_TYPE]: requestBody.content[JSON_TYPE], ...requestBody.content };
}
