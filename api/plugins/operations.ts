import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { Type } from "typebox";
import { refusals, strict } from "../schemas/common.js";
import type { Service } from "../service.js";

declare module "fastify" {
  interface FastifyInstance {
    /** Whether the service was told to stop: it is not ready any more, and lets each connection go after its answer. */
    life: { stopping: boolean };
  }
}

/** Health for supervisors, and metrics for Prometheus; neither knows a note, a person or an encounter. */
export function operations(app: FastifyInstance, service: Service | undefined): void {
  const registry = new Registry();
  const requests = new Counter({
    name: "citecode_requests_total",
    help: "Requests by route, method and status",
    labelNames: ["route", "method", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "citecode_request_seconds",
    help: "Time to answer, by route",
    labelNames: ["route"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
  new Gauge({
    name: "citecode_resident_bytes",
    help: "Resident memory",
    registers: [registry],
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  app.addHook("onResponse", async (request, reply) => {
    // The route's pattern, never the address that was asked for: that could hold anything.
    const route = request.routeOptions.url ?? "unknown";
    requests.inc({ route, method: request.method, status: String(reply.statusCode) });
    seconds.observe({ route }, reply.elapsedTime / 1000);
  });
  app.decorate("life", { stopping: false });
  app.addHook("onSend", async (_request, reply) => {
    if (app.life.stopping) reply.header("connection", "close");
  });
  const State = strict({ status: Type.String() });
  app.get(
    "/healthz",
    {
      config: { permission: "public" },
      schema: { summary: "The process answers", tags: ["operations"], response: { 200: State, ...refusals() } },
    },
    async () => ({ status: "ok" }),
  );
  app.get(
    "/readyz",
    {
      config: { permission: "public" },
      schema: {
        summary: "The store answers, and the service was not told to stop",
        tags: ["operations"],
        response: { 200: State, 503: State, ...refusals() },
      },
    },
    async (_request, reply) => {
      if (app.life.stopping) return reply.status(503).send({ status: "stopping" });
      try {
        if (service) await sql`select 1`.execute(service.store.system);
        return { status: "ready" };
      } catch {
        return reply.status(503).send({ status: "the store does not answer" });
      }
    },
  );
  app.get(
    "/metrics",
    {
      config: { permission: service ? "operations.read" : "public" },
      schema: {
        summary: "Metrics in Prometheus' text format",
        tags: ["operations"],
        response: { 200: Type.String(), ...refusals() },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
