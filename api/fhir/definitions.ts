import type { CapabilityStatement, CodeSystem, OperationDefinition, StructureDefinition } from "fhir/r4.js";
import { EVIDENCE, OPERATION, OWN, PROBABILITY, REASONS, rejectionReasons } from "./systems.js";

/** Day on which these definitions were last changed. */
const CHANGED = "2026-11-24";
const about = {
  version: "1.0.0",
  status: "active",
  experimental: false,
  date: CHANGED,
  publisher: "Citecode",
} as const;
const contexts = ["Condition", "Procedure"].map((expression) => ({ type: "element" as const, expression }));
const extension = { fhirVersion: "4.0.1", kind: "complex-type", abstract: false, type: "Extension" } as const;
const base = { baseDefinition: "http://hl7.org/fhir/StructureDefinition/Extension", derivation: "constraint" } as const;

const part = (name: string, least: 0 | 1, type: string, short: string) => {
  const id = `Extension.extension:${name}`;
  const path = "Extension.extension";
  return [
    { id, path, sliceName: name, short, min: least, max: "1" },
    { id: `${id}.extension`, path: `${path}.extension`, max: "0" },
    { id: `${id}.url`, path: `${path}.url`, fixedUri: name },
    { id: `${id}.value[x]`, path: `${path}.value[x]`, min: 1, type: [{ code: type }] },
  ];
};

export const structures: Readonly<Record<string, StructureDefinition>> = {
  evidence: {
    resourceType: "StructureDefinition",
    id: "evidence",
    url: EVIDENCE,
    name: "Evidence",
    title: "Words of a note that support a code",
    ...about,
    description:
      "A place in a note: UTF-16 units from the start of its text, the end exclusive. Of a text/plain attachment the text is the decoded attachment; of anything else it is what was read of it, and the quote is given.",
    ...extension,
    context: contexts,
    ...base,
    differential: {
      element: [
        { id: "Extension", path: "Extension", short: "Words of a note that support a code", min: 0, max: "*" },
        ...part("source", 0, "Reference", "The resource that the note is of; this or note"),
        ...part("note", 0, "string", "The id of the note, where it is of no resource"),
        ...part("start", 1, "unsignedInt", "First UTF-16 unit of the words"),
        ...part("end", 1, "unsignedInt", "The unit behind the words"),
        ...part("quote", 0, "string", "The words, where the text was converted"),
        { id: "Extension.url", path: "Extension.url", fixedUri: EVIDENCE },
        { id: "Extension.value[x]", path: "Extension.value[x]", max: "0" },
      ],
    },
  },
  probability: {
    resourceType: "StructureDefinition",
    id: "probability",
    url: PROBABILITY,
    name: "Probability",
    title: "Probability that a coder reports the code",
    ...about,
    description: "What the engine estimates before anybody has looked, from 0 to 1.",
    ...extension,
    context: contexts,
    ...base,
    differential: {
      element: [
        { id: "Extension", path: "Extension", short: "Probability that a coder reports the code", min: 0, max: "1" },
        { id: "Extension.extension", path: "Extension.extension", max: "0" },
        { id: "Extension.url", path: "Extension.url", fixedUri: PROBABILITY },
        { id: "Extension.value[x]", path: "Extension.value[x]", min: 1, type: [{ code: "decimal" }] },
      ],
    },
  },
};

export const operations: Readonly<Record<string, OperationDefinition>> = {
  "suggest-codes": {
    resourceType: "OperationDefinition",
    id: "suggest-codes",
    url: OPERATION,
    name: "SuggestCodes",
    title: "Propose codes for the notes of an encounter",
    ...about,
    kind: "operation",
    affectsState: false,
    code: "suggest-codes",
    system: true,
    type: false,
    instance: false,
    parameter: [
      {
        name: "encounter",
        use: "in",
        min: 1,
        max: "1",
        type: "Bundle",
        documentation:
          "Encounter, Patient and its notes: DocumentReference, DiagnosticReport, Observation. It may be sent as the body itself.",
      },
      {
        name: "return",
        use: "out",
        min: 1,
        max: "1",
        type: "Bundle",
        documentation:
          "Condition, Procedure, a draft Claim, Device, Provenance, and an OperationOutcome with warnings.",
      },
    ],
  },
};

export const codeSystems: Readonly<Record<string, CodeSystem>> = {
  "rejection-reason": {
    resourceType: "CodeSystem",
    id: "rejection-reason",
    url: REASONS,
    name: "RejectionReason",
    title: "Why a person rejects a proposed code",
    ...about,
    caseSensitive: true,
    content: "complete",
    concept: Object.entries(rejectionReasons).map(([code, display]) => ({ code, display })),
  },
};

const standard = (type: string, name: string) => ({
  name,
  definition: `http://hl7.org/fhir/OperationDefinition/${type}-${name}`,
});

/** What the service can do, for a client that asks first. */
export function capabilities(version: string): CapabilityStatement {
  return {
    resourceType: "CapabilityStatement",
    id: "citecode",
    url: `${OWN}/CapabilityStatement/citecode`,
    name: "Citecode",
    status: "active",
    date: CHANGED,
    kind: "instance",
    software: { name: "Citecode", version },
    implementation: { description: "Proposes codes for the notes of an encounter; keeps nothing of them." },
    fhirVersion: "4.0.1",
    format: ["application/fhir+json"],
    rest: [
      {
        mode: "server",
        resource: [
          ...(["StructureDefinition", "OperationDefinition", "CodeSystem"] as const).map((type) => ({
            type,
            interaction: [{ code: "read" as const }],
            ...(type === "CodeSystem" ? { operation: ["lookup", "validate-code"].map((n) => standard(type, n)) } : {}),
          })),
          { type: "ValueSet", operation: [standard("ValueSet", "expand")] },
        ],
        operation: [{ name: "suggest-codes", definition: OPERATION }],
      },
    ],
  };
}
