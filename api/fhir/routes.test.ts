import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle, Condition, OperationOutcome } from "fhir/r4.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleOf, document, misfits, patient, visit } from "../../fixtures/fhir.js";
import { loadKnowledge } from "../../rules/load.js";
import { buildApp } from "../app.js";
import { projectFolder } from "../version.js";
import { structures } from "./definitions.js";

const canary = "Zebulon Quackenbush";
const app = await buildApp({
  knowledge: loadKnowledge(),
  today: () => "2026-03-02",
  now: () => "2026-03-02T10:00:00Z",
  extract: async (content, type) => {
    const text = Buffer.from(content).toString("utf8");
    if (type === "text/fails") throw new Error(`cannot read ${text}`);
    return { text };
  },
});
beforeAll(() => app.ready());
afterAll(() => app.close());
const post = (payload: unknown, type = "application/fhir+json") =>
  app.inject({
    method: "POST",
    url: "/fhir/$suggest-codes",
    headers: { "content-type": type },
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  });
const first = "HPI: Known gout, on allopurinol.";
const second = "ASSESSMENT: Essential hypertension. Continue lisinopril.";
const encounter = bundleOf(visit, patient, document("d1", first), document("d2", second));
const conditions = (bundle: Bundle) =>
  (bundle.entry ?? []).map((e) => e.resource).filter((r): r is Condition => r?.resourceType === "Condition");

describe("POST /fhir/$suggest-codes", () => {
  it.each<[string, unknown, string]>([
    ["a Bundle", encounter, "application/fhir+json"],
    ["a Bundle as plain JSON", encounter, "application/json"],
    [
      "Parameters",
      { resourceType: "Parameters", parameter: [{ name: "encounter", resource: encounter }] },
      "application/fhir+json; charset=utf-8",
    ],
  ])("answers %s with a Bundle whose evidence points into the right note", async (_name, payload, type) => {
    const answer = await post(payload, type);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toContain("application/fhir+json");
    const bundle = answer.json() as Bundle;
    expect(misfits(bundle)).toEqual([]);
    const hypertension = conditions(bundle).find((c) => c.code?.coding?.[0].code === "I10");
    expect(hypertension).toMatchObject({
      subject: { reference: "Patient/p1" },
      encounter: { reference: "Encounter/e1" },
      verificationStatus: { coding: [{ code: "unconfirmed" }] },
    });
    const evidence = hypertension?.extension?.filter((e) => e.url.endsWith("/evidence")) ?? [];
    expect(evidence.length).toBeGreaterThan(0);
    for (const { extension = [] } of evidence) {
      const part = (url: string) => extension.find((e) => e.url === url);
      expect(part("source")?.valueReference?.reference).toBe("DocumentReference/d2");
      const quote = second.slice(part("start")?.valueUnsignedInt, part("end")?.valueUnsignedInt);
      expect(quote.trim()).not.toBe("");
    }
  });

  it("gives the same bytes twice", async () => {
    expect((await post(encounter)).body).toBe((await post(encounter)).body);
  });

  it("tells warnings as an OperationOutcome in the Bundle", async () => {
    const late = { ...visit, period: { start: "2027-01-05" } };
    const bundle = (await post(bundleOf(late, document("d1", second)))).json() as Bundle;
    expect(misfits(bundle)).toEqual([]);
    expect(JSON.stringify(bundle)).toContain('"code":"date.after-releases"');
  });

  const attached = (contentType: string, data: string) => [{ attachment: { contentType, data } }];
  it.each<[string, unknown, number, string, string | undefined]>([
    ["what is not JSON", `{"${canary}`, 400, "request.not-json", undefined],
    ["another resource", { resourceType: "Patient", id: canary }, 400, "request.invalid", "/resourceType"],
    ["Parameters without a Bundle", { resourceType: "Parameters" }, 422, "fhir.bundle", "Parameters.parameter"],
    [
      "a bad Bundle in Parameters",
      { resourceType: "Parameters", parameter: [{ name: "x" }, { name: "y", resource: bundleOf(visit) }] },
      422,
      "fhir.no-notes",
      "Parameters.parameter[1].resource.entry",
    ],
    [
      "an empty note",
      bundleOf(document("d1", " \n ")),
      422,
      "note.empty",
      "Bundle.entry[0].resource.content[0].attachment",
    ],
    [
      "a date before every release",
      bundleOf({ ...visit, period: { start: "2011-01-01" } }, document("d1", canary)),
      422,
      "date.before-releases",
      "Bundle.entry[0].resource.period.start",
    ],
    [
      "a reader that fails",
      bundleOf(document("d1", "", { content: attached("text/fails", Buffer.from(canary).toString("base64")) })),
      500,
      "engine.failed",
      undefined,
    ],
  ])("refuses %s with an OperationOutcome", async (_name, payload, status, code, at) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toContain("application/fhir+json");
    const outcome = answer.json() as OperationOutcome;
    expect(misfits(outcome)).toEqual([]);
    expect(outcome.issue[0].details?.coding?.[0].code).toBe(code);
    expect(outcome.issue[0].expression?.[0]).toBe(at);
    expect(answer.body).not.toContain("Quackenbush");
  });

  it("refuses another media type", async () => {
    const answer = await post("text", "text/csv");
    expect(answer.statusCode).toBe(415);
    expect(answer.json().issue[0].code).toBe("not-supported");
  });
});

describe("definitions", () => {
  it.each([
    "/fhir/metadata",
    "/fhir/StructureDefinition/evidence",
    "/fhir/StructureDefinition/probability",
    "/fhir/OperationDefinition/suggest-codes",
    "/fhir/CodeSystem/rejection-reason",
  ])("%s is served whole", async (url) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(misfits(answer.json())).toEqual([]);
  });

  it.each([
    ["/fhir/StructureDefinition/none", 400],
    ["/fhir/Patient/p1", 404],
  ])("%s is an OperationOutcome with %i", async (url, status) => {
    const answer = await app.inject(url);
    expect([answer.statusCode, answer.json().resourceType]).toEqual([status, "OperationOutcome"]);
  });

  it.each(Object.keys(structures))("README.md has the StructureDefinition %s as it is served", (id) => {
    const readme = readFileSync(join(projectFolder(), "api/fhir/README.md"), "utf8");
    const shown = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json));
    expect(shown.find((d) => d.id === id)).toEqual(JSON.parse(JSON.stringify(structures[id])));
  });

  it("stand in the OpenAPI document with their errors", async () => {
    const { paths } = (await app.inject("/docs/json")).json();
    expect(Object.keys(paths["/fhir/$suggest-codes"].post.responses)).toEqual([
      "200",
      "400",
      "413",
      "415",
      "422",
      "429",
      "500",
    ]);
    for (const path of [
      "/fhir/metadata",
      "/fhir/StructureDefinition/{id}",
      "/cds-services/",
      "/cds-services/citecode-encounter",
      "/cds-services/citecode-encounter/feedback",
    ])
      expect(Object.keys(paths)).toContain(path);
  });
});
