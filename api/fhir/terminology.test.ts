import type { Parameters, ValueSet } from "fhir/r4.js";
import { expect, it } from "vitest";
import { misfits } from "../../fixtures/fhir.js";
import { loadKnowledge } from "../../rules/load.js";
import { buildApp } from "../app.js";
import { systemUris } from "./systems.js";

const app = await buildApp({
  knowledge: loadKnowledge(),
  today: () => "2026-03-02",
  now: () => "2026-03-02T10:00:00Z",
});
const CM = systemUris["icd-10-cm"];
const get = (path: string, query: Record<string, string>) =>
  app.inject({ url: `/fhir/${path}`, query: query as Record<string, string> });
const post = (path: string, parameter: object[]) =>
  app.inject({
    method: "POST",
    url: `/fhir/${path}`,
    headers: { "content-type": "application/fhir+json" },
    payload: JSON.stringify({ resourceType: "Parameters", parameter }),
  });
const value = (answer: Parameters, name: string) => answer.parameter?.find((p) => p.name === name);
const properties = (answer: Parameters, name: string) =>
  (answer.parameter ?? [])
    .filter((p) => p.name === "property" && p.part?.[0].valueCode === name)
    .map((p) => p.part?.[1].valueCode ?? p.part?.[1].valueString ?? p.part?.[1].valueBoolean);

it.each([
  ["GET", () => get("CodeSystem/$lookup", { system: CM, code: "E11.6" })],
  [
    "POST",
    () =>
      post("CodeSystem/$lookup", [
        { name: "code", valueCode: "E11.6" },
        { name: "system", valueUri: CM },
      ]),
  ],
  [
    "POST of a Coding",
    () => post("CodeSystem/$lookup", [{ name: "coding", valueCoding: { system: CM, code: "E11.6" } }]),
  ],
])("$lookup by %s", async (_name, ask) => {
  const answer = await ask();
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/fhir+json; charset=utf-8"]);
  const body = answer.json() as Parameters;
  expect(misfits(body)).toEqual([]);
  expect(value(body, "display")?.valueString).toBe("Type 2 diabetes mellitus with other specified complications");
  expect(properties(body, "parent")).toEqual(["E11"]);
  expect(properties(body, "child")).toContain("E11.65");
  expect(properties(body, "notSelectable")).toEqual([true]);
});

it("$lookup gives the properties that are asked for", async () => {
  const body = (await get("CodeSystem/$lookup", { system: CM, code: "E11.65", property: "parent" })).json();
  expect([properties(body, "parent"), properties(body, "notSelectable")]).toEqual([["E11.6"], []]);
});

it.each([
  [CM, "E11.9", {}, true],
  [CM, "E11.9", { display: "Type 2 diabetes mellitus without complications" }, true],
  [CM, "E11.9", { display: "Gout" }, false],
  [CM, "E11.99", {}, false],
  [CM, "E08-E13", {}, false],
  [CM, "not a code", {}, false],
  [systemUris.cpt, "99213", {}, true],
  [systemUris.hcpcs, "J0129", {}, true],
  ["https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "J0129", {}, true],
])("$validate-code of %s %s %j is %s", async (url, code, more, result) => {
  for (const answer of [
    await get("CodeSystem/$validate-code", { url, code, ...more }),
    await post("CodeSystem/$validate-code", [
      { name: "url", valueUri: url },
      { name: "code", valueCode: code },
      ...Object.entries(more).map(([name, valueString]) => ({ name, valueString })),
    ]),
  ]) {
    expect(answer.statusCode).toBe(200);
    expect(misfits(answer.json())).toEqual([]);
    expect(value(answer.json(), "result")?.valueBoolean).toBe(result);
    expect(value(answer.json(), "message") === undefined).toBe(result);
  }
});

it.each([
  ["a filter", { url: `${CM}?fhir_vs`, filter: "heart fai", count: "5" }, 5, "I50.9", undefined],
  ["an offset", { url: `${CM}?fhir_vs`, count: "3", offset: "1" }, 3, "A00.0", 98186],
  ["nothing but the system", { url: CM, count: "2" }, 2, "A00", 98186],
  ["no codes asked for", { url: CM, count: "0" }, 0, undefined, 98186],
])("$expand with %s", async (_name, query, count, holds, total) => {
  const { url, ...rest } = query as Record<string, string>;
  const parameter = [
    { name: "url", valueUri: url },
    ...Object.entries(rest).map(([name, v]) =>
      name === "filter" ? { name, valueString: v } : { name, valueInteger: Number(v) },
    ),
  ];
  for (const answer of [await get("ValueSet/$expand", { url, ...rest }), await post("ValueSet/$expand", parameter)]) {
    expect(answer.statusCode).toBe(200);
    const body = answer.json() as ValueSet;
    expect(misfits(body)).toEqual([]);
    const codes = body.expansion?.contains?.map((c) => c.code) ?? [];
    expect([codes.length, body.expansion?.total]).toEqual([count, total]);
    if (holds) expect(codes).toContain(holds);
  }
});

it.each([
  ["CodeSystem/$lookup", { system: CM, code: "E11.99" }, 404, "code.unknown"],
  ["CodeSystem/$lookup", { system: CM, code: "E" }, 422, "code.malformed"],
  ["CodeSystem/$lookup", { system: CM }, 422, "fhir.parameter"],
  ["CodeSystem/$lookup", { system: "urn:other", code: "E11" }, 404, "fhir.system"],
  ["CodeSystem/$lookup", { system: CM, code: "E11", date: "2011-01-01" }, 422, "date.before-releases"],
  ["CodeSystem/$lookup", { system: CM, code: "E11", date: "soon" }, 422, "fhir.parameter"],
  [
    "CodeSystem/$lookup",
    { system: "http://hl7.org/fhir/sid/icd-10-pcs", code: "0DTJ4ZZ" },
    404,
    "codeset.not-installed",
  ],
  ["ValueSet/$expand", { url: CM, count: "many" }, 422, "fhir.parameter"],
  ["ValueSet/$expand", {}, 422, "fhir.parameter"],
])("%s %j is refused with %i %s", async (path, query, status, code) => {
  const answer = await get(path, query as Record<string, string>);
  expect([answer.statusCode, answer.json().issue?.[0].details.coding[0].code]).toEqual([status, code]);
  expect(misfits(answer.json())).toEqual([]);
});
it("refuses a value set as a resource", async () => {
  const answer = await post("ValueSet/$expand", [{ name: "valueSet", resource: { resourceType: "ValueSet" } }]);
  expect([answer.statusCode, answer.json().resourceType]).toEqual([422, "OperationOutcome"]);
});
