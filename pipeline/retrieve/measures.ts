import { type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import type { View, Write } from "../stage.js";
import type { Encounter } from "../types.js";
import { codeAt } from "./code-at.js";

/** Codes that a measured number chooses, such as the body mass index. Whether one may be reported is for the guidelines. */
export function measureCandidates(
  see: View<"mention" | "assertion">,
  write: Write<"candidate">,
  encounter: Encounter,
  knowledge: Knowledge,
): void {
  const { age } = encounter.patient;
  for (const assertion of see.of("assertion")) {
    const mention = see.get(assertion.body.mention);
    const { kind, value } = mention.body;
    if (kind !== "measurement" || !value) continue;
    const meaning = meaningOf(mention.body, knowledge);
    if (meaning.cls !== PhraseClass.measure) continue;
    const { id, age: bounds, ranges } = meaning.measure;
    if (bounds && age !== undefined && !(age >= (bounds.min ?? 0) && age <= (bounds.max ?? Infinity))) continue;
    const range = ranges.find((r) => value.amount <= r.upTo);
    if (!range) continue;
    write("candidate", { type: "lexicon", id }, [assertion.id], {
      assertion: assertion.id,
      code: codeAt(range.code, knowledge),
      runnerUp: false,
      matched: [],
      fit: 1,
      open: [],
    });
  }
}
