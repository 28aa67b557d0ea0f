import type { Service } from "../service.js";
import type { Principal, Role } from "./principal.js";
import { newToken, tokenFits, tokenHash } from "./tokens.js";

/** `ck_<id>.<secret>`: the id finds the key, the secret proves it. */
const KEY = /^ck_([0-9a-f-]{36})\.([A-Za-z0-9_-]{43})$/;

/** @returns the key to show once, and what to keep of its secret */
export function newKey(id: string): { key: string; secret: string } {
  const token = newToken();
  return { key: `ck_${id}.${token}`, secret: tokenHash(token) };
}

/** The program whose key this is. @returns null when it is none, revoked or over */
export async function principalOfKey(
  { store, now }: Pick<Service, "store" | "now">,
  key: string,
): Promise<Principal | null> {
  const [, id, secret] = KEY.exec(key) ?? [];
  if (id === undefined || secret === undefined) return null;
  const row = await store.system.selectFrom("api_key").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row || !tokenFits(secret, row.secret) || row.revoked_at !== null || row.expires_at <= now()) return null;
  return { tenant: row.tenant, id: `key:${row.id}`, kind: "key", name: row.name, role: row.role as Role };
}
