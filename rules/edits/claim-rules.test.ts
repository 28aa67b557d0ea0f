import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { toEncounter } from "../../api/encounter.js";
import { suggestFor } from "../../api/result.js";
import { projectFolder } from "../../api/version.js";
import { sharedFolder } from "../../fixtures/bench/corpora.js";
import type { ClaimCase, ClaimLine } from "../../pipeline/claim-knowledge.js";
import { editsFor } from "../../pipeline/index.js";
import type { Ledger } from "../../pipeline/stage.js";
import { loadKnowledge } from "../load.js";
import { readRules } from "../schema.js";
import { visitCodes } from "./pack.js";

const knowledge = loadKnowledge();
const { claim: rules, services, visits } = readRules(join(projectFolder(), "rules"));
const DAY = "2026-03-02";

function ledgerOf({
  text = "",
  setting = "outpatient",
  patient = { status: "established" },
  date = DAY,
}: ClaimCase): Ledger {
  const dates = setting === "inpatient" ? { dischargeDate: date } : { serviceDate: date };
  const { encounter } = toEncounter({ text, setting, ...dates, patient }, knowledge, DAY);
  return suggestFor(encounter, knowledge);
}
const nameOf = (c: ClaimCase) =>
  c.text ?? (c.lines ?? []).map((l) => [l.code, ...(l.modifiers ?? [])].join("-")).join(" + ");

describe.each(rules.modifiers.map((r) => [r.id, r] as const))("%s", (id, rule) => {
  const borne = (c: ClaimCase) =>
    ledgerOf(c)
      .of("line")
      .flatMap((l) => l.body.modifiers.filter((m) => m.rule === id));
  it.each(rule.fires.map((c) => [nameOf(c), c] as const))("stands for %j", (_name, c) => {
    const found = borne(c);
    expect(found.map((m) => m.modifier)).toContain(rule.modifier);
    expect(found[0].places.length, "words that are its reason").toBeGreaterThan(0);
  });
  it.each(rule.silent.map((c) => [nameOf(c), c] as const))("does not stand for %j", (_name, c) => {
    expect(borne(c)).toEqual([]);
  });
});

describe.each(rules.edits.map((r) => [r.id, r] as const))("%s", (id, rule) => {
  const found = (c: ClaimCase): readonly { readonly says: string }[] => {
    if (c.text !== undefined)
      return ledgerOf(c)
        .of("edit")
        .filter((e) => e.body.rule === id)
        .map((e) => e.body);
    const lines: ClaimLine[] = (c.lines ?? []).map((l) => ({
      ...l,
      modifiers: l.modifiers ?? [],
      units: l.units ?? 1,
    }));
    const edits = editsFor(lines, c.diagnoses ?? [], c.patient ?? {}, c.date ?? DAY, knowledge);
    return edits.filter((e) => e.rule === id);
  };
  it.each(rule.fires.map((c) => [nameOf(c), c] as const))("finds %j", (_name, c) => {
    const edits = found(c);
    expect(edits.length).toBeGreaterThan(0);
    for (const e of edits) expect(e.says, "every place of the text is filled").not.toMatch(/\{\w+\}/);
  });
  it.each(rule.silent.map((c) => [nameOf(c), c] as const))("lets pass %j", (_name, c) => {
    expect(found(c)).toEqual([]);
  });
});

it("cites a document and a section for every rule, and speaks of no money", () => {
  for (const rule of [...rules.modifiers, ...rules.edits]) {
    expect(`${rule.cite.doc} ${rule.cite.section}`.length, rule.id).toBeGreaterThan(8);
    expect(rule.says, rule.id).not.toMatch(/\bpaid\b|\bprices?\b|\bmoney\b/i);
  }
});

it("has the pairs of the starter table among codes that a rule of services can propose", () => {
  const known = new Set([...services.map((s) => s.code), ...visitCodes(visits)]);
  const unknown = rules.tables.pairs.pairs
    .flatMap((p) => [...p.first, ...p.second])
    .filter((code) => !code.includes("-") && !known.has(code));
  expect(unknown).toEqual([]);
  expect(knowledge.claim.pairs.size).toBeGreaterThan(900);
});

it("has no pair in both directions", () => {
  const pairs = rules.tables.pairs.pairs.flatMap((p) => p.first.flatMap((a) => p.second.map((b) => `${a} ${b}`)));
  const turned = pairs.filter((p) => pairs.includes(p.split(" ").reverse().join(" ")));
  expect(turned).toEqual([]);
});

const modifiers = join(sharedFolder, "codesets", "hcpcs-modifiers.tsv.gz");
it.skipIf(!existsSync(modifiers))(
  "names no HCPCS modifier that does not exist (skipped where ../shared is absent)",
  () => {
    const rows = gunzipSync(readFileSync(modifiers)).toString("utf8").split("\n");
    const known = new Set(rows.map((row) => row.split("\t")[0]));
    const named = rules.modifiers.map((r) => r.modifier).filter((m) => /[A-Z]/.test(m));
    expect(named.filter((m) => !known.has(m))).toEqual([]);
    expect(named.length).toBeGreaterThan(50);
  },
);

const limits = join(sharedFolder, "codesets", "mue-hcpcs.tsv.gz");
it.skipIf(!existsSync(limits))("has the published limits of HCPCS units (skipped where ../shared is absent)", () => {
  const rows = gunzipSync(readFileSync(limits)).toString("utf8").trim().split("\n").slice(1);
  const published = new Map(rows.map((row) => row.split("\t")).map(([code, most]) => [code, Number(most)]));
  for (const [code, { most }] of knowledge.claim.limits)
    if (/^[A-Z]/.test(code)) expect(published.get(code), code).toBe(most);
});
