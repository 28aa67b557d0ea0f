import { ofNotes } from "../encounter.js";
import { notesOf, textOf } from "../encounters/notes.js";
import { bodyOf, runView } from "../encounters/runs.js";
import { versionsOn } from "../result.js";
import type { Service } from "../service.js";
import { sha256 } from "../sha256.js";
import type { Row, Tx } from "../store/index.js";

/** Whether a stored run comes out the same again, byte for byte. */
export type Replay =
  | { readonly same: true; readonly run: string; readonly resultSha256: string; readonly ledgerSha256: string }
  | { readonly same: false; readonly run: string; readonly differs: readonly ("result" | "ledger" | "notes")[] }
  /** The engine at hand is not the one that made it: what differs, as `kept -> at hand`. */
  | { readonly same: null; readonly run: string; readonly versions: readonly string[] };

/** Runs a stored encounter again on what it was given, and compares bytes. */
export async function replay(service: Service, tx: Tx, row: Row<"run">): Promise<Replay> {
  const kept = runView(row).versions;
  const { knowledge } = service.engine;
  const { input } = await bodyOf(service, tx, row);
  const here = versionsOn(service.engine.versions, knowledge, input.date);
  const flat = (v: typeof here): Record<string, string> => ({
    engine: v.engine,
    knowledge: v.knowledge,
    ...Object.fromEntries(Object.entries(v.releases).map(([k, x]) => [`release ${k}`, x])),
    ...Object.fromEntries(Object.entries(v.models).map(([k, x]) => [`model ${k}`, x])),
  });
  const [a, b] = [flat(kept), flat(here)];
  const versions = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((k) => a[k] !== b[k])
    .map((k) => `${k}: ${a[k] ?? "none"} -> ${b[k] ?? "none"}`);
  if (versions.length > 0) return { same: null, run: row.id, versions };
  const wanted = new Set(input.notes.map((n) => n.id));
  const notes = [];
  for (const note of await notesOf(tx, row.encounter))
    if (wanted.has(note.id)) notes.push({ id: note.id, type: note.type, text: await textOf(service, tx, note) });
  const date = input.setting === "inpatient" ? { dischargeDate: input.date } : { serviceDate: input.date };
  const { encounter, warnings } = ofNotes(
    { id: input.id, setting: input.setting, patient: input.patient, notes, ...date },
    knowledge,
    input.date,
  );
  const { result, ledger } = await service.engine.run(encounter, warnings);
  const resultSha256 = sha256(JSON.stringify(result));
  const ledgerSha256 = sha256(JSON.stringify(ledger.facts));
  const differs: ("result" | "ledger" | "notes")[] = [];
  if (notes.length !== input.notes.length || notes.some((n, i) => sha256(n.text) !== input.notes[i].sha256))
    differs.push("notes");
  if (resultSha256 !== row.result_sha256) differs.push("result");
  if (ledgerSha256 !== row.ledger_sha256) differs.push("ledger");
  return differs.length === 0
    ? { same: true, run: row.id, resultSha256, ledgerSha256 }
    : { same: false, run: row.id, differs };
}
