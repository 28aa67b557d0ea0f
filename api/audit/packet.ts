import { trace, within } from "../../pipeline/explain.js";
import type { Fact } from "../../pipeline/types.js";
import { type EncounterView, encounterView } from "../encounters/create.js";
import { notesOf, textOf } from "../encounters/notes.js";
import { bodyOf, ledgerOf, type RunView, runsOf, runView } from "../encounters/runs.js";
import type { Evidence, Titled } from "../result.js";
import type { Service } from "../service.js";
import { sha256 } from "../sha256.js";
import type { Row, Tx } from "../store/index.js";

/** All that is kept of one encounter, for whoever audits it without this program. */
export type Packet = {
  readonly encounter: EncounterView;
  readonly notes: readonly { readonly id: string; readonly sha256: string; readonly text: string }[];
  readonly runs: readonly {
    readonly run: RunView;
    readonly result: Titled;
    /** Of each suggestion: the quotes and what led to it. */
    readonly because: readonly {
      readonly code: string;
      readonly quotes: readonly (Evidence & { readonly quote: string })[];
      readonly by: readonly { readonly stage: string; readonly type: string; readonly id: string }[];
      readonly rulings: readonly { readonly rule: string; readonly verdict: string; readonly says: string }[];
    }[];
  }[];
  /** The encounter's events, as hashed; `previous` links each to the tenant's whole chain. */
  readonly events: readonly Row<"event">[];
  /** The chain's head when the packet was made. */
  readonly head: { readonly seq: number; readonly hash: string };
  /** SHA-256 of the JSON of all the above. */
  readonly sha256: string;
};

/** Gathers the packet of an encounter. The caller records that it was handed out. */
export async function packetOf(service: Service, tx: Tx, row: Row<"encounter">): Promise<Packet> {
  const encounter = await encounterView(service, tx, row);
  const notes = [];
  for (const note of await notesOf(tx, row.id))
    notes.push({ id: note.id, sha256: note.sha256, text: await textOf(service, tx, note) });
  const texts = new Map(notes.map((n) => [n.id, n.text]));
  const runs = [];
  for (const run of await runsOf(tx, row.id)) {
    const { result, facts } = await bodyOf(service, tx, run);
    const ledger = ledgerOf(facts);
    const because = ledger
      .of("suggestion")
      .filter((s) => s.body.shown)
      .map((suggestion) => {
        const walk = trace(ledger, suggestion.id);
        const sources = new Map<string, { stage: string; type: string; id: string }>();
        for (const kind of ["candidate", "ruling", "estimate"] as const)
          for (const fact of within(walk, kind) as Fact[])
            sources.set(`${fact.stage} ${fact.by.id}`, { stage: fact.stage, ...fact.by });
        return {
          code: suggestion.body.code.value,
          quotes: suggestion.body.evidence.map(({ note, start, end }) => ({
            note,
            start,
            end,
            quote: (texts.get(note) ?? "").slice(start, end),
          })),
          by: [...sources.values()],
          rulings: within(walk, "ruling").map((r) => ({ rule: r.by.id, verdict: r.body.verdict, says: r.body.says })),
        };
      });
    runs.push({ run: runView(run), result, because });
  }
  const events = await tx.selectFrom("event").selectAll().where("encounter", "=", row.id).orderBy("seq").execute();
  const head = await tx.selectFrom("chain").select(["seq", "hash"]).executeTakeFirstOrThrow();
  const packet = { encounter, notes, runs, events, head };
  return { ...packet, sha256: sha256(JSON.stringify(packet)) };
}
