import { randomBytes, randomUUID } from "node:crypto";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { noModels } from "../pipeline/models.js";
import { loadKnowledge } from "../rules/load.js";
import { buildApp } from "./app.js";
import { engineOf } from "./engine.js";
import type { Principal, Role } from "./security/principal.js";
import { masterKey, Vault } from "./security/vault.js";
import type { Service } from "./service.js";
import { openStore, type StoreAddress } from "./store/index.js";
import { addTenant } from "./tenants.js";

/**
 * The stores that tests run on: an embedded one in memory and, where CITECODE_TEST_DATABASE_URL names a server, PostgreSQL.
 * Tests of one address run one after another, each in tenants of its own.
 */
export const stores: readonly (readonly [string, StoreAddress])[] = [
  ["pglite", { folder: null }],
  ...(process.env.CITECODE_TEST_DATABASE_URL
    ? [["postgresql", { url: process.env.CITECODE_TEST_DATABASE_URL }] as const]
    : []),
];

/** A service over a fresh tenant, without models, at a clock that goes on by a second each time it is asked. */
export async function testService(address: StoreAddress): Promise<Service & { tenant: string }> {
  const store = await openStore(address);
  const vault = new Vault([masterKey(randomBytes(32).toString("hex"))]);
  let seconds = Date.parse("2026-03-02T09:00:00Z") / 1000;
  const now = () => new Date(seconds++ * 1000).toISOString();
  const service = { store, vault, engine: engineOf(loadKnowledge(), noModels), now };
  const tenant = `t-${randomUUID()}`;
  await addTenant(service, tenant, "Test clinic");
  return { ...service, tenant };
}

/** Anybody of a role in a tenant, for asking as them. */
export const as = (tenant: string, role: Role, name = role): Principal => ({
  tenant,
  id: `person:${name}`,
  kind: "person",
  name,
  role,
});

/** An app that believes whom the test says it is: the header `x-test-principal` holds them as JSON. */
export async function testApp(service: Service): Promise<FastifyInstance> {
  return buildApp({
    knowledge: service.engine.knowledge,
    service,
    authenticate: async (request) => {
      const header = request.headers["x-test-principal"];
      return typeof header === "string" ? (JSON.parse(header) as Principal) : null;
    },
  });
}

export function ask(
  app: FastifyInstance,
  who: Principal | null,
  method: InjectOptions["method"],
  url: string,
  payload?: unknown,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method,
    url,
    headers: { ...(who ? { "x-test-principal": JSON.stringify(who) } : {}), ...headers },
    ...(payload === undefined ? {} : { payload: payload as object }),
  });
}
