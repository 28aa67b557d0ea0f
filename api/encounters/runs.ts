import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Ledger } from "../../pipeline/stage.js";
import type { Fact, Kind, Patient, Setting, Versions } from "../../pipeline/types.js";
import { record } from "../audit/index.js";
import { ofNotes, type Warning } from "../encounter.js";
import { Refusal } from "../errors.js";
import type { Titled } from "../result.js";
import type { Principal } from "../security/principal.js";
import type { Service } from "../service.js";
import { sha256 } from "../sha256.js";
import type { Row, Tx } from "../store/index.js";
import { notesOf, textOf } from "./notes.js";

/** What a run was given: with the notes, all that a replay needs. */
export type RunInput = {
  readonly id: string;
  readonly setting: Setting;
  readonly date: string;
  readonly patient: Patient;
  readonly notes: readonly { readonly id: string; readonly type: string; readonly sha256: string }[];
};
/** A run as it is kept, sealed. */
export type RunBody = {
  readonly input: RunInput;
  readonly warnings: readonly Warning[];
  readonly result: Titled;
  readonly facts: readonly Fact[];
};
export type RunView = {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly versions: Versions;
  readonly resultSha256: string;
  readonly ledgerSha256: string;
};

const packed = promisify(gzip);
const unpacked = promisify(gunzip);

/** What is kept sealed beside an encounter. */
export type Hidden = { readonly reference?: string; readonly patient: Patient };

export async function hiddenOf(service: Service, tx: Tx, row: Row<"encounter">): Promise<Hidden> {
  const bytes = await service.vault.unseal(tx, row.tenant, `encounter:${row.id}`, row);
  return JSON.parse(bytes.toString("utf8")) as Hidden;
}

/** Reads all notes of an encounter with the engine at hand and keeps result and ledger beside the earlier ones. */
export async function makeRun(
  service: Service,
  tx: Tx,
  who: Principal,
  row: Row<"encounter">,
): Promise<{ view: RunView; result: Titled }> {
  const { engine, vault } = service;
  const { patient } = await hiddenOf(service, tx, row);
  const rows = await notesOf(tx, row.id);
  const notes = await Promise.all(
    rows.map(async (note) => ({ id: note.id, type: note.type, text: await textOf(service, tx, note) })),
  );
  const { encounter, warnings } = ofNotes(
    {
      id: row.id,
      notes,
      setting: row.setting as Setting,
      patient,
      ...(row.setting === "inpatient" ? { dischargeDate: row.date } : { serviceDate: row.date }),
    },
    engine.knowledge,
    row.date,
  );
  const { result, ledger } = await engine.run(encounter, warnings);
  const input: RunInput = {
    id: row.id,
    setting: encounter.setting,
    date: encounter.date,
    patient: encounter.patient,
    notes: rows.map((n) => ({ id: n.id, type: n.type, sha256: n.sha256 })),
  };
  const body: RunBody = { input, warnings, result, facts: ledger.facts };
  const view: RunView = {
    id: randomUUID(),
    seq: 1 + (await countOf(tx, row.id)),
    at: service.now(),
    by: who.id,
    versions: engine.versionsOn(row.date),
    resultSha256: sha256(JSON.stringify(result)),
    ledgerSha256: sha256(JSON.stringify(ledger.facts)),
  };
  const sealed = await vault.seal(tx, row.tenant, `run:${view.id}`, await packed(JSON.stringify(body), { level: 3 }));
  await tx
    .insertInto("run")
    .values({
      id: view.id,
      tenant: row.tenant,
      encounter: row.id,
      seq: view.seq,
      versions: JSON.stringify(view.versions),
      notes: JSON.stringify(input.notes),
      result_sha256: view.resultSha256,
      ledger_sha256: view.ledgerSha256,
      ...sealed,
      by: view.by,
      at: view.at,
    })
    .execute();
  await record(tx, who, view.at, {
    action: "run.made",
    encounter: row.id,
    versions: view.versions,
    details: {
      run: view.id,
      notes: input.notes.map((n) => n.sha256),
      result: view.resultSha256,
      ledger: view.ledgerSha256,
      suggestions: result.suggestions.length,
    },
  });
  return { view, result };
}

async function countOf(tx: Tx, encounter: string): Promise<number> {
  const { n } = await tx
    .selectFrom("run")
    .select((e) => e.fn.countAll<string>().as("n"))
    .where("encounter", "=", encounter)
    .executeTakeFirstOrThrow();
  return Number(n);
}

export const runView = (row: Row<"run">): RunView => ({
  id: row.id,
  seq: row.seq,
  at: row.at,
  by: row.by,
  versions: JSON.parse(row.versions) as Versions,
  resultSha256: row.result_sha256,
  ledgerSha256: row.ledger_sha256,
});

export function runsOf(tx: Tx, encounter: string): Promise<Row<"run">[]> {
  return tx.selectFrom("run").selectAll().where("encounter", "=", encounter).orderBy("seq").execute();
}

/**
 * @param id a run's id, or `latest`
 * @throws Refusal run.unknown
 */
export async function findRun(tx: Tx, encounter: string, id: string): Promise<Row<"run">> {
  const query = tx.selectFrom("run").selectAll().where("encounter", "=", encounter);
  const row = await (id === "latest"
    ? query.orderBy("seq", "desc").limit(1)
    : query.where("id", "=", id)
  ).executeTakeFirst();
  if (!row) throw new Refusal(404, "run.unknown", "The encounter has no such run. POST to its runs to make one.");
  return row;
}

/** @throws TamperError */
export async function bodyOf(service: Pick<Service, "vault">, tx: Tx, row: Row<"run">): Promise<RunBody> {
  const bytes = await service.vault.unseal(tx, row.tenant, `run:${row.id}`, row);
  return JSON.parse((await unpacked(bytes)).toString("utf8")) as RunBody;
}

/** The kept facts as a ledger, for tracing years later without the engine of that day. */
export function ledgerOf(facts: readonly Fact[]): Ledger {
  const byKind = new Map<Kind, Fact[]>();
  for (const fact of facts) {
    const list = byKind.get(fact.kind);
    if (list) list.push(fact);
    else byKind.set(fact.kind, [fact]);
  }
  return { facts, of: <K extends Kind>(kind: K) => (byKind.get(kind) ?? []) as unknown as readonly Fact<K>[] };
}
