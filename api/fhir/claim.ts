import type { Claim, ClaimDiagnosis, ClaimItem } from "fhir/r4.js";
import { codeOf, concept, reference } from "./parts.js";
import type { Proposal, Standing, WriteInput } from "./proposal.js";
import { hl7, modifierUri } from "./systems.js";

/** A line of a claim points to at most four diagnoses. */
const MOST_POINTERS = 4;

/** A draft claim of all that was not rejected: a person completes provider, coverage and prices. Undefined when nothing stands. */
export function claimOf(standing: readonly Standing[], id: string, input: WriteInput): Claim | undefined {
  const standingCodes = standing.filter((s) => s.state !== "rejected").map((s) => s.proposal);
  const diagnoses = leadFirst(standingCodes.filter((p) => p.system === "icd-10-cm"));
  const lines = standingCodes.filter((p) => p.system === "cpt" || p.system === "hcpcs");
  const procedures = standingCodes.filter((p) => p.system === "icd-10-pcs");
  if (standingCodes.length === 0) return undefined;
  const sequence = new Map(diagnoses.map((d, i) => [d.code, i + 1]));
  return {
    resourceType: "Claim",
    id,
    status: "draft",
    use: "claim",
    type: concept("claim-type", input.setting === "inpatient" ? "institutional" : "professional"),
    patient: reference(input.patient),
    created: input.at,
    provider: reference(undefined),
    priority: concept("processpriority", "normal"),
    insurance: [{ sequence: 1, focal: true, coverage: reference(undefined) }],
    ...(diagnoses.length > 0 ? { diagnosis: diagnoses.map((d, i) => diagnosisOf(d, i)) } : {}),
    ...(procedures.length > 0
      ? { procedure: procedures.map((p, i) => ({ sequence: i + 1, procedureCodeableConcept: codeOf(p) })) }
      : {}),
    ...(lines.length > 0 ? { item: lines.map((l, i) => itemOf(l, i, diagnoses, sequence, input)) } : {}),
  };
}

const leads = (p: Proposal) => p.role === "principal" || p.role === "first-listed";
const leadFirst = (diagnoses: readonly Proposal[]) =>
  [...diagnoses].sort((a, b) => Number(leads(b)) - Number(leads(a)));

function diagnosisOf(diagnosis: Proposal, i: number): ClaimDiagnosis {
  const admission = diagnosis.presentOnAdmission?.toLowerCase();
  return {
    sequence: i + 1,
    diagnosisCodeableConcept: codeOf(diagnosis),
    ...(diagnosis.role === "principal" ? { type: [concept("ex-diagnosistype", "principal")] } : {}),
    ...(admission === undefined
      ? {}
      : { onAdmission: { coding: [{ system: hl7("ex-diagnosis-on-admission"), code: admission }] } }),
  };
}

function itemOf(
  line: Proposal,
  i: number,
  diagnoses: readonly Proposal[],
  sequence: ReadonlyMap<string, number>,
  input: WriteInput,
): ClaimItem {
  const pointers = (line.pointers ?? sharing(line, diagnoses))
    .map((code) => sequence.get(code))
    .filter((n) => n !== undefined)
    .slice(0, MOST_POINTERS);
  return {
    sequence: i + 1,
    ...(pointers.length > 0 ? { diagnosisSequence: pointers } : {}),
    productOrService: codeOf(line),
    ...(line.modifiers?.length
      ? { modifier: line.modifiers.map((code) => ({ coding: [{ system: modifierUri(code), code }] })) }
      : {}),
    servicedDate: input.date,
    quantity: { value: line.units ?? 1 },
  };
}

/** Diagnoses whose evidence holds words of the service's; the one that leads where none does. */
function sharing(line: Proposal, diagnoses: readonly Proposal[]): readonly string[] {
  const shared = diagnoses.filter((d) =>
    d.evidence.some((a) => line.evidence.some((b) => a.note === b.note && a.start < b.end && b.start < a.end)),
  );
  return (shared.length > 0 ? shared : diagnoses.slice(0, 1)).map((d) => d.code);
}
