import type { Principal } from "../security/principal.js";
import type { Tx } from "../store/index.js";
import { eventHash, GENESIS } from "./event.js";

export { type ChainCheck, ChainWalk, eventHash, GENESIS } from "./event.js";

/** What happened, without a word of patient text. */
export type Happening = {
  /** Dotted, past tense: `encounter.created`, `note.viewed`. */
  readonly action: string;
  readonly encounter?: string;
  readonly noteSha256?: string;
  readonly versions?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
};

/**
 * Appends an event in the transaction that it describes: either both are kept or neither.
 * Writers of one tenant take turns at the head of its chain until they commit.
 * @param at ISO 8601, UTC
 */
export async function record(tx: Tx, who: Principal, at: string, what: Happening): Promise<void> {
  const { tenant } = who;
  const head =
    (await tx
      .selectFrom("chain")
      .select(["seq", "hash"])
      .where("tenant", "=", tenant)
      .forUpdate()
      .executeTakeFirst()) ?? (await firstLink(tx, tenant));
  const event = {
    tenant,
    seq: head.seq + 1,
    at,
    actor: who.id,
    actor_kind: who.kind,
    action: what.action,
    encounter: what.encounter ?? null,
    note_sha256: what.noteSha256 ?? null,
    versions: what.versions === undefined ? null : JSON.stringify(what.versions),
    details: JSON.stringify(what.details ?? {}),
    previous: head.hash,
  };
  const hash = eventHash(event);
  await tx
    .insertInto("event")
    .values({ ...event, hash })
    .execute();
  await tx.updateTable("chain").set({ seq: event.seq, hash }).where("tenant", "=", tenant).execute();
}

async function firstLink(tx: Tx, tenant: string): Promise<{ seq: number; hash: string }> {
  await tx
    .insertInto("chain")
    .values({ tenant, seq: 0, hash: GENESIS })
    .onConflict((c) => c.doNothing())
    .execute();
  return tx
    .selectFrom("chain")
    .select(["seq", "hash"])
    .where("tenant", "=", tenant)
    .forUpdate()
    .executeTakeFirstOrThrow();
}
