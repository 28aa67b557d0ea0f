import { type Drug, type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import type { View, Write } from "../stage.js";
import type { Fact } from "../types.js";
import { codeAt } from "./code-at.js";

/** A drug that is named says half of what its status code says: that it is taken for long is inferred. */
const TAKEN = 0.5;

/**
 * Codes that a drug leads to: its long-term use, the encounter at which a vaccine is given, and the adverse effect where
 * the note blames it for a condition. Whether one may be reported is for the guidelines.
 */
export function drugCandidates(
  see: View<"mention" | "assertion" | "relation">,
  write: Write<"candidate">,
  knowledge: Knowledge,
): void {
  const assertionOf = new Map<number, Fact<"assertion">>();
  for (const assertion of see.of("assertion")) {
    assertionOf.set(assertion.body.mention, assertion);
    const mention = see.get(assertion.body.mention);
    const drug = drugOf(mention, knowledge);
    const { certainty, time, subject } = assertion.body;
    if (!drug || certainty !== "present" || time !== "current" || subject !== "patient") continue;
    for (const [position, fit] of [
      [drug.longTerm, TAKEN],
      [drug.given, 1],
    ])
      if (position >= 0)
        write("candidate", { type: "lexicon", id: drug.id }, [assertion.id], {
          assertion: assertion.id,
          code: codeAt(position, knowledge),
          runnerUp: false,
          matched: [],
          fit,
          open: [],
        });
  }
  for (const relation of see.of("relation")) {
    if (relation.body.role !== "due-to") continue;
    const drug = see.get(relation.body.to);
    const adverse = drugOf(drug, knowledge)?.adverse ?? -1;
    const assertion = assertionOf.get(relation.body.of);
    if (adverse < 0 || !assertion) continue;
    write("candidate", relation.by, [assertion.id, relation.id], {
      assertion: assertion.id,
      code: codeAt(adverse, knowledge),
      runnerUp: false,
      matched: [],
      fit: 1,
      open: [],
      evidence: [see.get(relation.body.of).body.place, drug.body.place],
    });
  }
}

function drugOf(mention: Fact<"mention">, knowledge: Knowledge): Drug | null {
  const meaning = mention.body.kind === "drug" ? meaningOf(mention.body, knowledge) : null;
  return meaning?.cls === PhraseClass.drug ? meaning.drug : null;
}
