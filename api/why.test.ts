import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readCases } from "../fixtures/cases/score.js";
import { loadKnowledge } from "../rules/load.js";
import { toEncounter } from "./encounter.js";
import { suggestFor, toResult } from "./result.js";
import { projectFolder } from "./version.js";
import { type Step, why } from "./why.js";

const knowledge = loadKnowledge();
const DAY = "2026-03-02";
const text = "HISTORY: Cough for a week. No asthma.\nASSESSMENT: COPD. Gout.";
const { encounter } = toEncounter({ text, serviceDate: DAY }, knowledge, DAY);
const ledger = suggestFor(encounter, knowledge);
const flat = (steps: readonly Step[]): Step[] => steps.flatMap((s) => [s, ...flat(s.from)]);

it.each([
  ["J44.9", "suggested"],
  ["j449", "suggested"],
  ["J44.1", "alternative"],
  ["R05.9", "dropped"],
  ["M79.7", "never-candidate"],
  ["93000", "never-candidate"],
  ["ZZZ", "unknown-code"],
])("says of %s that it is %s", (code, because) => {
  expect(why(ledger, encounter, knowledge, code).because).toBe(because);
});

it("walks to the words, and cites the rule", () => {
  const steps = flat(why(ledger, encounter, knowledge, "R05.9").walk);
  expect(steps.find((s) => s.kind === "ruling")?.cite?.section).toBe("I.B.5");
  const { place } = steps.find((s) => s.kind === "mention") ?? {};
  expect(text.slice(place?.start, place?.end)).toBe("Cough");
});

it("names what was taken in a code's place, and the terms that were missed", () => {
  expect(why(ledger, encounter, knowledge, "J44.1").instead.map((o) => o.code)).toContain("J44.9");
  expect(why(ledger, encounter, knowledge, "J45.50").instead.map((o) => o.code)).toContain("J45.909");
  const { terms } = why(ledger, encounter, knowledge, "M79.7");
  expect(terms.length).toBeGreaterThan(0);
  expect(terms.every((t) => !t.found && t.missing.length > 0)).toBe(true);
});

const money =
  /\bdollars?\b|\$\d\d|\bDRGs?\b|\bHCCs?\b|\brelative weight|\breimburs|\brevenue\b|\brisk.adjust|\bcase.mix\b|\bpayments?\b/i;
it("knows no money: not in the pipeline, nor in queries, nor in results", () => {
  for (const folder of ["pipeline", "rules/queries", "rules/guidelines", "rules/edits"])
    for (const f of readdirSync(join(projectFolder(), folder), { withFileTypes: true, recursive: true }))
      if (f.isFile()) expect(readFileSync(join(f.parentPath, f.name), "utf8"), f.name).not.toMatch(money);
  for (const { id, text, setting, patient } of readCases().slice(0, 60)) {
    const made = toEncounter({ id, text, setting, patient, serviceDate: DAY }, knowledge, DAY).encounter;
    const { queries, dropped, warnings } = toResult(suggestFor(made, knowledge), made, []);
    expect(JSON.stringify([queries.map((q) => q.options), dropped, warnings ?? []]), id).not.toMatch(money);
  }
});
