import { randomUUID } from "node:crypto";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { record } from "../audit/index.js";
import { Refusal } from "../errors.js";
import { Id, refusals, strict } from "../schemas/common.js";
import { KeyView, keyView, RoleName } from "../schemas/people.js";
import { newKey } from "../security/keys.js";
import { later } from "../security/sessions.js";
import type { Service } from "../service.js";

const DAY = 24 * 60 * 60_000;

/** Keys of programs, for administrators. */
export const keyRoutes: FastifyPluginAsyncTypebox<{ service: Service }> = async (app, { service }) => {
  app.post(
    "/v1/keys",
    {
      config: { permission: "keys.manage" },
      schema: {
        summary: "Make an API key, shown once",
        tags: ["keys"],
        body: strict({
          name: Type.String({ minLength: 1, maxLength: 200 }),
          role: RoleName,
          days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 90 })),
        }),
        response: { 201: strict({ view: KeyView, key: Type.String() }), ...refusals() },
      },
    },
    async (request, reply) => {
      const who = request.principal;
      const { name, role, days = 90 } = request.body;
      const id = randomUUID();
      const { key, secret } = newKey(id);
      const row = await service.store.in(who.tenant, async (tx) => {
        const now = service.now();
        const made = await tx
          .insertInto("api_key")
          .values({
            id,
            tenant: who.tenant,
            name,
            role,
            secret,
            created_by: who.id,
            created_at: now,
            expires_at: later(now, days * DAY),
            revoked_at: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        await record(tx, who, now, { action: "key.made", details: { key: `key:${id}`, role, days } });
        return made;
      });
      return reply
        .header("cache-control", "no-store")
        .status(201)
        .send({ view: keyView(row), key });
    },
  );

  app.get(
    "/v1/keys",
    {
      config: { permission: "keys.manage" },
      schema: {
        summary: "All keys of the tenant without their secrets, oldest first",
        tags: ["keys"],
        response: { 200: strict({ keys: Type.Array(KeyView) }), ...refusals() },
      },
    },
    async (request) =>
      service.store.in(request.principal.tenant, async (tx) => ({
        keys: (await tx.selectFrom("api_key").selectAll().orderBy("created_at").orderBy("id").execute()).map(keyView),
      })),
  );

  app.delete(
    "/v1/keys/:id",
    {
      config: { permission: "keys.manage" },
      schema: {
        summary: "Revoke a key at once",
        tags: ["keys"],
        params: strict({ id: Id }),
        response: { 200: KeyView, ...refusals(404) },
      },
    },
    async (request) => {
      const who = request.principal;
      const id = request.params.id.replace(/^key:/, "");
      return service.store.in(who.tenant, async (tx) => {
        const before = await tx.selectFrom("api_key").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
        if (!before) throw new Refusal(404, "key.unknown", "There is no such key, or it belongs to others.");
        if (before.revoked_at !== null) return keyView(before);
        const now = service.now();
        await tx.updateTable("api_key").set({ revoked_at: now }).where("id", "=", id).execute();
        await record(tx, who, now, { action: "key.revoked", details: { key: `key:${id}` } });
        return keyView({ ...before, revoked_at: now });
      });
    },
  );
};
