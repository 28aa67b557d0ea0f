import type { Note, Patient, Setting } from "../../pipeline/types.js";
import { type EncounterInput, isCalendarDay, type Warning } from "../encounter.js";
import { InputError } from "../errors.js";
import { ageOn } from "./age.js";
import { attachmentText, binariesOf, contentsOf, type Extract } from "./attachment.js";
import { conceptText, isObject, listAt, objectAt, type Placed, textAt } from "./json.js";
import { observationLine } from "./observation.js";
import { settingOfClass, uuidOf } from "./systems.js";

/** A FHIR encounter as our input, with what an answer needs to point back. */
export type FhirInput = {
  readonly input: EncounterInput & { readonly id: string; readonly notes: readonly Note[] };
  /** References to the Patient and the Encounter, where they are known. */
  readonly patient?: string;
  readonly encounter?: string;
  /** Ids of notes whose text is not that of a plain-text attachment: offsets count in what was read of them. */
  readonly converted: ReadonlySet<string>;
  /** Where fields of the input come from: JSON pointer to FHIRPath-like place. */
  readonly places: ReadonlyMap<string, string>;
  readonly warnings: readonly Warning[];
};

const void_ = new Set(["entered-in-error", "cancelled", "superseded"]);
const noteTypes = ["DocumentReference", "DiagnosticReport", "Observation"];

/**
 * Reads an R4 Bundle: Encounter, Patient, and as notes DocumentReference, DiagnosticReport and Observation.
 * @param today `YYYY-MM-DD`, for the age where the encounter has no date
 * @throws InputError at a place such as `Bundle.entry[2].resource.content[0].attachment.data`
 */
export async function readBundle(bundle: unknown, extract: Extract, today: string, at = "Bundle"): Promise<FhirInput> {
  return readResources(resourcesOf(bundle, at), extract, today, at);
}

export function resourcesOf(bundle: unknown, at: string): Placed[] {
  if (!isObject(bundle) || bundle.resourceType !== "Bundle")
    throw new InputError("fhir.bundle", "Expected a FHIR R4 Bundle.", at);
  return listAt(bundle.entry, `${at}.entry`).flatMap((entry, i) => {
    const place = `${at}.entry[${i}]`;
    const resource = objectAt(entry.resource, `${place}.resource`);
    if (!resource) return [];
    if (typeof resource.resourceType !== "string")
      throw new InputError("fhir.resource-type", "Expected a resourceType.", `${place}.resource`);
    const url = textAt(entry.fullUrl, `${place}.fullUrl`);
    return [{ resource, at: `${place}.resource`, ...(url === undefined ? {} : { url }) }];
  });
}

export async function readResources(
  resources: readonly Placed[],
  extract: Extract,
  today: string,
  at: string,
): Promise<FhirInput> {
  const warnings: Warning[] = [];
  const places = new Map<string, string>();
  const encounter = only(resources, "Encounter", at);
  const patient = only(resources, "Patient", at);
  if (encounter) samePatient(encounter.resource.subject, `${encounter.at}.subject`, patient);
  const setting = encounter ? settingOf(encounter) : undefined;
  const dates = encounter ? datesOf(encounter, places) : {};
  const date = (setting === "inpatient" ? (dates.dischargeDate ?? dates.serviceDate) : dates.serviceDate) ?? today;
  const person = patient ? patientOf(patient, date, warnings, places) : {};

  const binaries = binariesOf(resources);
  const notes: Note[] = [];
  const converted = new Set<string>();
  const ids = new Set<string>();
  for (const type of noteTypes)
    for (const placed of resources) {
      const { resource, at: place } = placed;
      if (resource.resourceType !== type) continue;
      samePatient(resource.subject, `${place}.subject`, patient);
      const why = leftOut(placed, encounter);
      if (why) {
        warnings.push({ code: why.code, message: `${place}: ${why.says}` });
        continue;
      }
      const read = await textOf(placed, binaries, extract);
      if (!read) continue;
      const id = nameOf(placed) ?? `${type}/${notes.length + 1}`;
      if (ids.has(id))
        throw new InputError(
          "fhir.duplicate-id",
          "Another resource of the Bundle has the same type and id.",
          `${place}.id`,
        );
      ids.add(id);
      warnings.push(...read.warnings.map((w) => ({ code: w.code, message: `${read.at}: ${w.message}` })));
      if (!read.plain) converted.add(id);
      places.set(`/notes/${notes.length}/text`, read.at);
      const kind = conceptText(type === "DocumentReference" ? resource.type : resource.code, `${place}.type`);
      notes.push({ id, text: read.text, ...(kind === undefined ? {} : { type: kind }) });
    }
  if (notes.length === 0)
    throw new InputError(
      "fhir.no-notes",
      "Nothing to read: expected a DocumentReference or DiagnosticReport with its document inline, or an Observation with a value.",
      `${at}.entry`,
    );
  places.set("/notes", `${at}.entry`);
  const encounterId = encounter ? nameOf(encounter) : undefined;
  const patientId = patient ? nameOf(patient) : referenceIn(encounter?.resource.subject);
  return {
    input: {
      id: encounterId ?? urnOf(notes),
      notes,
      ...(setting === undefined ? {} : { setting }),
      ...dates,
      patient: person,
    },
    ...(patientId === undefined ? {} : { patient: patientId }),
    ...(encounterId === undefined ? {} : { encounter: encounterId }),
    converted,
    places,
    warnings,
  };
}

const urnOf = (notes: readonly Note[]) => uuidOf("encounter", ...notes.map((n) => n.text));
const referenceIn = (value: unknown) =>
  isObject(value) && typeof value.reference === "string" ? value.reference : undefined;

/** The reference that names a resource: type and id, otherwise the full URL of its entry. */
function nameOf({ resource, url }: Placed): string | undefined {
  return typeof resource.id === "string" && resource.id !== "" ? `${resource.resourceType}/${resource.id}` : url;
}

/** Notes of two patients, or of two encounters, must never be read as one. */
function only(resources: readonly Placed[], type: string, at: string): Placed | undefined {
  const found = resources.filter((r) => r.resource.resourceType === type);
  if (found.length > 1)
    throw new InputError(
      type === "Patient" ? "fhir.several-patients" : "fhir.several-encounters",
      `Expected at most one ${type}. Send one Bundle for each encounter.`,
      found[1].at || at,
    );
  return found[0];
}

/** Whether a reference means a resource; true where it cannot be told. */
function means(reference: unknown, placed: Placed): boolean {
  const target = referenceIn(reference);
  if (target === undefined || target.startsWith("#")) return true;
  const known = [nameOf(placed), placed.url].filter((n) => n !== undefined);
  const unversioned = target.split("/_history/")[0];
  return (
    known.length === 0 ||
    known.some((n) => n === unversioned || unversioned.endsWith(`/${n}`) || n.endsWith(`/${unversioned}`))
  );
}

function samePatient(subject: unknown, at: string, patient: Placed | undefined): void {
  if (patient && !means(subject, patient))
    throw new InputError("fhir.wrong-patient", "This refers to another patient than the Patient of the Bundle.", at);
}

function leftOut({ resource, at }: Placed, encounter: Placed | undefined): { code: string; says: string } | undefined {
  for (const key of ["status", "docStatus"])
    if (void_.has(textAt(resource[key], `${at}.${key}`) ?? ""))
      return { code: "fhir.not-in-force", says: `not read, since its ${key} says that it does not stand.` };
  const own =
    resource.resourceType === "DocumentReference"
      ? objectAt(resource.context, `${at}.context`)?.encounter
      : resource.encounter;
  const references = Array.isArray(own) ? own : own === undefined ? [] : [own];
  if (encounter && references.length > 0 && !references.some((r) => means(r, encounter)))
    return { code: "fhir.other-encounter", says: "not read, since it belongs to another encounter." };
  return undefined;
}

async function textOf(placed: Placed, binaries: ReadonlyMap<string, Placed>, extract: Extract) {
  const { resource, at } = placed;
  if (resource.resourceType === "Observation") {
    const text = observationLine(resource, at);
    return text === undefined ? undefined : { text, plain: false, at, warnings: [] };
  }
  if (resource.resourceType === "DocumentReference") {
    const read = await attachmentText(contentsOf(resource, at), binaries, extract);
    if (!read) throw new InputError("fhir.no-content", "Expected the document inline.", `${at}.content`);
    return read;
  }
  const forms = listAt(resource.presentedForm, `${at}.presentedForm`);
  const read = await attachmentText(
    forms.map((value, i) => ({ value, at: `${at}.presentedForm[${i}]` })),
    binaries,
    extract,
  );
  const conclusion = textAt(resource.conclusion, `${at}.conclusion`);
  return read ?? (conclusion ? { text: conclusion, plain: false, at: `${at}.conclusion`, warnings: [] } : undefined);
}

function settingOf({ resource, at }: Placed): Setting {
  const place = `${at}.class`;
  if (Array.isArray(resource.class))
    throw new InputError("fhir.class", "R4 has one Coding here; a list is of a later release.", place);
  const code = textAt(objectAt(resource.class, place)?.code, `${place}.code`);
  const setting = Object.hasOwn(settingOfClass, code ?? "") ? settingOfClass[code ?? ""] : undefined;
  if (!setting)
    throw new InputError("fhir.class", `Expected one of ${Object.keys(settingOfClass).join(", ")}.`, `${place}.code`);
  return setting;
}

/** Days as written, in the time zone of the place where they were written. */
function datesOf({ resource, at }: Placed, places: Map<string, string>) {
  const period = objectAt(resource.period, `${at}.period`);
  const dayOf = (key: "start" | "end", field: "serviceDate" | "dischargeDate") => {
    const place = `${at}.period.${key}`;
    places.set(`/${field}`, place);
    const written = textAt(period?.[key], place);
    if (written === undefined) return {};
    const day = written.slice(0, 10);
    if (!isCalendarDay(day) || (written.length > 10 && written[10] !== "T"))
      throw new InputError("date.format", "Expected a date with at least year, month and day: YYYY-MM-DD.", place);
    return { [field]: day };
  };
  const dates: { serviceDate?: string; dischargeDate?: string } = {
    ...dayOf("start", "serviceDate"),
    ...dayOf("end", "dischargeDate"),
  };
  if (dates.serviceDate && dates.dischargeDate && dates.dischargeDate < dates.serviceDate)
    throw new InputError("date.order", "The end of the period lies before its start.", `${at}.period.end`);
  return dates;
}

function patientOf({ resource, at }: Placed, date: string, warnings: Warning[], places: Map<string, string>): Patient {
  places.set("/patient/age", `${at}.birthDate`);
  const gender = textAt(resource.gender, `${at}.gender`);
  const birthDate = textAt(resource.birthDate, `${at}.birthDate`);
  const age = birthDate === undefined ? undefined : ageOn(birthDate, date);
  if (age === null)
    throw new InputError("fhir.birth-date", "Expected a date before the encounter: YYYY-MM-DD.", `${at}.birthDate`);
  if (birthDate !== undefined && age === undefined)
    warnings.push({
      code: "fhir.birth-date-partial",
      message: `${at}.birthDate: two ages are possible, so none was used. Give the day of birth.`,
    });
  return {
    ...(age === undefined ? {} : { age }),
    ...(gender === "female" || gender === "male" ? { sex: gender } : {}),
  };
}

/** Runs with errors about fields of the input told at the place in the resources that the field came from. */
export function atPlaces<T>(places: FhirInput["places"], run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof InputError && error.at !== undefined && places.has(error.at))
      throw new InputError(error.code, error.message, places.get(error.at));
    throw error;
  }
}
