import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { as, ask, testApp, testService } from "../testing.js";

const canary = "Quackenbush";
let service: Awaited<ReturnType<typeof testService>>;
let app: FastifyInstance;
beforeAll(async () => {
  service = await testService({ folder: null });
  app = await testApp(service);
  await app.ready();
});
afterAll(async () => {
  await app?.close();
  await service?.store.close();
});

it("says that it lives and that its store answers", async () => {
  expect((await ask(app, null, "GET", "/healthz")).json()).toEqual({ status: "ok" });
  expect((await ask(app, null, "GET", "/readyz")).json()).toEqual({ status: "ready" });
});

it("counts by route, without a word of what was asked", async () => {
  const coder = as(service.tenant, "coder");
  await ask(app, coder, "POST", "/v1/encounters", { notes: [{ text: `ASSESSMENT: Gout of ${canary}.` }] });
  await ask(app, coder, "GET", `/v1/encounters/${canary}`);
  await ask(app, coder, "GET", `/${canary}?q=${canary}`);
  const metrics = await ask(app, as(service.tenant, "administrator"), "GET", "/metrics");
  expect(metrics.body).toMatch(/citecode_requests_total\{route="\/v1\/encounters",method="POST",status="201"\} 1/);
  expect(metrics.body).not.toContain(canary);
  expect((await ask(app, coder, "GET", "/metrics")).statusCode).toBe(403);
});

it("says that it is not ready once the store is gone", async () => {
  const gone = await testService({ folder: null });
  const orphan = await testApp(gone);
  await gone.store.close();
  expect((await ask(orphan, null, "GET", "/readyz")).statusCode).toBe(503);
  expect((await ask(orphan, null, "GET", "/healthz")).statusCode).toBe(200);
  await orphan.close();
});
