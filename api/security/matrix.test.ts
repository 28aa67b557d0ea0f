import { randomUUID } from "node:crypto";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Service, systemOf } from "../service.js";
import { addTenant } from "../tenants.js";
import { as, ask, stores, testApp, testService } from "../testing.js";
import { addPerson } from "./people.js";
import { allows, PERMISSIONS } from "./permissions.js";
import { ROLES } from "./principal.js";

/** A body that fits, for each route that names a thing by its id and takes a body: it has to get as far as looking for it. */
const BODIES: Readonly<Record<string, object>> = {
  "POST /v1/encounters/:id/notes": { text: "ASSESSMENT: Gout." },
  "POST /v1/encounters/:id/decisions": { action: "accept", system: "icd-10-cm", code: "M10.9" },
  "POST /v1/encounters/:id/finalise": {},
  "POST /v1/encounters/:id/reopen": { reason: "late report" },
  "PATCH /v1/people/:id": { role: "coder" },
};

/** The stable code of a refusal; FHIR routes answer an OperationOutcome. */
function codeOf(answer: { json(): unknown }): unknown {
  const body = answer.json() as { code?: string; issue?: { details?: { coding?: { code?: string }[] } }[] };
  return body.code ?? body.issue?.[0]?.details?.coding?.[0]?.code;
}

describe.each(stores)("every route by role and tenant on %s", (_name, address) => {
  let service: Service & { tenant: string };
  let app: FastifyInstance;
  /** By the part of the address after the version: a thing of another tenant than the one that asks. */
  const others: Record<string, string> = {};
  beforeAll(async () => {
    service = await testService(address);
    app = await testApp(service);
    await app.ready();
    const { tenant } = service;
    const notes = [{ text: "ASSESSMENT: Gout." }];
    others.encounters = (await ask(app, as(tenant, "coder"), "POST", "/v1/encounters", { notes })).json().id;
    const person = { login: randomUUID(), name: "Bo", role: "coder" } as const;
    others.people = (await service.store.in(tenant, (tx) => addPerson(service, tx, systemOf(tenant), person))).id;
    const key = await ask(app, as(tenant, "administrator"), "POST", "/v1/keys", { name: "HIS", role: "integrator" });
    others.keys = key.json().view.id;
  });
  afterAll(async () => {
    await app?.close();
    await service?.store.close();
  });
  const closed = () => app.guarded.filter((route) => route.permission !== "public" && route.method !== "HEAD");

  it("asks for a sign-in wherever a route is not public", async () => {
    expect(closed().length).toBeGreaterThan(10);
    for (const { method, url } of closed()) {
      const answer = await ask(app, null, method as InjectOptions["method"], url.replaceAll(/:\w+/g, "unknown"));
      expect([method, url, answer.statusCode, codeOf(answer)]).toEqual([method, url, 401, "sign-in.required"]);
    }
  });

  it.each(ROLES)("lets %s do what the list of permissions says and no more", async (role) => {
    for (const { method, url, permission } of closed()) {
      const path = url.replaceAll(/:\w+/g, "unknown");
      const answer = await ask(app, as(service.tenant, role), method as InjectOptions["method"], path);
      const forbidden = answer.statusCode === 403 && codeOf(answer) === "role.forbidden";
      expect([method, url, forbidden, answer.statusCode === 401]).toEqual([
        method,
        url,
        !allows(permission, role),
        false,
      ]);
    }
  });

  it("finds nothing of another tenant, whatever the role", async () => {
    const here = service.tenant;
    const tenant = `t-${randomUUID()}`;
    await addTenant(service, tenant, "Another clinic");
    for (const { method, url, permission } of closed()) {
      if (!url.includes("/:id")) continue;
      const kind = url.split("/")[2] ?? "";
      const other = others[kind];
      if (other === undefined) throw new Error(`Give this test a thing of ${here} for ${method} ${url}.`);
      const path = url.replace(":id", other).replaceAll(/:\w+/g, "latest");
      for (const role of PERMISSIONS[permission]) {
        const who = as(tenant, role as (typeof ROLES)[number]);
        const answer = await ask(app, who, method as InjectOptions["method"], path, BODIES[`${method} ${url}`]);
        expect([method, url, role, answer.statusCode]).toEqual([method, url, role, 404]);
      }
    }
  });
});
