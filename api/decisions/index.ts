import { randomUUID } from "node:crypto";
import type { Knowledge } from "../../pipeline/knowledge.js";
import type { System } from "../../pipeline/types.js";
import { record } from "../audit/index.js";
import { knowledgeOn } from "../codesets/in-force.js";
import { findEncounter, stillOpen, touch, unchanged } from "../encounters/find.js";
import { notesOf, textOf } from "../encounters/notes.js";
import { findRun } from "../encounters/runs.js";
import { InputError, Refusal } from "../errors.js";
import type { Principal } from "../security/principal.js";
import type { Service } from "../service.js";
import type { Row, Tx } from "../store/index.js";

export const ACTIONS = ["accept", "change", "reject", "add"] as const;
export const REASONS = [
  "not-documented",
  "negated",
  "historical",
  "integral-symptom",
  "wrong-encounter",
  "duplicate",
  "specificity",
  "other",
] as const;
export type DecisionInput = {
  readonly action: (typeof ACTIONS)[number];
  readonly system: System;
  readonly code: string;
  /** The run that proposed the code. */
  readonly run?: string;
  /** With `change`: the code that is right. */
  readonly to?: string;
  /** With `reject`. */
  readonly reason?: (typeof REASONS)[number];
  /** With the reason `other`, in the person's own words. */
  readonly text?: string;
  /** With `add`: the words that support the code. */
  readonly span?: { readonly note: string; readonly start: number; readonly end: number };
  readonly modifiers?: readonly string[];
  readonly units?: number;
};
export type DecisionView = {
  readonly id: string;
  readonly seq: number;
  readonly action: string;
  readonly system: string;
  readonly code: string;
  readonly run?: string;
  readonly to?: string;
  readonly reason?: string;
  readonly text?: string;
  readonly span?: DecisionInput["span"];
  readonly modifiers?: string[];
  readonly units?: number;
  readonly undoes?: string;
  readonly undone: boolean;
  readonly by: string;
  readonly at: string;
};

/** A diagnosis must exist and be billable; of services we know a part alone, so that others are taken as they are given. */
function checkCode(system: System, code: string, knowledge: Knowledge, at: string): void {
  if (system !== "icd-10-cm") return;
  const found = knowledge.codes.find(code);
  if (found < 0 || !knowledge.codes.billable(found))
    throw new InputError(
      "code.not-billable",
      `Expected a billable ICD-10-CM code of ${knowledge.codes.release}, with its dot and all its characters.`,
      at,
    );
}

function checkInput(input: DecisionInput, knowledge: Knowledge): void {
  const need = (holds: boolean, field: string, says: string) => {
    if (!holds) throw new InputError("decision.fields", says, `/${field}`);
  };
  need(
    (input.to !== undefined) === (input.action === "change"),
    "to",
    'Give "to" with the action change, and only then.',
  );
  need(
    (input.reason !== undefined) === (input.action === "reject"),
    "reason",
    'Give "reason" with the action reject, and only then.',
  );
  need(
    (input.text !== undefined) === (input.reason === "other"),
    "text",
    'Give "text" with the reason other, and only then.',
  );
  need(
    (input.span !== undefined) === (input.action === "add"),
    "span",
    'Give "span" with the action add, and only then.',
  );
  if (input.action !== "reject") checkCode(input.system, input.to ?? input.code, knowledge, input.to ? "/to" : "/code");
}

/**
 * Keeps what a person decided about a code.
 * @param ifMatch the encounter's ETag as the person saw it
 * @returns the decision and the encounter's new version
 */
export async function decide(
  service: Service,
  tx: Tx,
  who: Principal,
  id: string,
  input: DecisionInput,
  ifMatch: string | undefined,
): Promise<{ decision: DecisionView; version: number }> {
  const at = service.now();
  const row = await findEncounter(tx, who, id, at, true);
  stillOpen(row);
  unchanged(row, ifMatch);
  checkInput(input, knowledgeOn(service.engine.knowledge, row.date));
  const run = input.action === "add" && input.run === undefined ? null : await findRun(tx, id, input.run ?? "latest");
  if (input.span) await checkSpan(service, tx, id, input.span);
  const made: Row<"decision"> = {
    ...(await emptyRow(tx, who, row, at)),
    run: run?.id ?? null,
    action: input.action,
    system: input.system,
    code: input.code.toUpperCase(),
    to_code: input.to?.toUpperCase() ?? null,
    reason: input.reason ?? null,
    span: input.span ? JSON.stringify(input.span) : null,
    modifiers: input.modifiers ? JSON.stringify(input.modifiers) : null,
    units: input.units ?? null,
  };
  if (input.text !== undefined)
    Object.assign(made, await service.vault.seal(tx, who.tenant, `decision:${made.id}`, input.text));
  return keep(service, tx, who, row, made);
}

/** Takes a decision back. What was decided stays in the record. @throws Refusal decision.unknown, decision.undone */
export async function undo(
  service: Service,
  tx: Tx,
  who: Principal,
  id: string,
  decision: string,
  ifMatch: string | undefined,
): Promise<{ decision: DecisionView; version: number }> {
  const at = service.now();
  const row = await findEncounter(tx, who, id, at, true);
  stillOpen(row);
  unchanged(row, ifMatch);
  const all = await rowsOf(tx, id);
  const before = all.find((d) => d.id === decision && d.action !== "undo");
  if (!before) throw new Refusal(404, "decision.unknown", "The encounter has no such decision.");
  if (all.some((d) => d.undoes === decision))
    throw new Refusal(409, "decision.undone", "This decision was taken back before.");
  const { system, code } = before;
  return keep(service, tx, who, row, {
    ...(await emptyRow(tx, who, row, at)),
    action: "undo",
    system,
    code,
    undoes: decision,
  });
}

async function emptyRow(tx: Tx, who: Principal, row: Row<"encounter">, at: string): Promise<Row<"decision">> {
  const last = await tx
    .selectFrom("decision")
    .select((e) => e.fn.max("seq").as("seq"))
    .where("encounter", "=", row.id)
    .executeTakeFirst();
  return {
    id: randomUUID(),
    tenant: who.tenant,
    encounter: row.id,
    seq: (last?.seq ?? 0) + 1,
    run: null,
    action: "",
    system: "",
    code: "",
    to_code: null,
    reason: null,
    sealed: null,
    sealed_key: null,
    span: null,
    modifiers: null,
    units: null,
    undoes: null,
    by: who.id,
    at,
  };
}

async function keep(service: Service, tx: Tx, who: Principal, row: Row<"encounter">, made: Row<"decision">) {
  await tx.insertInto("decision").values(made).execute();
  const version = await touch(tx, row);
  const { id, action, system, code, to_code, reason, run, undoes } = made;
  await record(tx, who, made.at, {
    action: `decision.${action === "undo" ? "undone" : "made"}`,
    encounter: row.id,
    details: { decision: id, action, system, code, to: to_code, reason, run, undoes },
  });
  return { decision: await view(service, tx, made, new Set()), version };
}

async function checkSpan(service: Service, tx: Tx, encounter: string, span: NonNullable<DecisionInput["span"]>) {
  const note = (await notesOf(tx, encounter)).find((n) => n.id === span.note);
  const length = note ? (await textOf(service, tx, note)).length : -1;
  if (!(span.start < span.end && span.end <= length))
    throw new InputError(
      "span.outside",
      "Expected start before end, both within the text of a note of this encounter, in UTF-16 units.",
      "/span",
    );
}

const rowsOf = (tx: Tx, encounter: string): Promise<Row<"decision">[]> =>
  tx.selectFrom("decision").selectAll().where("encounter", "=", encounter).orderBy("seq").execute();

async function view(
  service: Service,
  tx: Tx,
  d: Row<"decision">,
  undone: ReadonlySet<string | null>,
): Promise<DecisionView> {
  const text =
    d.sealed && d.sealed_key
      ? (
          await service.vault.unseal(tx, d.tenant, `decision:${d.id}`, { sealed: d.sealed, sealed_key: d.sealed_key })
        ).toString("utf8")
      : undefined;
  return {
    id: d.id,
    seq: d.seq,
    action: d.action,
    system: d.system,
    code: d.code,
    ...(d.run === null ? {} : { run: d.run }),
    ...(d.to_code === null ? {} : { to: d.to_code }),
    ...(d.reason === null ? {} : { reason: d.reason }),
    ...(text === undefined ? {} : { text }),
    ...(d.span === null ? {} : { span: JSON.parse(d.span) }),
    ...(d.modifiers === null ? {} : { modifiers: JSON.parse(d.modifiers) }),
    ...(d.units === null ? {} : { units: d.units }),
    ...(d.undoes === null ? {} : { undoes: d.undoes }),
    undone: undone.has(d.id),
    by: d.by,
    at: d.at,
  };
}

/** Every decision in order, and which of them stand: the last of each code that was not taken back. */
export async function decisionsOf(
  service: Service,
  tx: Tx,
  encounter: string,
): Promise<{ history: DecisionView[]; standing: DecisionView[] }> {
  const rows = await rowsOf(tx, encounter);
  const undone = new Set(rows.map((d) => d.undoes));
  const history: DecisionView[] = [];
  const standing = new Map<string, DecisionView>();
  for (const row of rows) {
    const shown = await view(service, tx, row, undone);
    history.push(shown);
    if (row.action !== "undo" && !shown.undone) standing.set(`${row.system}:${row.code}`, shown);
  }
  return { history, standing: [...standing.values()] };
}
