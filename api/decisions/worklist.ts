import { sql } from "kysely";
import { record } from "../audit/index.js";
import { findEncounter, stillOpen, touch } from "../encounters/find.js";
import { InputError, Refusal } from "../errors.js";
import type { Principal } from "../security/principal.js";
import type { Service } from "../service.js";
import type { Row, Tx } from "../store/index.js";

export type WorklistFilter = {
  readonly status?: "open" | "finalised";
  readonly setting?: string;
  readonly claimed?: "me" | "nobody";
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly after?: string;
};
export type WorklistItem = {
  readonly id: string;
  readonly setting: string;
  readonly date: string;
  readonly status: string;
  readonly priority: number;
  readonly restricted: boolean;
  readonly claimedBy?: string;
  readonly createdAt: string;
};

const item = (row: Row<"encounter">): WorklistItem => ({
  id: row.id,
  setting: row.setting,
  date: row.date,
  status: row.status,
  priority: row.priority,
  restricted: row.restricted,
  ...(row.claimed_by === null ? {} : { claimedBy: row.claimed_by }),
  createdAt: row.created_at,
});

/** Encounters by priority, then age. `next` goes on where the page ended. */
export async function worklist(
  tx: Tx,
  who: Principal,
  filter: WorklistFilter,
): Promise<{ items: WorklistItem[]; next?: string }> {
  const { status = "open", setting, claimed, from, to, limit = 50, after } = filter;
  let query = tx.selectFrom("encounter").selectAll().where("status", "=", status);
  if (setting) query = query.where("setting", "=", setting);
  if (claimed === "me") query = query.where("claimed_by", "=", who.id);
  if (claimed === "nobody") query = query.where("claimed_by", "is", null);
  if (from) query = query.where("date", ">=", from);
  if (to) query = query.where("date", "<=", to);
  if (after !== undefined) {
    const [priority, at, id] = Buffer.from(after, "base64url").toString("utf8").split(" ");
    if (!/^-?\d{1,4}$/.test(priority) || !at || !id)
      throw new InputError("page.after", "Expected `next` of the page before.", "/after");
    query = query.where(sql<boolean>`(-priority, created_at, id) > (${-Number(priority)}::int, ${at}, ${id})`);
  }
  const rows = await query
    .orderBy("priority", "desc")
    .orderBy("created_at")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(item),
    ...(rows.length > limit && last
      ? { next: Buffer.from(`${last.priority} ${last.created_at} ${last.id}`).toString("base64url") }
      : {}),
  };
}

/** Takes an encounter to work on. @throws Refusal encounter.claimed */
export async function claim(service: Service, tx: Tx, who: Principal, id: string): Promise<{ version: number }> {
  const at = service.now();
  const row = await findEncounter(tx, who, id, at, true);
  return { version: await take(tx, who, row, at) };
}

/** Takes the next encounter that nobody has; two who ask at once get two. @throws Refusal worklist.empty */
export async function claimNext(
  service: Service,
  tx: Tx,
  who: Principal,
): Promise<{ item: WorklistItem; version: number }> {
  const at = service.now();
  const row = await tx
    .selectFrom("encounter")
    .selectAll()
    .where("status", "=", "open")
    .where("claimed_by", "is", null)
    .where("restricted", "=", false)
    .orderBy("priority", "desc")
    .orderBy("created_at")
    .orderBy("id")
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) throw new Refusal(404, "worklist.empty", "Nothing waits for anybody.");
  const version = await take(tx, who, row, at);
  return { item: item({ ...row, claimed_by: who.id }), version };
}

async function take(tx: Tx, who: Principal, row: Row<"encounter">, at: string): Promise<number> {
  stillOpen(row);
  if (row.claimed_by !== null && row.claimed_by !== who.id)
    throw new Refusal(409, "encounter.claimed", "Somebody else works on this encounter.");
  const version = await touch(tx, row, { claimed_by: who.id, claimed_at: at });
  await record(tx, who, at, { action: "encounter.claimed", encounter: row.id });
  return version;
}

/** Gives an encounter back. */
export async function release(service: Service, tx: Tx, who: Principal, id: string): Promise<{ version: number }> {
  const at = service.now();
  const row = await findEncounter(tx, who, id, at, true);
  if (row.claimed_by !== who.id && who.role !== "senior-coder")
    throw new Refusal(409, "encounter.claimed", "Only whoever claimed it, or a senior coder, gives it back.");
  const version = await touch(tx, row, { claimed_by: null, claimed_at: null });
  await record(tx, who, at, { action: "encounter.released", encounter: row.id });
  return { version };
}
