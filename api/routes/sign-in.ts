import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { record } from "../audit/index.js";
import { refusals, strict } from "../schemas/common.js";
import { Me, meOf } from "../schemas/people.js";
import { clearSession, sessionToken, setSession } from "../security/authenticate.js";
import { followLink } from "../security/links.js";
import { signIn } from "../security/sign-in.js";
import { tokenHash } from "../security/tokens.js";
import type { Service } from "../service.js";

/** Signing in and out, and who one is. */
export const signInRoutes: FastifyPluginAsyncTypebox<{ service: Service }> = async (app, { service }) => {
  app.post(
    "/v1/sign-in",
    {
      config: { permission: "public" },
      schema: {
        summary: "Sign in; the session is a cookie",
        tags: ["sign-in"],
        body: strict({
          login: Type.String({ minLength: 1, maxLength: 100 }),
          password: Type.String({ minLength: 1, maxLength: 200 }),
        }),
        response: { 200: Me, ...refusals() },
      },
    },
    async (request, reply) => {
      const { who, token, expiresAt } = await signIn(service, request.body);
      return setSession(reply, token, expiresAt).send(meOf(who));
    },
  );

  app.get(
    "/sign-in/:token",
    {
      config: { permission: "public" },
      // Its address is the secret.
      logLevel: "silent",
      schema: {
        summary: "Sign in by a one-time link",
        tags: ["sign-in"],
        params: strict({ token: Type.String({ minLength: 1, maxLength: 100 }) }),
        response: { 302: Type.Null(), ...refusals() },
      },
    },
    async (request, reply) => {
      const { token, expiresAt } = await followLink(service, request.params.token);
      return setSession(reply, token, expiresAt).header("referrer-policy", "no-referrer").redirect("/");
    },
  );

  app.post(
    "/v1/sign-out",
    {
      config: { permission: "self.read" },
      schema: { summary: "End the session", tags: ["sign-in"], response: { 204: Type.Null(), ...refusals() } },
    },
    async (request, reply) => {
      const who = request.principal;
      const token = sessionToken(request);
      if (token !== undefined)
        await service.store.in(who.tenant, async (tx) => {
          await tx.deleteFrom("session").where("id", "=", tokenHash(token)).execute();
          await record(tx, who, service.now(), { action: "session.closed" });
        });
      return clearSession(reply).status(204).send(null);
    },
  );

  app.get(
    "/v1/me",
    {
      config: { permission: "self.read" },
      schema: { summary: "Who is signed in", tags: ["sign-in"], response: { 200: Me, ...refusals() } },
    },
    async (request, reply) => reply.header("cache-control", "no-store").send(meOf(request.principal)),
  );
};
