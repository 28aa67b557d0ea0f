import type { Bundle, Claim, Condition, FhirResource, Procedure, Provenance } from "fhir/r4.js";
import { describe, expect, it } from "vitest";
import { misfits } from "../../fixtures/fhir.js";
import type { InputError } from "../errors.js";
import { capabilities, codeSystems, operations, structures } from "./definitions.js";
import { outcomeOfError } from "./outcome.js";
import type { Decision, WriteInput } from "./proposal.js";
import { writeBundle } from "./write.js";

const AT = "2026-03-02T10:00:00Z";
const text = "Type 2 diabetes: A1c today. Gout: knee injection. Flu vaccine.";
const input: WriteInput = {
  result: {
    id: "e1",
    suggestions: [
      {
        system: "icd-10-cm",
        code: "M10.9",
        title: "Gout, unspecified",
        score: 0.7,
        role: "secondary",
        evidence: [{ start: 28, end: 49 }],
      },
      {
        system: "icd-10-cm",
        code: "E11.9",
        title: "Type 2 diabetes mellitus without complications",
        score: 0.9,
        role: "principal",
        evidence: [{ start: 0, end: 15 }],
        presentOnAdmission: "Y",
      },
      {
        system: "cpt",
        code: "20610",
        title: "Injection into a large joint",
        score: 0.6,
        role: "procedure",
        evidence: [{ start: 34, end: 48 }],
        modifiers: ["RT", "59"],
      },
      { system: "hcpcs", code: "J1030", score: 0.5, role: "supply", evidence: [{ start: 50, end: 61 }], units: 4 },
      { system: "icd-10-pcs", code: "3E0U33Z", score: 0.5, role: "supply", evidence: [{ start: 34, end: 48 }] },
    ],
    queries: [{ text: "Which knee?", evidence: [] }],
    warnings: [{ code: "date.after-releases", message: "The date lies past the newest release." }],
  },
  notes: [{ id: "DocumentReference/d1", text }],
  setting: "inpatient",
  date: "2026-03-02",
  versions: { engine: "0.1.0", knowledge: "k", releases: { "icd-10-cm": "FY2026" }, models: { ranker: "r" } },
  at: AT,
  patient: "Patient/p1",
  encounter: "Encounter/e1",
};
const resourcesOf = (bundle: Bundle) => (bundle.entry ?? []).map((e) => e.resource as FhirResource);
const all = <T extends FhirResource>(bundle: Bundle, type: T["resourceType"]) =>
  resourcesOf(bundle).filter((r) => r.resourceType === type) as T[];
const statusOf = (bundle: Bundle, code: string) => {
  const found = resourcesOf(bundle).find(
    (r) => (r.resourceType === "Condition" || r.resourceType === "Procedure") && r.code?.coding?.[0].code === code,
  ) as Condition | Procedure | undefined;
  if (!found) return undefined;
  return found.resourceType === "Condition" ? found.verificationStatus?.coding?.[0].code : found.status;
};
const decided = (status: Decision["status"], more: Partial<Decision> = {}): Decision => ({
  status,
  by: "Practitioner/7",
  at: "2026-03-03T08:00:00+01:00",
  ...more,
});
const decisions = {
  "M10.9": decided("rejected", { reason: "negated" }),
  "E11.9": decided("changed", { to: { system: "icd-10-cm", code: "E11.65" } }),
  "20610": decided("accepted"),
  J1030: decided("rejected", { reason: "duplicate", by: "coder 7" }),
  "99213": decided("added", { system: "cpt" }),
};

describe("writing", () => {
  it.each<[string, WriteInput]>([
    ["proposals", input],
    ["decisions", { ...input, decisions }],
    ["nobody known", { ...input, patient: undefined, encounter: undefined, setting: "outpatient" }],
    ["nothing proposed", { ...input, result: { id: "e1", suggestions: [], queries: [] } }],
    ["a converted note", { ...input, converted: new Set(["DocumentReference/d1"]) }],
    ["a note of no resource", { ...input, notes: [{ id: "note", text }] }],
  ])("%s fit the R4 definitions, each resource and the Bundle", (_name, given) => {
    const bundle = writeBundle(given);
    expect(misfits(bundle)).toEqual([]);
    for (const resource of resourcesOf(bundle)) expect(misfits(resource)).toEqual([]);
    const urls = new Set((bundle.entry ?? []).map((e) => e.fullUrl));
    expect(urls.size).toBe(bundle.entry?.length);
    for (const [, target] of JSON.stringify(bundle).matchAll(/"reference":"(urn:uuid:[^"]+)"/g))
      expect(urls).toContain(target);
  });

  it.each(
    [
      ...Object.values(structures),
      ...Object.values(operations),
      ...Object.values(codeSystems),
      capabilities("0.1.0"),
      outcomeOfError(422, "note.empty", "The note holds no words.", "Bundle.entry[0]"),
    ].map((r) => [r.resourceType, r] as const),
  )("the served %s fits the R4 definitions", (_type, resource) => expect(misfits(resource)).toEqual([]));

  it.each<[string, object]>([
    ["a misspelt field", { resourceType: "Procedure", status: "completed", subject: {}, colour: "red" }],
    ["a missing field", { resourceType: "Procedure", status: "completed" }],
    ["a code outside its value set", { resourceType: "Procedure", status: "perhaps", subject: {} }],
  ])("the check itself finds %s", (_name, resource) => expect(misfits(resource)).toHaveLength(1));

  it("gives the same bytes twice, and the same Condition at another time", () => {
    expect(JSON.stringify(writeBundle(input))).toBe(JSON.stringify(writeBundle(input)));
    const later = writeBundle({ ...input, at: "2026-03-04T10:00:00Z", decisions });
    const ids = (b: Bundle) => all<Condition>(b, "Condition").map((c) => c.id);
    expect(ids(later)).toEqual(expect.arrayContaining(ids(writeBundle(input))));
  });

  it.each<[string, string | undefined, string | undefined]>([
    ["M10.9", "unconfirmed", "refuted"],
    ["E11.9", "unconfirmed", "entered-in-error"],
    ["E11.65", undefined, "confirmed"],
    ["20610", "unknown", "completed"],
    ["J1030", "unknown", "entered-in-error"],
    ["3E0U33Z", "unknown", "unknown"],
    ["99213", undefined, "completed"],
  ])("%s is %s as proposed and %s as decided", (code, before, after) => {
    expect(statusOf(writeBundle(input), code)).toBe(before);
    expect(statusOf(writeBundle({ ...input, decisions }), code)).toBe(after);
  });

  it("drafts a claim of what stands, the lead first, with modifiers, units, pointers and presence on admission", () => {
    const [claim] = all<Claim>(writeBundle(input), "Claim");
    expect(claim).toMatchObject({ status: "draft", use: "claim", type: { coding: [{ code: "institutional" }] } });
    expect(claim.diagnosis?.map((d) => [d.sequence, d.diagnosisCodeableConcept?.coding?.[0].code])).toEqual([
      [1, "E11.9"],
      [2, "M10.9"],
    ]);
    expect(claim.diagnosis?.[0]).toMatchObject({
      type: [{ coding: [{ code: "principal" }] }],
      onAdmission: { coding: [{ code: "y" }] },
    });
    expect(claim.diagnosis?.[1].onAdmission).toBeUndefined();
    expect(claim.procedure?.map((p) => p.procedureCodeableConcept?.coding?.[0].code)).toEqual(["3E0U33Z"]);
    expect(claim.item?.map((i) => [i.diagnosisSequence, i.quantity?.value])).toEqual([
      [[2], 1],
      [[1], 4],
    ]);
    expect(claim.item?.[0].modifier?.map((m) => m.coding?.[0])).toEqual([
      { system: "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", code: "RT" },
      { system: "http://www.ama-assn.org/go/cpt", code: "59" },
    ]);
    const [later] = all<Claim>(writeBundle({ ...input, decisions }), "Claim");
    expect(later.diagnosis?.map((d) => d.diagnosisCodeableConcept?.coding?.[0].code)).toEqual(["E11.65"]);
    expect(later.item?.map((i) => i.productOrService.coding?.[0].code)).toEqual(["20610", "99213"]);
  });

  it("separates the engine from the person in Provenance", () => {
    const bundle = writeBundle({ ...input, decisions });
    const agents = all<Provenance>(bundle, "Provenance").map((p) => [
      p.agent[0].type?.coding?.[0].code,
      p.agent[0].who,
    ]);
    const [device] = all(bundle, "Device");
    expect(agents).toEqual([
      ["assembler", { reference: `urn:uuid:${device.id}` }],
      ["verifier", { reference: "Practitioner/7" }],
      ["verifier", { reference: "Practitioner/7" }],
      ["verifier", { reference: "Practitioner/7" }],
      ["verifier", { type: "Practitioner", identifier: { value: "coder 7" } }],
      ["author", { reference: "Practitioner/7" }],
      ["author", { reference: "Practitioner/7" }],
    ]);
  });

  it("gives evidence as offsets, quotes converted notes alone, and no display to CPT", () => {
    const quotes = (b: Bundle) => JSON.stringify(b).match(/"valueString":"Type 2 diabetes"/g);
    expect(quotes(writeBundle(input))).toBeNull();
    expect(quotes(writeBundle({ ...input, converted: new Set(["DocumentReference/d1"]) }))).toHaveLength(1);
    const cpt = all<Procedure>(writeBundle(input), "Procedure")[0];
    expect(cpt.code).toEqual({
      coding: [{ system: "http://www.ama-assn.org/go/cpt", code: "20610" }],
      text: "Injection into a large joint",
    });
    expect(cpt.extension?.[0].extension).toEqual([
      { url: "source", valueReference: { reference: "DocumentReference/d1" } },
      { url: "start", valueUnsignedInt: 34 },
      { url: "end", valueUnsignedInt: 48 },
    ]);
  });

  it.each<[string, Partial<WriteInput>, string]>([
    ["a time without zone", { at: "2026-03-02T10:00:00" }, "date.instant"],
    ["a decision without a time", { decisions: { "M10.9": decided("accepted", { at: "today" }) } }, "date.instant"],
    ["an added code without its system", { decisions: { Z23: decided("added") } }, "decision.system"],
  ])("refuses %s", (_name, more, code) => {
    expect(() => writeBundle({ ...input, ...more })).toThrow(expect.objectContaining({ code }) as InputError);
  });
});
