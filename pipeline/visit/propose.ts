import { type Knowledge, PhraseClass, type VisitCode } from "../knowledge.js";
import type { View, Write } from "../stage.js";
import type { Place } from "../types.js";
import type { Page } from "./spot.js";

/** How a code is supported: names of score parts that `rules/ranking.json` gives a probability. */
export type Firm = "visit.agree" | "visit.time" | "visit.mdm" | "visit.family" | "visit.timed" | "visit.unknown";

/** Writes a candidate on a mention of its own, with its words as evidence and the way it is supported as its score. */
export function proposer(
  see: View<"sentence">,
  write: Write<"mention" | "assertion" | "candidate" | "score">,
  page: Page,
  knowledge: Knowledge,
) {
  return (
    code: Pick<VisitCode, "system" | "code" | "label">,
    rule: { readonly id: string; readonly cite: { readonly doc: string } },
    evidence: readonly Place[],
    firm: Firm,
    units?: number,
    modifiers: readonly string[] = [],
  ): void => {
    const first = see.of("sentence")[0];
    const place = evidence[0] ?? first.body.place;
    const by = { type: "rule", id: rule.id } as const;
    const sentence = page.sentence(place.start) ?? first;
    const index = codeIndex(code.code, knowledge);
    const mention = write("mention", by, [sentence.id], {
      place,
      concept: `${PhraseClass.visit}:${index}`,
      kind: "service",
      sentence: sentence.id,
    });
    const assertion = write("assertion", by, [mention], {
      mention,
      certainty: "present",
      time: "current",
      subject: "patient",
    });
    const candidate = write("candidate", by, [assertion], {
      assertion,
      code: { system: code.system, value: code.code, release: rule.cite.doc },
      runnerUp: false,
      matched: [code.label],
      fit: 1,
      open: [],
      evidence: evidence.length > 0 ? evidence : [place],
      ...(units !== undefined && units > 1 ? { units } : {}),
      ...(modifiers.length > 0 ? { modifiers } : {}),
    });
    write("score", by, [candidate], { candidate, parts: { [firm]: 1 } });
  };
}

const indexes = new WeakMap<Knowledge, ReadonlyMap<string, number>>();
/** A number for each visit code, for its mention's concept. */
function codeIndex(code: string, knowledge: Knowledge): number {
  let found = indexes.get(knowledge);
  if (!found) {
    const { families, timed } = knowledge.visits;
    const all = [...families.flatMap((f) => f.codes), ...timed.flatMap((t) => t.bands)].map((c) => c.code);
    found = new Map(all.map((c, i) => [c, i]));
    indexes.set(knowledge, found);
  }
  return found.get(code) ?? 0;
}
