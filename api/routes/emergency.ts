import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { record } from "../audit/index.js";
import { Refusal } from "../errors.js";
import { refusals, strict, Time } from "../schemas/common.js";
import { sessionToken } from "../security/authenticate.js";
import { later } from "../security/sessions.js";
import { tokenHash } from "../security/tokens.js";
import type { Service } from "../service.js";

/** Opens restricted encounters for a while, for a reason that the audit keeps. */
export const emergencyRoutes: FastifyPluginAsyncTypebox<{ service: Service }> = async (app, { service }) => {
  app.post(
    "/v1/emergency",
    {
      config: { permission: "emergency.open" },
      schema: {
        summary: "Open every encounter of the tenant for this session; the audit names who and why",
        tags: ["sign-in"],
        body: strict({
          reason: Type.String({ minLength: 10, maxLength: 500, description: "without anything about the patient" }),
          minutes: Type.Integer({ minimum: 1, maximum: 60 }),
        }),
        response: { 201: strict({ emergencyUntil: Time }), ...refusals(409) },
      },
    },
    async (request, reply) => {
      const who = request.principal;
      const { reason, minutes } = request.body;
      const id = tokenHash(sessionToken(request) ?? "");
      const emergencyUntil = await service.store.in(who.tenant, async (tx) => {
        const now = service.now();
        const until = later(now, minutes * 60_000);
        const { numUpdatedRows } = await tx
          .updateTable("session")
          .set({ emergency_until: until })
          .where("id", "=", id)
          .executeTakeFirst();
        if (numUpdatedRows === 0n)
          throw new Refusal(409, "emergency.no-session", "Emergency access needs a session. Sign in as a person.");
        await record(tx, who, now, { action: "emergency.opened", details: { reason, minutes } });
        return until;
      });
      return reply.status(201).send({ emergencyUntil });
    },
  );
};
