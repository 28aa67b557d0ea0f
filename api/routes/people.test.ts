import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../app.js";
import { addPerson } from "../security/people.js";
import { type Service, systemOf } from "../service.js";
import { stores, testService } from "../testing.js";

describe.each(stores)("people and keys on %s", (_name, address) => {
  let service: Service & { tenant: string };
  let app: FastifyInstance;
  let admin: Record<string, string>;
  let shift = 0;
  beforeAll(async () => {
    const made = await testService(address);
    service = { ...made, now: () => new Date(Date.parse(made.now()) + shift).toISOString() };
    app = await buildApp({ knowledge: service.engine.knowledge, service });
    await app.ready();
    const { link } = await service.store.in(service.tenant, (tx) =>
      addPerson(service, tx, systemOf(service.tenant), { login: randomUUID(), name: "Root", role: "administrator" }),
    );
    const opened = await app.inject({ url: link?.path });
    expect(opened.headers.location).toBe("/");
    admin = { cookie: `citecode=${opened.cookies[0]?.value}`, "x-citecode": "1" };
  });
  afterAll(async () => {
    await app?.close();
    await service?.store.close();
  });
  const ask = (method: "GET" | "POST" | "PATCH" | "DELETE", url: string, payload?: object, headers = admin) =>
    app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  const add = async (body: object = {}) =>
    (await ask("POST", "/v1/people", { login: randomUUID(), name: "Bo", role: "coder", ...body })).json();

  it("adds a person whom a link signs in once, within 15 minutes", async () => {
    const { person, link } = await add();
    expect((await app.inject({ url: link.path })).statusCode).toBe(302);
    expect((await app.inject({ url: link.path })).json()).toMatchObject({ status: 401, code: "link.unknown" });
    const again = (await ask("POST", `/v1/people/${person.id}/link`)).json();
    shift += 16 * 60_000;
    expect((await app.inject({ url: again.path })).statusCode).toBe(401);
    const [older, newer] = [
      (await ask("POST", `/v1/people/${person.id}/link`)).json(),
      (await ask("POST", `/v1/people/${person.id}/link`)).json(),
    ];
    expect((await app.inject({ url: older.path })).statusCode).toBe(401);
    expect((await app.inject({ url: newer.path })).statusCode).toBe(302);
  });

  it("adds a person with a password, refuses the login a second time, and shows nobody's hash", async () => {
    const login = randomUUID();
    const { person, link } = await add({ login, password: "a long password" });
    expect(link).toBeUndefined();
    const taken = await ask("POST", "/v1/people", { login: login.toUpperCase(), name: "Bo", role: "coder" });
    expect(taken.json()).toMatchObject({ status: 409, code: "login.taken" });
    const list = await ask("GET", "/v1/people");
    expect(list.json().people.map((p: { id: string }) => p.id)).toContain(person.id);
    expect(list.body).not.toContain("argon2");
    expect((await add({ password: "short" })).code).toBe("request.invalid");
  });

  it("changes a role and disables at once, but not oneself", async () => {
    const { person, link } = await add();
    const cookie = `citecode=${(await app.inject({ url: link.path })).cookies[0]?.value}`;
    const me = () => app.inject({ url: "/v1/me", headers: { cookie } });
    await ask("PATCH", `/v1/people/${person.id}`, { role: "auditor" });
    expect((await me()).json().role).toBe("auditor");
    expect((await ask("PATCH", `/v1/people/${person.id}`, { disabled: true })).json().disabled).toBe(true);
    expect((await me()).statusCode).toBe(401);
    const own = (await ask("GET", "/v1/me")).json().id;
    expect((await ask("PATCH", `/v1/people/${own}`, { disabled: true })).json().code).toBe("person.self");
    expect((await ask("PATCH", "/v1/people/nobody", { disabled: true })).json().code).toBe("person.unknown");
  });

  it("opens emergency access for a session and its minutes, and says so in the audit", async () => {
    const { link } = await add();
    const cookie = `citecode=${(await app.inject({ url: link.path })).cookies[0]?.value}`;
    const headers = { cookie, "x-citecode": "1" };
    const reason = "The claimant is ill";
    expect((await ask("POST", "/v1/emergency", { reason, minutes: 61 }, headers)).statusCode).toBe(400);
    const opened = await ask("POST", "/v1/emergency", { reason, minutes: 5 }, headers);
    expect(opened.statusCode).toBe(201);
    const me = async () => (await ask("GET", "/v1/me", undefined, headers)).json().emergencyUntil;
    expect(await me()).toBe(opened.json().emergencyUntil);
    shift += 6 * 60_000;
    expect(await me()).toBeUndefined();
    const events = await service.store.in(service.tenant, (tx) => tx.selectFrom("event").selectAll().execute());
    expect(events.map((e) => e.action)).toContain("emergency.opened");
  });

  it("makes a key of a role, which works until it is revoked or over, and shows it once", async () => {
    const { view, key } = (await ask("POST", "/v1/keys", { name: "HIS", role: "integrator", days: 2 })).json();
    const by = (bearer: string) => ask("GET", "/v1/me", undefined, { authorization: `Bearer ${bearer}` });
    expect((await by(key)).json()).toMatchObject({ id: view.id, kind: "key", role: "integrator" });
    expect((await ask("POST", "/v1/keys", {}, { authorization: `Bearer ${key}` })).statusCode).toBe(403);
    const wrong = key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");
    for (const bad of [wrong, "ck_", "x.y.z"]) expect((await by(bad)).statusCode).toBe(401);
    const kept = JSON.stringify(await service.store.system.selectFrom("api_key").selectAll().execute());
    expect(kept).not.toContain(key.split(".")[1]);
    expect((await ask("GET", "/v1/keys")).body).not.toContain("secret");
    expect((await ask("DELETE", `/v1/keys/${view.id}`)).json()).toHaveProperty("revokedAt");
    expect((await by(key)).statusCode).toBe(401);
    const second = (await ask("POST", "/v1/keys", { name: "HIS", role: "integrator", days: 2 })).json();
    shift += 3 * 24 * 60 * 60_000;
    expect((await by(second.key)).statusCode).toBe(401);
  });
});
