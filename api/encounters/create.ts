import { randomUUID } from "node:crypto";
import type { Patient, Setting } from "../../pipeline/types.js";
import { record } from "../audit/index.js";
import { ofNotes } from "../encounter.js";
import { Refusal } from "../errors.js";
import type { Titled } from "../result.js";
import type { Principal } from "../security/principal.js";
import type { Service } from "../service.js";
import type { Row, Tx } from "../store/index.js";
import { addNote, type NoteView, notesOf, noteView, type ReadNote } from "./notes.js";
import { type Hidden, hiddenOf, makeRun, type RunView, runsOf, runView } from "./runs.js";

export type EncounterBody = {
  readonly reference?: string;
  readonly setting?: Setting;
  readonly serviceDate?: string;
  readonly dischargeDate?: string;
  readonly patient?: Patient;
  readonly restricted?: boolean;
  readonly priority?: number;
  /** Whether the engine reads the notes at once; true unless said otherwise. */
  readonly run?: boolean;
};
export type EncounterView = {
  readonly id: string;
  readonly reference?: string;
  readonly setting: string;
  readonly date: string;
  readonly patient: Patient;
  readonly status: string;
  readonly priority: number;
  readonly restricted: boolean;
  readonly claimedBy?: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly finalisedBy?: string;
  readonly finalisedAt?: string;
  readonly version: number;
  readonly notes: NoteView[];
  readonly runs: RunView[];
};

/**
 * Keeps a new encounter with its notes and, unless told otherwise, what the engine makes of them.
 * @throws InputError for dates and patient; Refusal encounter.known for a reference that is taken
 */
export async function createEncounter(
  service: Service,
  tx: Tx,
  who: Principal,
  body: EncounterBody,
  notes: readonly ReadNote[],
): Promise<{ row: Row<"encounter">; result?: Titled }> {
  const id = randomUUID();
  const now = service.now();
  // Checks dates and patient, and settles the date that chooses the releases.
  const { encounter } = ofNotes(
    { ...body, id, notes: notes.map((n, i) => ({ id: String(i), text: n.text })) },
    service.engine.knowledge,
    now.slice(0, 10),
  );
  const { reference } = body;
  const hidden: Hidden = { ...(reference === undefined ? {} : { reference }), patient: encounter.patient };
  const mark = reference === undefined ? null : await service.vault.mark(tx, who.tenant, reference);
  const row = await tx
    .insertInto("encounter")
    .values({
      id,
      tenant: who.tenant,
      setting: encounter.setting,
      date: encounter.date,
      status: "open",
      priority: body.priority ?? 0,
      restricted: body.restricted ?? false,
      ...(await service.vault.seal(tx, who.tenant, `encounter:${id}`, JSON.stringify(hidden))),
      reference: mark,
      created_by: who.id,
      created_at: now,
    })
    .onConflict((c) => c.columns(["tenant", "reference"]).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new Refusal(409, "encounter.known", "An encounter with this reference exists. Add the notes to it.");
  await record(tx, who, now, {
    action: "encounter.created",
    encounter: id,
    details: { setting: row.setting, date: row.date, notes: notes.length, restricted: row.restricted },
  });
  for (const [i, note] of notes.entries()) await addNote(service, tx, who, id, i + 1, note);
  if (body.run === false) return { row };
  const { result } = await makeRun(service, tx, who, row);
  return { row, result };
}

/** An encounter without a word of its notes. */
export async function encounterView(service: Service, tx: Tx, row: Row<"encounter">): Promise<EncounterView> {
  const { reference, patient } = await hiddenOf(service, tx, row);
  return {
    id: row.id,
    ...(reference === undefined ? {} : { reference }),
    setting: row.setting,
    date: row.date,
    patient,
    status: row.status,
    priority: row.priority,
    restricted: row.restricted,
    ...(row.claimed_by === null ? {} : { claimedBy: row.claimed_by }),
    createdBy: row.created_by,
    createdAt: row.created_at,
    ...(row.finalised_by === null ? {} : { finalisedBy: row.finalised_by }),
    ...(row.finalised_at === null ? {} : { finalisedAt: row.finalised_at }),
    version: row.version,
    notes: (await notesOf(tx, row.id)).map((note) => noteView(note)),
    runs: (await runsOf(tx, row.id)).map(runView),
  };
}
