import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toEncounter } from "../api/encounter.js";
import { suggestFor } from "../api/result.js";
import { projectFolder } from "../api/version.js";
import type { RuleCase } from "../pipeline/knowledge.js";
import { loadKnowledge } from "./load.js";
import { readRules } from "./schema.js";

const knowledge = loadKnowledge();
const { tables: _, ...lists } = readRules(join(projectFolder(), "rules")).visits;
const DAY = "2026-03-02";

/** Of one case: the family, the rules behind what counts, the code that is chosen, and those beside it. */
function read({ text, setting = "outpatient", serviceDate = DAY, patient = { status: "established" } }: RuleCase) {
  const dates = setting === "inpatient" ? { dischargeDate: serviceDate } : { serviceDate };
  const { encounter } = toEncounter({ text, setting, ...dates, patient }, knowledge, DAY);
  const ledger = suggestFor(encounter, knowledge);
  const sheet = ledger.of("worksheet")[0]?.body;
  const { problems, data, risk } = sheet?.cells ?? {};
  const rules = [problems, data, risk].flatMap((cell) => cell?.elements.map((e) => e.rule) ?? []);
  const codes = [sheet?.chosen, ...(sheet?.also.map((a) => a.code) ?? [])];
  const candidates = ledger.of("candidate").filter((c) => c.stage === "visit");
  for (const c of candidates) codes.push(c.body.code.value);
  return { sheet, codes, rules: [...rules, ...candidates.map((c) => c.by.id)], modifiers: sheet?.modifiers ?? [] };
}
const all = (list: readonly { id: string; fires: readonly RuleCase[]; silent: readonly RuleCase[] }[]) =>
  list.flatMap((rule) => [
    ...rule.fires.map((c) => [rule.id, "fires", c] as const),
    ...rule.silent.map((c) => [rule.id, "is silent", c] as const),
  ]);

describe.each([
  ["problems", lists.problems],
  ["data", lists.data],
  ["risk", lists.risk],
  ["families", lists.families],
  ["timed", lists.timed],
] as const)("visit rules: %s", (_name, list) => {
  it.each(all(list))("%s %s on %j", (id, which, c) => {
    const { rules, codes } = read(c);
    if (which === "fires") {
      expect(rules).toContain(id);
      if (c.code) expect(codes).toContain(c.code);
    } else expect(rules).not.toContain(id);
  });
});

it.each(all(lists.statuses))("visit status: %s %s on %j", (id, which, c) => {
  const rule = lists.statuses.find((s) => s.id === id);
  if (which === "fires") expect(read(c).sheet?.status).toBe(rule?.status);
  else expect(read(c).sheet?.status).not.toBe(rule?.status);
});

it.each(all(lists.never))("no visit: %s %s on %j", (_id, which, c) => {
  expect(read(c).sheet === undefined).toBe(which === "fires");
});

it.each(all(lists.modifiers))("modifier: %s %s on %j", (id, which, c) => {
  const rule = lists.modifiers.find((m) => m.id === id);
  expect(read(c).modifiers.includes(rule?.modifier ?? "")).toBe(which === "fires");
});

it.each(all(lists.clocks))("clock: %s %s on %j", (id, which, c) => {
  const rule = lists.clocks.find((r) => r.id === id);
  const { sheet, codes } = read(c);
  const timed = lists.timed.filter((t) => t.clock === rule?.clock).flatMap((t) => t.bands.map((b) => b.code));
  const family = lists.families.find((f) => f.id === sheet?.family);
  const own = sheet?.time != null && family?.clock.includes(rule?.clock ?? "") === true;
  if (rule?.clock === "none") expect(sheet?.time == null).toBe(which === "fires");
  else if (rule?.clock !== "discharge")
    expect(own || timed.some((code) => codes.includes(code))).toBe(which === "fires");
});
