import { randomUUID } from "node:crypto";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../app.js";
import { type Service, systemOf } from "../service.js";
import { stores, testService } from "../testing.js";
import { hashPassword } from "./password.js";
import { addPerson } from "./people.js";
import { newToken, tokenFits, tokenHash } from "./tokens.js";

const password = "correct horse battery";
const MINUTE = 60_000;

describe.each(stores)("signing in on %s", (_name, address) => {
  let service: Service & { tenant: string };
  let app: FastifyInstance;
  let hash: string;
  let shift = 0;
  beforeAll(async () => {
    const made = await testService(address);
    service = { ...made, now: () => new Date(Date.parse(made.now()) + shift).toISOString() };
    hash = await hashPassword(password);
    app = await buildApp({ knowledge: service.engine.knowledge, service });
    await app.ready();
  });
  afterAll(async () => {
    await app?.close();
    await service?.store.close();
  });

  async function person(set: object = {}): Promise<string> {
    const login = `u-${randomUUID()}`;
    await service.store.in(service.tenant, async (tx) => {
      const { id } = await addPerson(service, tx, systemOf(service.tenant), { login, name: "Ada", role: "coder" });
      await tx
        .updateTable("person")
        .set({ password: hash, ...set })
        .where("id", "=", id)
        .execute();
    });
    return login;
  }
  const signIn = (login: string, given = password, headers = {}) =>
    app.inject({ method: "POST", url: "/v1/sign-in", payload: { login, password: given }, headers });
  const cookieOf = (answer: LightMyRequestResponse) => {
    const { name, value } = answer.cookies[0] as { name: string; value: string };
    return `${name}=${value}`;
  };
  const me = (cookie: string) => app.inject({ url: "/v1/me", headers: { cookie } });
  const actions = async () =>
    (
      await service.store.in(service.tenant, (tx) => tx.selectFrom("event").select("action").orderBy("seq").execute())
    ).map((row) => row.action);

  it("opens a session by cookie that page scripts and other sites cannot use, and closes it", async () => {
    const answer = await signIn((await person()).toUpperCase());
    expect(answer.json()).toMatchObject({ name: "Ada", role: "coder", kind: "person", tenant: service.tenant });
    expect(answer.json().may).toContain("encounter.create");
    expect(answer.cookies[0]).toMatchObject({ name: "citecode", httpOnly: true, sameSite: "Strict", path: "/" });
    const cookie = cookieOf(answer);
    expect((await me(cookie)).json()).toEqual(answer.json());
    const kept = await service.store.system.selectFrom("session").selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain(cookie.split("=")[1]);
    const out = (headers: object) =>
      app.inject({ method: "POST", url: "/v1/sign-out", headers: { cookie, ...headers } });
    expect((await out({})).json()).toMatchObject({ status: 403, code: "request.cross-site" });
    expect((await out({ "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
    expect((await out({ "x-citecode": "1" })).statusCode).toBe(204);
    expect((await me(cookie)).statusCode).toBe(401);
    expect((await actions()).slice(-2)).toEqual(["session.opened", "session.closed"]);
  });

  it("takes the cookie back over an encrypted connection alone, except from this machine", async () => {
    const answer = await signIn(await person(), password, { host: "codes.example.org" });
    expect(answer.cookies[0]).toMatchObject({ name: "__Host-citecode", secure: true });
  });

  it.each<[string, object, string]>([
    ["a wrong password", {}, "wrong password"],
    ["somebody without a password", { password: null }, password],
    ["somebody disabled", { disabled_at: "2026-01-01T00:00:00.000Z" }, password],
    ["a locked login", { failures: 5, locked_until: "2099-01-01T00:00:00.000Z" }, password],
  ])("answers %s as it answers an unknown login, and says so in the audit", async (_what, set, given) => {
    const refused = await signIn(await person(set), given);
    const unknown = await signIn(`nobody-${randomUUID()}`, given);
    expect(refused.statusCode).toBe(401);
    expect(refused.json()).toEqual(unknown.json());
    expect((await actions()).at(-1)).toBe("sign-in.failed");
  });

  it("locks a login after five failures, however many come at once, and opens it after 15 minutes", async () => {
    const login = await person();
    await Promise.all(Array.from({ length: 7 }, (_, i) => signIn(login, `guess ${i}`)));
    expect((await actions()).filter((a) => a === "sign-in.locked")).toHaveLength(1);
    expect((await signIn(login)).statusCode).toBe(401);
    shift += 16 * MINUTE;
    expect((await signIn(login)).statusCode).toBe(200);
    expect((await signIn(login, "wrong")).statusCode).toBe(401);
    expect((await signIn(login)).statusCode).toBe(200);
  });

  it("ends a session after 30 idle minutes and after 12 hours", async () => {
    const login = await person();
    const idle = cookieOf(await signIn(login));
    shift += 20 * MINUTE;
    expect((await me(idle)).statusCode).toBe(200);
    shift += 20 * MINUTE;
    expect((await me(idle)).statusCode).toBe(200);
    shift += 31 * MINUTE;
    expect((await me(idle)).statusCode).toBe(401);
    const busy = cookieOf(await signIn(login));
    for (let i = 0; i < 28; i++) {
      shift += 25 * MINUTE;
      expect((await me(busy)).statusCode).toBe(200);
    }
    shift += 25 * MINUTE;
    expect((await me(busy)).statusCode).toBe(401);
  });
});

it("tells a token from every other by its hash", () => {
  const token = newToken();
  expect(tokenFits(token, tokenHash(token))).toBe(true);
  expect(tokenFits(newToken(), tokenHash(token))).toBe(false);
  expect(tokenFits(token, "")).toBe(false);
});
