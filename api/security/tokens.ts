import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 32 random bytes, base64url: shown to its bearer once, never kept. */
export const newToken = (): string => randomBytes(32).toString("base64url");

/** SHA-256 in hexadecimal: what is kept of a token. A token is random and long, so that no slow hash is needed. */
export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Whether a token is the one that a hash was kept of, in the same time for every other. */
export function tokenFits(token: string, hash: string): boolean {
  const given = Buffer.from(tokenHash(token), "hex");
  const kept = Buffer.from(hash, "hex");
  return given.length === kept.length && timingSafeEqual(given, kept);
}
