import type { Bundle, BundleEntry, Condition, Device, FhirResource, Procedure, Provenance } from "fhir/r4.js";
import { claimOf } from "./claim.js";
import { outcomeOfResult } from "./outcome.js";
import { codeOf, concept, evidenceExtension, person, probabilityExtension, reference, sourceOf } from "./parts.js";
import { checkInstant, type Decision, type Standing, standingOf, type WriteInput } from "./proposal.js";
import { hl7, REASONS, rejectionReasons, urn, uuidOf } from "./systems.js";

/**
 * A result, and what people decided on it, as an R4 Bundle of type collection: Condition, Procedure, a draft Claim, the engine
 * as a Device, and a Provenance for the engine and one for each decision. Ids are made of the content alone, so the same
 * encounter sent again gives the same Conditions and Procedures.
 * @throws InputError for a decision or an instant that cannot be read
 */
export function writeBundle(input: WriteInput): Bundle {
  checkInstant(input.at, "at");
  const { result, encounter, notes } = input;
  const key = [encounter ?? result.id, ...(encounter ? [] : notes.map((n) => n.text))];
  const idOf = (kind: string, ...rest: string[]) => uuidOf(kind, ...key, ...rest);
  const standing = standingOf(result, input.decisions ?? {});
  const device = deviceOf(input);
  const codes = standing.map((s) => {
    const kind = s.proposal.system === "icd-10-cm" ? "Condition" : "Procedure";
    const id = idOf(kind, s.proposal.system, s.proposal.code);
    return { ...s, resource: kind === "Condition" ? conditionOf(s, id, input) : procedureOf(s, id, input) };
  });
  const claim = claimOf(standing, idOf("Claim"), input);
  const engine = codes.filter((c) => c.origin === "engine").map((c) => c.resource);
  const made = [...engine, ...(claim ? [claim] : [])];
  const provenance: Provenance[] = [];
  if (made.length > 0) provenance.push(engineProvenance(made, device, idOf("Provenance", "engine"), input));
  for (const { proposal, decision, origin, resource } of codes)
    if (decision)
      provenance.push(
        personProvenance(resource, decision, origin, idOf("Provenance", proposal.system, proposal.code, decision.at)),
      );
  const resources: FhirResource[] = [device, ...codes.map((c) => c.resource)];
  if (claim) resources.push(claim);
  resources.push(...provenance);
  const outcome = outcomeOfResult(result, idOf("OperationOutcome"));
  if (outcome) resources.push(outcome);
  const entry = resources.map((resource): BundleEntry => ({ fullUrl: urn(resource.id ?? ""), resource }));
  return {
    resourceType: "Bundle",
    id: uuidOf("Bundle", JSON.stringify(entry)),
    type: "collection",
    timestamp: input.at,
    entry,
  };
}

function deviceOf({ versions }: WriteInput): Device {
  const named = {
    engine: versions.engine,
    knowledge: versions.knowledge,
    ...prefixed("release", versions.releases),
    ...prefixed("model", versions.models),
  };
  const version = Object.entries(named).map(([text, value]) => ({ type: { text }, value }));
  return {
    resourceType: "Device",
    id: uuidOf("Device", JSON.stringify(version)),
    deviceName: [{ name: "Citecode", type: "user-friendly-name" }],
    version,
  };
}
const prefixed = (word: string, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${word} ${name}`, value]));

const extensionsOf = ({ proposal, origin }: Standing, input: WriteInput) => {
  const extension = [
    ...proposal.evidence.map((e) => evidenceExtension(e, input)),
    ...(origin === "engine" ? [probabilityExtension(proposal.score)] : []),
  ];
  return extension.length > 0 ? { extension } : {};
};

function conditionOf(standing: Standing, id: string, input: WriteInput): Condition {
  const { state, decision, proposal } = standing;
  const status = {
    proposed: "unconfirmed",
    confirmed: "confirmed",
    // Refuted says that the patient does not have it; other rejections say only that it should not stand here.
    rejected: decision?.reason === "negated" ? "refuted" : "entered-in-error",
  }[state];
  return {
    resourceType: "Condition",
    id,
    ...extensionsOf(standing, input),
    verificationStatus: concept("condition-ver-status", status),
    category: [concept("condition-category", "encounter-diagnosis")],
    code: codeOf(proposal),
    subject: reference(input.patient),
    ...(input.encounter === undefined ? {} : { encounter: reference(input.encounter) }),
    recordedDate: decision && standing.origin === "person" ? decision.at : input.at,
  };
}

function procedureOf(standing: Standing, id: string, input: WriteInput): Procedure {
  const { state, proposal } = standing;
  return {
    resourceType: "Procedure",
    id,
    ...extensionsOf(standing, input),
    status: ({ proposed: "unknown", confirmed: "completed", rejected: "entered-in-error" } as const)[state],
    code: codeOf(proposal),
    subject: reference(input.patient),
    ...(input.encounter === undefined ? {} : { encounter: reference(input.encounter) }),
    performedDateTime: input.date,
  };
}

type Identified = { readonly id?: string };
function engineProvenance(
  targets: readonly Identified[],
  device: Identified,
  id: string,
  input: WriteInput,
): Provenance {
  const sources = input.notes.map((n) => sourceOf(n.id)).filter((s) => s !== undefined);
  return {
    resourceType: "Provenance",
    id,
    target: targets.map((t) => ({ reference: urn(t.id ?? "") })),
    recorded: input.at,
    activity: { coding: [{ system: hl7("v3-DataOperation"), code: "CREATE" }] },
    agent: [{ type: concept("provenance-participant-type", "assembler"), who: { reference: urn(device.id ?? "") } }],
    ...(sources.length > 0
      ? { entity: sources.map((source) => ({ role: "source" as const, what: { reference: source } })) }
      : {}),
  };
}

function personProvenance(target: Identified, decision: Decision, origin: Standing["origin"], id: string): Provenance {
  const { reason } = decision;
  return {
    resourceType: "Provenance",
    id,
    target: [{ reference: urn(target.id ?? "") }],
    recorded: decision.at,
    activity: { coding: [{ system: hl7("v3-DataOperation"), code: origin === "person" ? "CREATE" : "UPDATE" }] },
    ...(reason ? { reason: [{ coding: [{ system: REASONS, code: reason, display: rejectionReasons[reason] }] }] } : {}),
    agent: [
      {
        type: concept("provenance-participant-type", origin === "person" ? "author" : "verifier"),
        who: person(decision.by),
      },
    ],
  };
}
