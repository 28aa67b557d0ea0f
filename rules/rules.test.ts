import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { assertSpan } from "../api/assertion.js";
import { toEncounter } from "../api/encounter.js";
import { suggestFor } from "../api/result.js";
import { projectFolder } from "../api/version.js";
import { sharedFolder } from "../fixtures/bench/corpora.js";
import type { RuleCase } from "../pipeline/knowledge.js";
import type { Fact } from "../pipeline/types.js";
import { loadKnowledge } from "./load.js";
import { readRules } from "./schema.js";

const knowledge = loadKnowledge();
const rules = readRules(join(projectFolder(), "rules"));
const DAY = "2026-03-02";

function ledgerOf(c: RuleCase) {
  const { text, setting = "outpatient", serviceDate = DAY, patient } = c;
  const dates = setting === "inpatient" ? { dischargeDate: serviceDate } : { serviceDate };
  const { encounter } = toEncounter({ text, setting, ...dates, ...(patient ? { patient } : {}) }, knowledge, DAY);
  return suggestFor(encounter, knowledge);
}

describe.each(rules.guidelines.map((r) => [r.id, r] as const))("guideline %s", (id, rule) => {
  const rulings = (c: RuleCase) => {
    const ledger = ledgerOf(c);
    return ledger
      .of("ruling")
      .filter((r) => r.by.id === id)
      .map((r) => (ledger.facts[r.body.candidate] as Fact<"candidate">).body.code.value);
  };
  it.each(rule.fires.map((c) => [c.text, c] as const))("fires on %j", (_text, c) => {
    const codes = rulings(c);
    expect(codes.length, "a ruling of this rule").toBeGreaterThan(0);
    if (c.code) expect(codes).toContain(c.code);
  });
  it.each(rule.silent.map((c) => [c.text, c] as const))("is silent on %j", (_text, c) => {
    expect(rulings(c)).toEqual([]);
  });
});

describe.each(rules.queries.map((r) => [r.id, r] as const))("query %s", (id, rule) => {
  const asked = (c: RuleCase) =>
    ledgerOf(c)
      .of("question")
      .filter((q) => q.by.id === id);
  it.each(rule.fires.map((c) => [c.text, c] as const))("asks on %j", (_text, c) => {
    const questions = asked(c);
    expect(questions.length, "a question of this rule").toBe(1);
    expect(questions[0].body.places.length).toBeGreaterThan(0);
    for (const place of questions[0].body.places)
      expect(questions[0].body.text).toContain(c.text.slice(place.start, place.end));
  });
  it.each(rule.silent.map((c) => [c.text, c] as const))("does not ask on %j", (_text, c) => {
    expect(asked(c)).toEqual([]);
  });
});

describe.each(rules.services.map((r) => [r.id, r] as const))("service %s", (id, rule) => {
  const proposed = (c: RuleCase) =>
    ledgerOf(c)
      .of("suggestion")
      .filter((s) => s.body.shown && s.body.code.value === rule.code);
  it.each(rule.fires.map((c) => [c.text, c] as const))("is proposed for %j", (_text, c) => {
    const found = proposed(c);
    expect(found.length, id).toBe(1);
    if (c.units !== undefined) expect(found[0].body.units).toBe(c.units);
  });
  it.each(rule.silent.map((c) => [c.text, c] as const))("is not proposed for %j", (_text, c) => {
    expect(proposed(c)).toEqual([]);
  });
});

describe.each(rules.cues.filter((c) => c.fires || c.silent).map((c) => [c.id, c] as const))("cue %s", (_id, cue) => {
  const read = (text: string, mention: string) => {
    const start = text.lastIndexOf(mention);
    expect(start, `"${mention}" stands in the case`).toBeGreaterThanOrEqual(0);
    const { encounter } = toEncounter({ text, serviceDate: DAY }, knowledge, DAY);
    return assertSpan(encounter, { start, end: start + mention.length }, knowledge);
  };
  it.each((cue.fires ?? []).map((c) => [c.text, c.mention] as const))("fires on %j", (text, mention) => {
    expect(read(text, mention)).toMatchObject(cue.effect ?? {});
  });
  it.each((cue.silent ?? []).map((c) => [c.text, c.mention] as const))("is silent on %j", (text, mention) => {
    const got = read(text, mention);
    for (const [axis, value] of Object.entries(cue.effect ?? {}))
      expect(got[axis as keyof typeof got], axis).not.toBe(value);
  });
});

describe("code set", () => {
  const { codes } = knowledge;
  it("has all codes of FY2026, and a title for each", () => {
    expect(codes.count).toBe(98_186);
    let billable = 0;
    for (let i = 0; i < codes.count; i++) {
      if (codes.billable(i)) billable++;
      expect(codes.title(i)).not.toBe("");
    }
    expect(billable).toBe(74_719);
  });
  it.each([
    ["A00", "A00.9"],
    ["C43", "C43.9"],
    ["S52.5", "S52.599S"],
  ])("ends the descendants of %s with %s", (header, last) => {
    expect(codes.code(codes.lastOf[codes.find(header)])).toBe(last);
  });
  it("finds codes with and without the dot, in any case", () => {
    expect(codes.find("e119")).toBe(codes.find("E11.9"));
    expect(codes.find("E11.99")).toBe(-1);
  });

  const official = join(sharedFolder, "codesets", "icd10cm.tsv.gz");
  it.skipIf(!existsSync(official))("equals the official table code by code (skipped where ../shared is absent)", () => {
    const rows = gunzipSync(readFileSync(official)).toString("utf8").trim().split("\n").slice(1);
    const differing = rows.filter((row) => {
      const [code, billable, , title] = row.split("\t");
      const i = codes.find(code);
      return i < 0 || codes.billable(i) !== (billable === "1") || codes.title(i) !== title;
    });
    expect(differing).toEqual([]);
    expect(rows.length).toBe(codes.count);
  });
  const hcpcs = join(sharedFolder, "codesets", "hcpcs.tsv.gz");
  it.skipIf(!existsSync(hcpcs))("knows no HCPCS code that does not exist (skipped where ../shared is absent)", () => {
    const tables = [hcpcs, join(sharedFolder, "codesets", "hcpcs-new-2026.tsv.gz")].map((p) =>
      gunzipSync(readFileSync(p)).toString("utf8"),
    );
    const known = new Set(
      tables
        .join("\n")
        .split("\n")
        .map((row) => row.split("\t")[0]),
    );
    expect(rules.services.filter((s) => s.system === "hcpcs" && !known.has(s.code)).map((s) => s.code)).toEqual([]);
  });
});

it("has at least the knowledge that is promised", () => {
  expect(rules.concepts.length).toBeGreaterThan(2500);
  expect(rules.guidelines.length).toBeGreaterThan(40);
  expect(new Set(rules.services.filter((s) => s.system === "cpt").map((s) => s.code)).size).toBeGreaterThanOrEqual(60);
  expect(new Set(rules.services.filter((s) => s.system === "hcpcs").map((s) => s.code)).size).toBeGreaterThanOrEqual(
    1700,
  );
});

it("cites a document and a section for every rule", () => {
  for (const rule of [...rules.guidelines, ...rules.services, ...rules.queries])
    expect(`${rule.cite.doc} ${rule.cite.section}`.trim().length, rule.id).toBeGreaterThan(5);
});

describe("the wording of questions", () => {
  const { leading, money, offered, given } = rules.wording;
  const holds = (words: readonly string[]) =>
    new RegExp(`(?:^|[^a-z])(?:${words.join("|").replace(/[.$]/g, "\\$&")})s?(?:[^a-z]|$)|\\$\\d`, "i");
  const questions = [
    ...rules.guidelines.map((r) => [r.id, r.then.asks ?? "", ...(r.then.options ?? [])] as const),
    ...rules.queries.map((r) => [r.id, r.asks, ...r.options] as const),
    ["icd10cm.poa", rules.poa.asks, ...rules.poa.options] as const,
    ["wording", given, ...offered] as const,
  ];
  it.each(questions)("%s neither leads nor speaks of money", (_id, ...texts) => {
    for (const text of texts) {
      expect(text).not.toMatch(holds(leading));
      expect(text).not.toMatch(holds(money));
    }
  });
  it.each([
    ["Would this raise the reimbursement?", true],
    ["Worth $500 more", true],
    ["Which DRGs fit?", true],
    ["Sepsis should be coded here", true],
    ["Which side is affected?", false],
  ])("the lists judge %j as %s", (text, refused) => {
    expect(holds([...leading, ...money]).test(text)).toBe(refused);
  });
  it("offers more than one answer, and always another one and none", () => {
    expect(rules.queries.length).toBeGreaterThanOrEqual(25);
    expect(offered).toEqual(expect.arrayContaining(["Other", "Unable to determine"]));
    for (const rule of rules.queries) expect(rule.options.length, rule.id).toBeGreaterThan(1);
  });
});
