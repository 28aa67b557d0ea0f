import { expect, it } from "vitest";
import { noModels } from "../../../pipeline/models.js";
import type { System } from "../../../pipeline/types.js";
import { loadKnowledge } from "../../../rules/load.js";
import { buildApp } from "../../app.js";
import { showCode } from "../../cli/codes.js";
import { Browser, type CodeSource, embeddedSources } from "./index.js";

const knowledge = loadKnowledge();
const browser = new Browser(embeddedSources({ knowledge, models: noModels }));
const DAY = "2026-03-02";
const told = (code: string, system: System = "icd-10-cm") => browser.describe(system, code, DAY, ["edits"]);
const app = await buildApp({ knowledge, today: () => DAY });
const get = (url: string) => app.inject(url);

it.each([
  ["E11.9", ["4", "E08-E13", "E11"], true, "code"],
  ["e119", ["4", "E08-E13", "E11"], true, "code"],
  ["E11", ["4", "E08-E13"], false, "category"],
  ["S52.501A", ["19", "S50-S59", "S52", "S52.5", "S52.50", "S52.501"], true, "code"],
  ["C15.3", ["2", "C00-C96", "C00-C75", "C15-C26", "C15"], true, "code"],
  ["E08-E13", ["4"], false, "section"],
  ["4", [], false, "chapter"],
])("%s lies in %j", (code, above, billable, kind) => {
  const found = told(code);
  expect([found.parents.map((p) => p.code), found.billable, found.kind]).toEqual([above, billable, kind]);
  for (const below of found.children) {
    const parents = told(below.code).parents;
    expect(parents[parents.length - 1]?.code).toBe(found.code);
  }
});

const noteRows: [string, string, string, string | undefined, string[]][] = [
  ["E11", "excludes1", "gestational diabetes (O24.4-)", undefined, ["O24.4"]],
  ["E11.65", "excludes1", "gestational diabetes (O24.4-)", "E11", ["O24.4"]],
  ["E11.65", "use-additional", "insulin (Z79.4)", "E11", ["Z79.4"]],
  ["A00.0", "excludes2", "influenza and other acute respiratory infections (J00-J22)", "1", ["J00-J22"]],
  ["A00.0", "excludes1", "certain localized infections - see body system-related chapters", "1", []],
  ["S52.501A", "note", "A fracture not indicated as open or closed should be coded to closed", "S52", []],
];
it.each(noteRows)("%s has the %s note %j from %s", (code, kind, text, from, links) => {
  const note = told(code).notes.find((n) => n.kind === kind && n.text === text);
  expect(note?.inheritedFrom?.code).toBe(from);
  expect(note?.links.map((l) => (l.last ? `${l.first}-${l.last}` : l.first))).toEqual(links);
  for (const link of note?.links ?? []) expect(text.slice(link.start, link.end)).toContain(link.first);
});

it("marks lines that head others, and keeps terms where they are printed", () => {
  expect(told("E11").notes.find((n) => n.text === "code to identify control using:")?.heading).toBe(true);
  expect(told("S52.0").terms).toContain("Fracture of proximal end of ulna");
  expect(told("S52.00").terms).not.toContain("Fracture of proximal end of ulna");
});

it.each([
  ["S52.501", "S52", undefined, "S52.501A"],
  ["S52.501A", "S52", "A", "S52.501A"],
  ["W01.0", "W01", undefined, "W01.0XXA"],
  ["S52", "S52", undefined, undefined],
])("7th characters of %s come from %s", (code, from, selected, whole) => {
  const seventh = told(code).seventh;
  expect([seventh?.from, seventh?.selected, seventh?.characters[0].code]).toEqual([from, selected, whole]);
});
it.each(["E11.9", "E11", "Z79.4"])("%s takes no 7th character", (code) => {
  expect(told(code).seventh).toBeUndefined();
});

it.each([
  ["Z38.00", "edit.mce.newborn", { age: [{ min: 1 }] }],
  ["N40.0", "edit.sex.male", { sex: ["female"] }],
  ["D63.1", "edit.mce.manifestation", { setting: ["inpatient"] }],
  ["E11.9", undefined, undefined],
])("edits of %s", (code, id, when) => {
  const rules = told(code).edits?.rules ?? [];
  expect(rules.find((r) => r.id === id)?.when).toEqual(when);
  if (id === undefined) expect(rules).toEqual([]);
});
it.each([
  ["I25.2", true],
  ["S00.00XD", true],
  ["S00.00XA", false],
  ["E11.9", false],
])("%s is exempt from present on admission: %s", (code, exempt) => {
  expect(told(code).edits?.poaExempt).toBe(exempt);
});

it.each([
  ["cpt", "99213", true],
  ["hcpcs", "J0129", undefined],
] as const)("%s %s is a label alone", (system, code, ownLabel) => {
  const found = told(code, system);
  expect([found.ownLabel, found.notes, found.parents, found.edits]).toEqual([ownLabel, [], [], undefined]);
  expect(found.title).not.toBe("");
});

const without = (date: string) => `?date=${date}`;
it.each([
  ["icd-10-cm/E11.99", 404, "code.unknown", "E11.9"],
  ["icd-10-cm/Q99.99", 404, "code.unknown", "Q99.9"],
  ["icd-10-cm/E1", 422, "code.malformed", "E11.9"],
  ["icd-10-cm/23", 422, "code.malformed", "1 to 22"],
  ["cpt/E11.9", 422, "code.malformed", "99213"],
  ["cpt/00001", 404, "code.unknown", "00001"],
  ["icd-10-pcs/0DTJ4ZZ", 404, "codeset.not-installed", "icd-10-pcs"],
  [`icd-10-cm/E11.9${without("2025-09-30")}`, 422, "date.before-releases", "from 2025-10-01 to 2026-09-30"],
  ["icd-9/250.00", 400, "request.invalid", "schema"],
])("/v1/codes/%s answers %i %s", async (path, status, code, says) => {
  const answer = await get(`/v1/codes/${path}`);
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  expect(answer.json().title).toContain(says);
});

it.each([
  ["E11.9", without("2025-10-01"), []],
  ["E11.9", without("2026-10-01"), ["date.after-releases"]],
  ["E11.9", "?include=hcc,edits", ["hcc.not-installed"]],
])("GET /v1/codes/icd-10-cm/%s%s warns of %j", async (code, query, warned) => {
  const answer = await get(`/v1/codes/icd-10-cm/${code}${query}`);
  expect(answer.statusCode).toBe(200);
  expect((answer.json().warnings ?? []).map((w: { code: string }) => w.code)).toEqual(warned);
});

it("tells of which release a code was, where several are installed", () => {
  const [diagnoses] = embeddedSources({ knowledge, models: noModels });
  const old: CodeSource = {
    ...diagnoses,
    release: "FY2025",
    effective: { from: "2024-10-01", to: "2025-09-30" },
    describe: (code) => (code === "E11.9" ? null : diagnoses.describe(code)),
  };
  const both = new Browser([old, diagnoses]);
  expect(both.describe("icd-10-cm", "E11.9", "2025-10-01").release).toBe("FY2026");
  expect(() => both.describe("icd-10-cm", "E11.9", "2025-09-30")).toThrow(/FY2026 has it, from 2025-10-01/);
});

const finds: [string, string, string][] = [
  ["E11.6", "", "E11.6"],
  ["e1165", "", "E11.65"],
  ["w010xxa", "", "W01.0XXA"],
  ["99213", "", "99213"],
  ["J0129", "", "J0129"],
  ["diabetes", "", "E11.9"],
  ["hypertens", "", "I10"],
  ["heart fai", "", "I50.9"],
  ["chest pai", "", "R07.9"],
  ["asthma exac", "", "J45.901"],
  ["kidney ston", "", "N20.0"],
  ["kidny ston", "", "N20.0"],
  ["pnuemo", "", "J18.9"],
  ["diabtes mel", "", "E11.9"],
  ["abatac", "&system=hcpcs", "J0129"],
  ["abatacetp", "&system=hcpcs", "J0129"],
];
it.each(finds)("typing %j%s finds %s", async (q, more, code) => {
  const answer = await get(`/v1/codes?limit=10&q=${encodeURIComponent(q)}${more}`);
  expect(answer.statusCode).toBe(200);
  const { codes } = answer.json() as { codes: { code: string; billable: boolean; parents: { code: string }[] }[] };
  expect(codes.map((c) => c.code)).toContain(code);
  expect(codes.length).toBeLessThanOrEqual(10);
});
it.each([
  ["zzzz", "&system=hcpcs"],
  ["Q9999", "&system=icd-10-cm"],
  ["00000", ""],
])("typing %j%s finds nothing", async (q, more) => {
  expect((await get(`/v1/codes?q=${q}${more}`)).json().codes).toEqual([]);
});
it.each(["", "?q=", "?q=gout&limit=0", "?q=gout&limit=101", "?q=gout&system=icd-9", "?q=gout&x=1"])(
  "refuses GET /v1/codes%s",
  async (query) => {
    expect((await get(`/v1/codes${query}`)).statusCode).toBe(400);
  },
);

it("prints for a person what is inherited and what is below", () => {
  const shown = showCode(told("E11.6"));
  expect(shown).toContain("insulin (Z79.4)  [from E11]");
  expect(shown).toContain("E11.65");
  expect(showCode(told("99213", "cpt"))).toContain("our own");
});
