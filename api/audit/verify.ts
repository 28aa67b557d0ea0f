import { noteHash } from "../encounters/notes.js";
import { bodyOf } from "../encounters/runs.js";
import { TamperError } from "../security/vault.js";
import type { Service } from "../service.js";
import { sha256 } from "../sha256.js";
import { type ChainCheck, ChainWalk } from "./event.js";

export type TenantCheck = {
  readonly tenant: string;
  readonly chain: ChainCheck;
  readonly notes: number;
  readonly runs: number;
  /** Records whose bytes are not those that were written, or that the events do not know. */
  readonly faults: readonly { readonly record: string; readonly says: string }[];
};

/** Events read at a time. */
const PAGE = 500;

/**
 * Proves a tenant's audit: the chain link by link, and every sealed note and run against the hashes that the events carry.
 * Looks, and changes nothing.
 */
export async function verifyTenant(service: Pick<Service, "store" | "vault">, tenant: string): Promise<TenantCheck> {
  return service.store.in(tenant, async (tx) => {
    const walk = new ChainWalk();
    const noteHashes = new Map<string, string>();
    const runHashes = new Map<string, { result: string; ledger: string }>();
    for (let after = 0; ; ) {
      const page = await tx
        .selectFrom("event")
        .selectAll()
        .where("seq", ">", after)
        .orderBy("seq")
        .limit(PAGE)
        .execute();
      for (const event of page) {
        if (!walk.add(event)) break;
        const details = JSON.parse(event.details) as { note?: string; run?: string; result: string; ledger: string };
        if (event.action === "note.added" && details.note) noteHashes.set(details.note, event.note_sha256 ?? "");
        if (event.action === "run.made" && details.run) runHashes.set(details.run, details);
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last.seq;
    }
    const head = await tx.selectFrom("chain").select(["seq", "hash"]).executeTakeFirst();
    const chain = walk.end(head ?? { seq: 0, hash: "" });
    const faults: { record: string; says: string }[] = [];
    const check = async (record: string, work: () => Promise<string | null>) => {
      try {
        const says = await work();
        if (says) faults.push({ record, says });
      } catch (error) {
        faults.push({
          record,
          says: error instanceof TamperError ? error.message : "The record cannot be read: its bytes were changed.",
        });
      }
    };
    const notes = await tx.selectFrom("note").selectAll().orderBy("id").execute();
    for (const row of notes)
      await check(`note:${row.id}`, async () => {
        const text = (await service.vault.unseal(tx, tenant, `note:${row.id}`, row)).toString("utf16le");
        const hash = noteHash(text);
        return hash === row.sha256 && hash === noteHashes.get(row.id)
          ? null
          : "The text is not the one that the events name.";
      });
    const runs = await tx.selectFrom("run").selectAll().orderBy("id").execute();
    for (const row of runs)
      await check(`run:${row.id}`, async () => {
        const body = await bodyOf(service, tx, row);
        const known = runHashes.get(row.id);
        return sha256(JSON.stringify(body.result)) === known?.result &&
          sha256(JSON.stringify(body.facts)) === known.ledger
          ? null
          : "The result is not the one that the events name.";
      });
    // What the events know must be there.
    const kept = new Set([...notes.map((n) => n.id), ...runs.map((r) => r.id)]);
    for (const [kind, hashes] of [["note", noteHashes] as const, ["run", runHashes] as const])
      for (const id of hashes.keys())
        if (!kept.has(id)) faults.push({ record: `${kind}:${id}`, says: "The events know it, and it is gone." });
    const encounters = await tx.selectFrom("encounter").selectAll().execute();
    for (const row of encounters)
      await check(`encounter:${row.id}`, async () => {
        await service.vault.unseal(tx, tenant, `encounter:${row.id}`, row);
        return null;
      });
    return { tenant, chain, notes: notes.length, runs: runs.length, faults };
  });
}

/** Every tenant of a store. */
export async function verifyStore(service: Pick<Service, "store" | "vault">): Promise<TenantCheck[]> {
  const tenants = await service.store.system.selectFrom("tenant").select("id").orderBy("id").execute();
  const checks: TenantCheck[] = [];
  for (const { id } of tenants) checks.push(await verifyTenant(service, id));
  return checks;
}
