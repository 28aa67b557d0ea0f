import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refusal } from "../errors.js";
import { allows, type Permission } from "../security/permissions.js";
import type { Principal } from "../security/principal.js";

/** Finds who asks. @returns null when the request shows nothing that tells */
export type Authenticate = (request: FastifyRequest) => Promise<Principal | null>;

/** A route with what it asks for. */
export type Guarded = { readonly method: string; readonly url: string; readonly permission: Permission };

declare module "fastify" {
  interface FastifyInstance {
    /** Every route that the guard stands before, in the order they were added. */
    guarded: readonly Guarded[];
  }
}

/** Pages of the documentation, which name no permission of their own. */
const documentation = "/docs";

/**
 * Guards every route that is added after it: each names one permission, and whoever lacks it is refused before the body is
 * looked at. A route that names none is a fault of ours and stops the start.
 */
export function guard(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest("principal", null as unknown as Principal);
  const guarded: Guarded[] = [];
  app.decorate("guarded", guarded);
  app.addHook("onRoute", (route) => {
    if (route.url.startsWith(documentation)) route.config = { ...route.config, permission: "public" };
    if (!route.config?.permission) throw new Error(`Route ${route.url} names no permission.`);
    for (const method of [route.method].flat())
      guarded.push({ method, url: route.url, permission: route.config.permission });
  });
  app.addHook("onRequest", async (request) => {
    const permission = request.routeOptions.config.permission;
    if (request.is404 || permission === undefined || permission === "public") return;
    const principal = await authenticate(request);
    if (!principal) throw new Refusal(401, "sign-in.required", "Sign in first, or send an API key as a bearer token.");
    if (!allows(permission, principal.role))
      throw new Refusal(403, "role.forbidden", `The role ${principal.role} may not do this (${permission}).`);
    request.principal = principal;
  });
}
