import { createHash } from "node:crypto";
import type { Setting, System } from "../../pipeline/types.js";

/** Canonical URIs of the code systems, as HL7 terminology lists them. */
export const systemUris: Readonly<Record<System, string>> = {
  "icd-10-cm": "http://hl7.org/fhir/sid/icd-10-cm",
  "icd-10-pcs": "http://www.cms.gov/Medicare/Coding/ICD10",
  cpt: "http://www.ama-assn.org/go/cpt",
  hcpcs: "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
};

/**
 * The base of our own canonical URLs. The top-level domain `.invalid` is reserved (RFC 2606): nobody can own the name, and
 * nothing that follows it leaves the site. The service itself serves what they name, under `/fhir`.
 */
export const OWN = "https://citecode.invalid/fhir";
export const EVIDENCE = `${OWN}/StructureDefinition/evidence`;
export const PROBABILITY = `${OWN}/StructureDefinition/probability`;
export const ERRORS = `${OWN}/CodeSystem/outcome`;
export const REASONS = `${OWN}/CodeSystem/rejection-reason`;
export const OPERATION = `${OWN}/OperationDefinition/suggest-codes`;
export const hl7 = (name: string) => `http://terminology.hl7.org/CodeSystem/${name}`;

/** Encounter.class (HL7 v3 ActCode) as a setting: who bills how. Observation and short stays are outpatient. */
export const settingOfClass: Readonly<Record<string, Setting>> = {
  AMB: "outpatient",
  VR: "outpatient",
  HH: "outpatient",
  FLD: "outpatient",
  OBSENC: "outpatient",
  SS: "outpatient",
  PRENC: "outpatient",
  EMER: "emergency",
  IMP: "inpatient",
  ACUTE: "inpatient",
  NONAC: "inpatient",
};

/** The system of a modifier: two digits, physical status and performance measure are CPT's, the rest HCPCS Level II's. */
export const modifierUri = (modifier: string): string =>
  systemUris[/^(?:\d\d|P\d|\dP)$/.test(modifier) ? "cpt" : "hcpcs"];

/** A UUID (version 8 of RFC 9562) made of the content alone: the same parts give the same id. */
export function uuidOf(...parts: readonly string[]): string {
  const hex = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}
export const urn = (uuid: string) => `urn:uuid:${uuid}`;

/** Why a person rejects a proposal. */
export const rejectionReasons = {
  "not-documented": "The note does not say it",
  negated: "The note denies it or leaves it open",
  historical: "It is over: history, not a current condition",
  "integral-symptom": "It is part of a condition that is coded",
  "wrong-encounter": "It belongs to another encounter",
  duplicate: "Another code on the list already says it",
  specificity: "A more, or less, specific code is right",
  other: "Another reason",
} as const;
export type RejectionReason = keyof typeof rejectionReasons;
