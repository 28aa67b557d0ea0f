import type { CodeableConcept, Extension, Reference } from "fhir/r4.js";
import type { Evidence } from "../result.js";
import type { Proposal, WriteInput } from "./proposal.js";
import { EVIDENCE, hl7, PROBABILITY, systemUris } from "./systems.js";

const ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

export const concept = (system: string, code: string): CodeableConcept => ({ coding: [{ system: hl7(system), code }] });

/** A reference, or the official mark that it is not known. */
export const reference = (to: string | undefined): Reference =>
  to === undefined ? { extension: [{ url: ABSENT, valueCode: "unknown" }] } : { reference: to };

/** A person, by reference or by the site's own identifier. */
export const person = (by: string): Reference =>
  /^(Practitioner|PractitionerRole)\/[A-Za-z0-9.-]{1,64}$/.test(by)
    ? { reference: by }
    : { type: "Practitioner", identifier: { value: by } };

/** The `display` of a CPT code would be its owner's descriptor; labels of our own stand in `text`. */
export function codeOf({ system, code, title }: Pick<Proposal, "system" | "code" | "title">): CodeableConcept {
  const official = system === "icd-10-cm" && title ? { display: title } : {};
  return { coding: [{ system: systemUris[system], code, ...official }], ...(title ? { text: title } : {}) };
}

/** The resource that a note is of, where its id is a reference. */
export const sourceOf = (note: string): string | undefined =>
  /^(urn:uuid:.+|https?:.+|(DocumentReference|DiagnosticReport|Observation)\/.+)$/.test(note) ? note : undefined;

export function evidenceExtension(evidence: Evidence, { notes, converted }: WriteInput): Extension {
  const id = evidence.note ?? notes[0].id;
  const source = sourceOf(id);
  const quote = converted?.has(id)
    ? notes.find((n) => n.id === id)?.text.slice(evidence.start, evidence.end)
    : undefined;
  return {
    url: EVIDENCE,
    extension: [
      source === undefined
        ? { url: "note", valueString: id }
        : { url: "source", valueReference: { reference: source } },
      { url: "start", valueUnsignedInt: evidence.start },
      { url: "end", valueUnsignedInt: evidence.end },
      ...(quote?.trim() ? [{ url: "quote", valueString: quote }] : []),
    ],
  };
}

export const probabilityExtension = (score: number): Extension => ({ url: PROBABILITY, valueDecimal: score });
