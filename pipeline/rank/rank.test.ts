import { expect, it } from "vitest";
import { toEncounter } from "../../api/encounter.js";
import { suggestFor } from "../../api/result.js";
import { loadKnowledge } from "../../rules/load.js";

const knowledge = loadKnowledge();
const DAY = "2026-03-02";

/** The score parts of a code, over its best candidate. */
function partsOf(text: string, code: string): Readonly<Record<string, number>> {
  const ledger = suggestFor(toEncounter({ text, serviceDate: DAY }, knowledge, DAY).encounter, knowledge);
  const candidate = ledger.of("candidate").find((c) => c.body.code.value === code && !c.body.runnerUp);
  return ledger.of("score").find((s) => s.body.candidate === candidate?.id)?.body.parts ?? {};
}

it.each([
  ["ASSESSMENT: Knee pain. Hypertension. Gout.", "I10", 1],
  ["ASSESSMENT: Knee pain. Stable hypertension.", "I10", 1],
  ["ASSESSMENT:\n1. Hypertension. Continue lisinopril.", "I10", 1],
  [
    "ASSESSMENT: Knee pain. We spoke at length about her hypertension and the diet that goes with it.",
    "I10",
    undefined,
  ],
  ["HPI: Here for knee pain. Hypertension.", "I10", undefined],
  ["EXAM: Obese. Hypertension.", "I10", undefined],
])("%j names %s as a diagnosis: %s", (text, code, headed) => {
  const parts = partsOf(text, code);
  expect(parts.fit).toBeGreaterThan(0);
  expect(parts.headed).toBe(headed);
});

it("counts only headings in the order of problems", () => {
  expect(partsOf("ASSESSMENT: Hypertension. Gout.", "M10.9").first).toBeUndefined();
});
