import { Refusal } from "../errors.js";
import type { Principal } from "../security/principal.js";
import type { Row, Tx } from "../store/index.js";

const unknown = () => new Refusal(404, "encounter.unknown", "There is no such encounter, or it belongs to others.");

/**
 * An encounter that this principal may read, locked for this transaction when it is going to change.
 * @throws Refusal encounter.unknown, encounter.restricted
 */
export async function findEncounter(
  tx: Tx,
  who: Principal,
  id: string,
  now: string,
  change = false,
): Promise<Row<"encounter">> {
  const query = tx.selectFrom("encounter").selectAll().where("id", "=", id);
  const row = await (change ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw unknown();
  const emergency = who.emergencyUntil !== undefined && who.emergencyUntil > now;
  const trusted =
    who.kind === "system" || who.role === "auditor" || row.claimed_by === who.id || row.created_by === who.id;
  if (row.restricted && !trusted && !emergency)
    throw new Refusal(
      403,
      "encounter.restricted",
      "This encounter is restricted to whoever works on it. Emergency access opens it and is reported.",
    );
  return row;
}

/** @throws Refusal encounter.finalised */
export function stillOpen(row: Row<"encounter">): void {
  if (row.status === "finalised")
    throw new Refusal(409, "encounter.finalised", "The encounter is finalised. A senior coder can reopen it.");
}

/** The ETag of an encounter's state. */
export const etag = (version: number): string => `"${version}"`;

/**
 * Refuses to write over what the sender has not seen.
 * @param header the If-Match header
 * @throws Refusal version.required, version.changed
 */
export function unchanged(row: Row<"encounter">, header: string | undefined): void {
  if (header === undefined)
    throw new Refusal(428, "version.required", "Send the encounter's ETag in If-Match, so that nobody's work is lost.");
  if (header !== "*" && header !== etag(row.version))
    throw new Refusal(412, "version.changed", "Somebody changed the encounter meanwhile. Read it again, then repeat.");
}

/** Counts a change of the encounter, and sets what is given. @returns the new version */
export async function touch(tx: Tx, row: Row<"encounter">, set: Partial<Row<"encounter">> = {}): Promise<number> {
  const version = row.version + 1;
  await tx
    .updateTable("encounter")
    .set({ ...set, version })
    .where("id", "=", row.id)
    .execute();
  return version;
}
