import type { Service } from "../service.js";
import type { Row, Tx } from "../store/index.js";
import type { Principal, Role } from "./principal.js";
import { newToken, tokenHash } from "./tokens.js";

const MINUTE = 60_000;
/** A session ends after so long without a request, and after so long in all. */
export const IDLE = 30 * MINUTE;
export const LONGEST = 12 * 60 * MINUTE;
/** Requests within it after one that was kept do not write again. */
const SEEN_AGAIN = MINUTE;

/** @returns the ISO 8601 time so many milliseconds later */
export const later = (now: string, milliseconds: number): string =>
  new Date(Date.parse(now) + milliseconds).toISOString();

export const personOf = (row: Pick<Row<"person">, "id" | "tenant" | "name" | "role">): Principal => ({
  tenant: row.tenant,
  id: `person:${row.id}`,
  kind: "person",
  name: row.name,
  role: row.role as Role,
});

/** Opens a session for a person, and forgets those of theirs that are over. @returns the token for the cookie */
export async function openSession(
  tx: Tx,
  person: Pick<Row<"person">, "id" | "tenant">,
  now: string,
): Promise<{ token: string; expiresAt: string }> {
  const token = newToken();
  const expiresAt = later(now, LONGEST);
  await tx.deleteFrom("session").where("person", "=", person.id).where("expires_at", "<=", now).execute();
  await tx
    .insertInto("session")
    .values({
      id: tokenHash(token),
      tenant: person.tenant,
      person: person.id,
      created_at: now,
      seen_at: now,
      expires_at: expiresAt,
      emergency_until: null,
    })
    .execute();
  return { token, expiresAt };
}

/** Whose session a token opens, with the role they have now. @returns null when it opens none, or none any more */
export async function principalOfSession(
  { store, now }: Pick<Service, "store" | "now">,
  token: string,
): Promise<Principal | null> {
  const id = tokenHash(token);
  const row = await store.system
    .selectFrom("session")
    .innerJoin("person", "person.id", "session.person")
    .select(["person.id", "person.tenant", "person.name", "person.role", "person.disabled_at"])
    .select(["session.seen_at", "session.expires_at", "session.emergency_until"])
    .where("session.id", "=", id)
    .executeTakeFirst();
  if (!row) return null;
  const at = now();
  if (row.disabled_at !== null || row.expires_at <= at || later(row.seen_at, IDLE) <= at) {
    await store.in(row.tenant, (tx) => tx.deleteFrom("session").where("id", "=", id).execute());
    return null;
  }
  if (later(row.seen_at, SEEN_AGAIN) <= at)
    await store.in(row.tenant, (tx) => tx.updateTable("session").set({ seen_at: at }).where("id", "=", id).execute());
  const emergency = row.emergency_until !== null && row.emergency_until > at;
  return { ...personOf(row), ...(emergency ? { emergencyUntil: row.emergency_until as string } : {}) };
}
