import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../errors.js";
import type { Authenticate } from "../plugins/guard.js";
import type { Service } from "../service.js";
import { principalOfKey } from "./keys.js";
import { principalOfSession } from "./sessions.js";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1", "[::1]"]);
const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/** A browser that came by an address of this machine alone takes the cookie without encryption; every other must have it. */
const secure = (request: FastifyRequest): boolean => !LOOPBACK.has(request.hostname);
const cookieName = (request: FastifyRequest): string => (secure(request) ? "__Host-citecode" : "citecode");
const shape = (request: FastifyRequest) =>
  ({ path: "/", httpOnly: true, sameSite: "strict", secure: secure(request) }) as const;

/** The token of the session that a request came with. */
export const sessionToken = (request: FastifyRequest): string | undefined => request.cookies[cookieName(request)];

export function setSession(reply: FastifyReply, token: string, expiresAt: string): FastifyReply {
  return reply
    .header("cache-control", "no-store")
    .setCookie(cookieName(reply.request), token, { ...shape(reply.request), expires: new Date(expiresAt) });
}

export function clearSession(reply: FastifyReply): FastifyReply {
  return reply.clearCookie(cookieName(reply.request), shape(reply.request));
}

/**
 * Finds who asks: by an API key in `Authorization: Bearer`, or by the session's cookie.
 * @throws Refusal request.cross-site when a request that changes something comes by cookie and does not show that our own
 * page sent it: another site can neither set the header nor claim to be the same origin
 */
export function authenticatorFor(service: Pick<Service, "store" | "now">): Authenticate {
  return async (request) => {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (bearer !== undefined) return principalOfKey(service, bearer);
    const token = sessionToken(request);
    if (token === undefined) return null;
    const ours = request.headers["x-citecode"] === "1" || request.headers["sec-fetch-site"] === "same-origin";
    if (!READS.has(request.method) && !ours)
      throw new Refusal(403, "request.cross-site", "Send the header `x-citecode: 1` with a request by cookie.");
    return principalOfSession(service, token);
  };
}
