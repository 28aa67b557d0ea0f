import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { version } from "../version.js";

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
  });
  await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: true });
}
