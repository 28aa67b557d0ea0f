import { describe, expect, it } from "vitest";
import { base64, bundleOf, document, patient, visit } from "../../fixtures/fhir.js";
import { InputError } from "../errors.js";
import { ageOn } from "./age.js";
import { type Extract, plainText } from "./attachment.js";
import { readBundle } from "./read.js";

const TODAY = "2026-04-01";
const canary = "Zebulon Quackenbush";
const read = (bundle: unknown, extract: Extract = plainText) => readBundle(bundle, extract, TODAY);
const of = (contentType: string | undefined, data: string) => ({ attachment: { contentType, data } });

describe("reading a Bundle", () => {
  it("gives an encounter with its notes, setting, dates, and the patient's age and sex", async () => {
    const report = {
      resourceType: "DiagnosticReport",
      id: "r1",
      status: "final",
      code: { text: "Chest x-ray" },
      conclusion: "No acute finding.",
    };
    const bmi = {
      resourceType: "Observation",
      id: "o1",
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: "39156-5", display: "Body mass index" }] },
      valueQuantity: { value: 34.2, unit: "kg/m2" },
    };
    const answer = await read(bundleOf(bmi, visit, patient, report, document("d1", "ASSESSMENT: Gout.")));
    expect(answer.input).toEqual({
      id: "Encounter/e1",
      setting: "outpatient",
      serviceDate: "2026-03-02",
      dischargeDate: "2026-03-02",
      patient: { age: 65, sex: "female" },
      notes: [
        { id: "DocumentReference/d1", text: "ASSESSMENT: Gout.", type: "Progress note" },
        { id: "DiagnosticReport/r1", text: "No acute finding.", type: "Chest x-ray" },
        { id: "Observation/o1", text: "Body mass index: 34.2 kg/m2", type: "Body mass index" },
      ],
    });
    expect(answer.patient).toBe("Patient/p1");
    expect([...answer.converted]).toEqual(["DiagnosticReport/r1", "Observation/o1"]);
    expect(answer.places.get("/notes/0/text")).toBe("Bundle.entry[4].resource.content[0].attachment");
    expect(answer.warnings).toEqual([]);
  });

  it.each([
    ["AMB", "outpatient"],
    ["VR", "outpatient"],
    ["OBSENC", "outpatient"],
    ["EMER", "emergency"],
    ["IMP", "inpatient"],
    ["ACUTE", "inpatient"],
  ])("reads class %s as %s", async (code, setting) => {
    const { input } = await read(bundleOf({ ...visit, class: { code } }, document("d1", "Gout.")));
    expect(input.setting).toBe(setting);
  });

  it.each<[string, object[], string[], string[]]>([
    [
      "leaves out what was entered in error",
      [document("d2", "Asthma.", { status: "entered-in-error" })],
      ["d1"],
      ["fhir.not-in-force"],
    ],
    [
      "leaves out a superseded document",
      [document("d2", "Asthma.", { status: "superseded" })],
      ["d1"],
      ["fhir.not-in-force"],
    ],
    [
      "leaves out a note of another encounter",
      [document("d2", "Asthma.", { context: { encounter: [{ reference: "Encounter/e2" }] } })],
      ["d1"],
      ["fhir.other-encounter"],
    ],
    [
      "keeps a note that refers to this encounter by a full address",
      [document("d2", "Asthma.", { context: { encounter: [{ reference: "https://ehr.example/fhir/Encounter/e1" }] } })],
      ["d1", "d2"],
      [],
    ],
    ["leaves out a report without words", [{ resourceType: "DiagnosticReport", id: "r", status: "final" }], ["d1"], []],
    ["does not read Conditions", [{ resourceType: "Condition", id: "c", code: { text: "Asthma" } }], ["d1"], []],
  ])("%s", async (_name, more, ids, warnings) => {
    const answer = await read(bundleOf(visit, patient, document("d1", "Gout."), ...more));
    expect(answer.input.notes.map((n) => n.id.split("/")[1])).toEqual(ids);
    expect(answer.warnings.map((w) => w.code)).toEqual(warnings);
  });

  it("reads a document in several formats once, the plain one", async () => {
    const content = [of("application/pdf", base64("%PDF")), of("text/plain; charset=utf-8", base64("Gout, café."))];
    expect((await read(bundleOf(document("d1", "", { content })))).input.notes.map((n) => n.text)).toEqual([
      "Gout, café.",
    ]);
  });

  it("reads other formats through extract, and marks the note as converted", async () => {
    const content = [of("application/rtf", base64("{\\rtf1 Gout.}"))];
    const seen: string[] = [];
    const answer = await read(bundleOf(document("d1", "", { content })), async (bytes, type) => {
      seen.push(type, Buffer.from(bytes).toString("utf8"));
      return { text: "Gout.", warnings: [{ code: "rtf.picture", message: "A picture was left out." }] };
    });
    expect(seen).toEqual(["application/rtf", "{\\rtf1 Gout.}"]);
    expect([...answer.converted]).toEqual(["DocumentReference/d1"]);
    expect(answer.warnings.map((w) => w.code)).toEqual(["rtf.picture"]);
  });

  it("reads a Binary of the same Bundle", async () => {
    const binary = { resourceType: "Binary", id: "b1", contentType: "text/plain", data: base64("Gout.") };
    const content = [{ attachment: { url: "Binary/b1" } }];
    expect((await read(bundleOf(binary, document("d1", "", { content })))).input.notes[0].text).toBe("Gout.");
  });

  it.each<[string, unknown, string, string]>([
    ["no Bundle", { resourceType: "Patient" }, "fhir.bundle", "Bundle"],
    ["no object", canary, "fhir.bundle", "Bundle"],
    ["an entry that is no list", { resourceType: "Bundle", entry: { canary } }, "fhir.structure", "Bundle.entry"],
    ["an entry that is no object", { resourceType: "Bundle", entry: [canary] }, "fhir.structure", "Bundle.entry[0]"],
    ["a resource without type", bundleOf({ id: canary }), "fhir.resource-type", "Bundle.entry[0].resource"],
    ["no notes", bundleOf(visit, patient), "fhir.no-notes", "Bundle.entry"],
    ["two patients", bundleOf(patient, { ...patient, id: "p2" }), "fhir.several-patients", "Bundle.entry[1].resource"],
    ["two encounters", bundleOf(visit, { ...visit, id: "e2" }), "fhir.several-encounters", "Bundle.entry[1].resource"],
    [
      "a note of another patient",
      bundleOf(patient, document("d1", canary, { subject: { reference: "Patient/p2" } })),
      "fhir.wrong-patient",
      "Bundle.entry[1].resource.subject",
    ],
    [
      "an encounter of another patient",
      bundleOf({ ...visit, subject: { reference: "Patient/p9" } }, patient),
      "fhir.wrong-patient",
      "Bundle.entry[0].resource.subject",
    ],
    [
      "an unknown class",
      bundleOf({ ...visit, class: { code: canary } }),
      "fhir.class",
      "Bundle.entry[0].resource.class.code",
    ],
    ["a class of a later release", bundleOf({ ...visit, class: [{}] }), "fhir.class", "Bundle.entry[0].resource.class"],
    [
      "a year for a date",
      bundleOf({ ...visit, period: { start: "2026" } }),
      "date.format",
      "Bundle.entry[0].resource.period.start",
    ],
    [
      "a day that does not exist",
      bundleOf({ ...visit, period: { start: "2026-02-30T10:00:00Z" } }),
      "date.format",
      "Bundle.entry[0].resource.period.start",
    ],
    [
      "an end before the start",
      bundleOf({ ...visit, period: { start: "2026-03-02", end: "2026-03-01" } }),
      "date.order",
      "Bundle.entry[0].resource.period.end",
    ],
    [
      "a birth after the encounter",
      bundleOf(visit, { ...patient, birthDate: "2026-03-03" }),
      "fhir.birth-date",
      "Bundle.entry[1].resource.birthDate",
    ],
    [
      "a birth date in words",
      bundleOf({ ...patient, birthDate: canary }),
      "fhir.birth-date",
      "Bundle.entry[0].resource.birthDate",
    ],
    [
      "what is not base64",
      bundleOf(document("d1", "", { content: [of("text/plain", canary)] })),
      "fhir.base64",
      "Bundle.entry[0].resource.content[0].attachment.data",
    ],
    [
      "a document that lies elsewhere",
      bundleOf(document("d1", "", { content: [{ attachment: { url: `https://ehr.example/${canary}` } }] })),
      "fhir.attachment-data",
      "Bundle.entry[0].resource.content[0].attachment",
    ],
    [
      "a format that is not read",
      bundleOf(document("d1", "", { content: [of("image/png", base64(canary))] })),
      "attachment.media-type",
      "Bundle.entry[0].resource.content[0].attachment.data",
    ],
    [
      "bytes that do not fit the charset",
      bundleOf(document("d1", "", { content: [of("text/plain", Buffer.from([0xff, 0xfe, 0xfd]).toString("base64"))] })),
      "attachment.charset",
      "Bundle.entry[0].resource.content[0].attachment.data",
    ],
    [
      "no content",
      bundleOf(document("d1", "", { content: [] })),
      "fhir.no-content",
      "Bundle.entry[0].resource.content",
    ],
    [
      "one id twice",
      bundleOf(document("d1", "Gout."), document("d1", canary)),
      "fhir.duplicate-id",
      "Bundle.entry[1].resource.id",
    ],
    [
      "a number for a text",
      bundleOf({ resourceType: "Observation", id: "o", valueString: 5 }),
      "fhir.structure",
      "Bundle.entry[0].resource.valueString",
    ],
  ])("refuses %s, and names the place without words of it", async (_name, bundle, code, at) => {
    const error = await read(bundle).then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code, at });
    expect(JSON.stringify({ ...(error as InputError), message: (error as InputError).message })).not.toContain(
      "Quackenbush",
    );
  });
});

describe("age", () => {
  it.each<[string, string, number | null | undefined]>([
    ["1960-05-04", "2026-05-03", 65],
    ["1960-05-04", "2026-05-04", 66],
    ["2026-02-02", "2026-03-02", 0.077],
    ["2024-02-29", "2026-02-28", 1.999],
    ["2026-03-02", "2026-03-02", 0],
    ["1960-05", "2026-06-01", 66],
    ["1960-05", "2026-05-15", undefined],
    ["1960", "2026-05-15", undefined],
    ["2026-03-03", "2026-03-02", null],
    ["04.05.1960", "2026-03-02", null],
    ["1960-13-01", "2026-03-02", null],
  ])("of one born %s on %s is %s", (birth, day, age) => expect(ageOn(birth, day)).toBe(age));
});
