import type { Knowledge } from "../pipeline/knowledge.js";
import type { Encounter, Note, Patient, Setting, Span } from "../pipeline/types.js";
import { checkDay } from "./codesets/day.js";
import { InputError, placePart } from "./errors.js";

/** One encounter as the command line and the service take it: one note as `text`, or several as `notes`. Dates are `YYYY-MM-DD`. */
export type EncounterInput = {
  id?: string;
  text?: string;
  notes?: readonly Note[];
  setting?: Setting;
  serviceDate?: string;
  dischargeDate?: string;
  patient?: Patient;
};
export type Warning = {
  readonly code: string;
  readonly message: string;
  /** Where it is about a proposed code: that code, and the words that led to it. */
  readonly about?: string;
  readonly evidence?: readonly Span[];
};

/** Longest note, in UTF-16 units: a year of progress notes fits, a mistaken export does not. */
export const LONGEST_NOTE = 4_000_000;
const settings: readonly Setting[] = ["inpatient", "outpatient", "emergency"];
const keys = new Set(["id", "text", "notes", "setting", "serviceDate", "dischargeDate", "patient"]);
const noteKeys = new Set(["id", "text", "type"]);
const patientKeys = new Set(["age", "sex", "status"]);

/**
 * Checks an input and settles its date: discharge for inpatients, service for the rest, otherwise the day that the caller gives.
 * @param today `YYYY-MM-DD`, for notes without a date
 * @throws InputError naming the field, what was expected and the remedy
 */
export function toEncounter(
  input: unknown,
  knowledge: Knowledge,
  today: string,
): { encounter: Encounter; warnings: Warning[] } {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    throw new InputError("input.not-an-object", 'Expected an object with "text".');
  const value = input as Record<string, unknown>;
  for (const key of Object.keys(value))
    if (!keys.has(key))
      throw new InputError(
        "input.unknown-field",
        `Unknown field. Known fields: ${[...keys].join(", ")}.`,
        `/${placePart(key)}`,
      );
  const { id = "note", text, setting = "outpatient", patient = {} } = value;
  if (typeof id !== "string" || id === "")
    throw new InputError("input.id", 'Expected "id" to be a text of at least one character.', "/id");
  const { notes, warnings } = value.notes === undefined ? oneNote(id, text) : severalNotes(value.notes, text);
  if (!settings.includes(setting as Setting))
    throw new InputError("input.setting", `Unknown setting. Expected one of ${settings.join(", ")}.`, "/setting");
  return settle({ id, notes, setting: setting as Setting, value, patient, knowledge, today, warnings });
}

/** One encounter of several notes, as the store keeps them. */
export type NotesInput = Pick<EncounterInput, "setting" | "serviceDate" | "dischargeDate" | "patient"> & {
  readonly id: string;
  readonly notes: readonly Note[];
};

/**
 * As `toEncounter`, for notes that were checked as they came in.
 * @throws InputError for dates and patient
 */
export function ofNotes(
  input: NotesInput,
  knowledge: Knowledge,
  today: string,
): { encounter: Encounter; warnings: Warning[] } {
  const { id, notes, setting = "outpatient", patient = {} } = input;
  const warnings = notes.flatMap((note) => checkText(note.text));
  return settle({ id, notes, setting, value: input, patient, knowledge, today, warnings });
}

function settle(given: {
  id: string;
  notes: readonly Note[];
  setting: Setting;
  value: { serviceDate?: unknown; dischargeDate?: unknown };
  patient: unknown;
  knowledge: Knowledge;
  today: string;
  warnings: Warning[];
}): { encounter: Encounter; warnings: Warning[] } {
  const { id, notes, setting, value, patient, knowledge, today, warnings } = given;
  const serviceDate = day(value.serviceDate, "/serviceDate");
  const dischargeDate = day(value.dischargeDate, "/dischargeDate");
  const date = (setting === "inpatient" ? (dischargeDate ?? serviceDate) : (serviceDate ?? dischargeDate)) ?? today;
  const field = setting === "inpatient" ? "/dischargeDate" : "/serviceDate";
  warnings.push(...checkDay(knowledge, date, field));
  return {
    encounter: { id, notes, patient: checkPatient(patient), setting, date },
    warnings,
  };
}

type Notes = { readonly notes: readonly Note[]; readonly warnings: Warning[] };

function oneNote(id: string, text: unknown): Notes {
  if (typeof text !== "string")
    throw new InputError("note.missing", 'Expected "text" to hold the note as a text.', "/text");
  return { notes: [{ id, text }], warnings: checkText(text, "/text") };
}

/** Each note with an id of its own, since evidence names it; together no longer than one note may be. */
function severalNotes(value: unknown, text: unknown): Notes {
  if (text !== undefined)
    throw new InputError("input.text-and-notes", 'Give either "text" or "notes", not both.', "/notes");
  if (!Array.isArray(value) || value.length === 0)
    throw new InputError("note.missing", 'Expected "notes" to be a list of at least one {id, text}.', "/notes");
  const notes: Note[] = [];
  const warnings: Warning[] = [];
  const ids = new Set<string>();
  let length = 0;
  for (const [i, note] of value.entries()) {
    const at = `/notes/${i}`;
    if (typeof note !== "object" || note === null || Array.isArray(note))
      throw new InputError("note.not-an-object", 'Expected a note to be an object with "id" and "text".', at);
    const { id, text, type } = note as Record<string, unknown>;
    const unknown = Object.keys(note).find((key) => !noteKeys.has(key));
    if (unknown !== undefined)
      throw new InputError(
        "input.unknown-field",
        `Unknown field. Known fields: ${[...noteKeys].join(", ")}.`,
        `${at}/${placePart(unknown)}`,
      );
    if (typeof id !== "string" || id === "" || ids.has(id))
      throw new InputError("note.id", "Expected each note to have an id that no other note of it has.", `${at}/id`);
    if (typeof text !== "string")
      throw new InputError("note.missing", 'Expected "text" to hold the note as a text.', `${at}/text`);
    if (type !== undefined && typeof type !== "string")
      throw new InputError("note.type", "Expected the type of a note to be a text.", `${at}/type`);
    ids.add(id);
    length += text.length;
    for (const warning of checkText(text, `${at}/text`))
      if (!warnings.some((w) => w.code === warning.code)) warnings.push(warning);
    if (length > LONGEST_NOTE)
      throw new InputError(
        "note.too-long",
        `The notes have more than ${LONGEST_NOTE} characters in all, the most that is read at once. Send fewer.`,
        "/notes",
      );
    notes.push({ id, text, ...(type === undefined ? {} : { type }) });
  }
  return { notes, warnings };
}

/** @throws InputError for a text that is no note */
export function checkText(text: string, at = "/text"): Warning[] {
  if (text.trim() === "") throw new InputError("note.empty", "The note holds no words. Give its text.", at);
  if (text.length > LONGEST_NOTE)
    throw new InputError(
      "note.too-long",
      `The note has ${text.length} characters; at most ${LONGEST_NOTE} are read at once. Split it into the documents that it was made of.`,
      at,
    );
  let controls = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 9 || (unit > 13 && unit < 32)) controls++;
  }
  if (controls > 0 && (text.includes("\0") || controls > text.length / 50))
    throw new InputError(
      "note.binary",
      "The note holds control characters, as a binary file does. Give its plain text.",
      at,
    );
  const warnings: Warning[] = [];
  if (!text.isWellFormed())
    warnings.push({
      code: "note.lone-surrogates",
      message:
        "The note holds halves of characters (lone surrogates). It was read, and offsets are exact, but some words may be damaged.",
    });
  if (text.includes("\uFFFD"))
    warnings.push({
      code: "note.replacement-characters",
      message:
        "The note holds replacement characters, the mark of a wrong encoding somewhere before. Some words may be damaged.",
    });
  return warnings;
}

function checkPatient(value: unknown): Patient {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError("input.patient", "Expected an object.", "/patient");
  const { age, sex, status, ...rest } = value as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined)
    throw new InputError(
      "input.unknown-field",
      `Unknown field. Known fields: ${[...patientKeys].join(", ")}.`,
      `/patient/${placePart(unknown)}`,
    );
  if (age !== undefined && (typeof age !== "number" || !(age >= 0 && age <= 130)))
    throw new InputError("input.age", "Expected years between 0 and 130.", "/patient/age");
  if (sex !== undefined && sex !== "female" && sex !== "male")
    throw new InputError("input.sex", 'Expected "female" or "male"; leave the field out otherwise.', "/patient/sex");
  if (status !== undefined && status !== "new" && status !== "established")
    throw new InputError("input.status", 'Expected "new" or "established".', "/patient/status");
  return {
    ...(age === undefined ? {} : { age }),
    ...(sex === undefined ? {} : { sex }),
    ...(status === undefined ? {} : { status }),
  } as Patient;
}

function day(value: unknown, at: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || !isCalendarDay(value))
    throw new InputError("date.format", "Expected a calendar date as YYYY-MM-DD.", at);
  return value;
}

/** Whether a text is a day that exists: 2026-02-30 is none. */
export function isCalendarDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === value;
}
