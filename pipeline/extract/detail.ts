import { type Knowledge, PhraseClass } from "../knowledge.js";
import { type Reading, TokenKind } from "../text/index.js";
import type { Chosen } from "./choose.js";
import { find, heads, mentionOf } from "./coordination.js";

/** Words of one detail behind a comma, and details of one name. */
const WORDS = 4;
const DETAILS = 3;
const LATERALITY = "laterality";
/** What stands between a name and its detail where it is said in one breath. */
const ties = ["with", "of"] as const;

/**
 * The way lists of diagnoses are written: "impetigo, nonbullous", "abscess, right axilla". Where the detail behind the
 * comma makes another name that the lexicon knows ("axillary abscess", "adjustment disorder with depressed mood"), that
 * is what was named. Sides are left out: they are read by themselves.
 */
export function nameDetails(chosen: readonly Chosen[], reading: Reading, knowledge: Knowledge): Chosen[] {
  const side = new Uint8Array(reading.count);
  for (const c of chosen) if (c.cls === PhraseClass.qualifier && isSide(c, knowledge)) side.fill(1, c.from, c.to);
  const tied = ties.map((word) => knowledge.lexicon.stem(word));
  const replaced = new Map<Chosen, Chosen>();
  const within: Chosen[] = [];
  for (const head of chosen) {
    if (head.cls !== PhraseClass.concept || !heads.has(head.kind)) continue;
    const name = stems(head.from, head.to);
    let said: Chosen = head;
    let words = name;
    for (let at = head.to, n = 0; n < DETAILS && reading.norm[at] === ","; n++) {
      const to = endOf(at + 1);
      const detail = stems(at + 1, to);
      if (detail.length === 0 || detail.length > WORDS) break;
      const found = [[...detail, ...words], [...words, ...detail], ...tied.map((tie) => [...words, tie, ...detail])]
        .map((full) => ({ full, index: find(full, PhraseClass.concept, knowledge)?.index ?? -1 }))
        .find(({ index }) => index >= 0 && index !== said.index && knowledge.concept(index).kind === head.kind);
      if (found) {
        said = { ...mentionOf(head, found.index, knowledge), to };
        words = found.full;
        for (const c of chosen) if (c.cls === PhraseClass.concept && c.from > at && c.to <= to) within.push(c);
      }
      at = to;
    }
    if (said !== head) replaced.set(head, said);
  }
  if (replaced.size === 0) return [...chosen];
  return chosen.filter((c) => !within.includes(c)).map((c) => replaced.get(c) ?? c);

  function stems(from: number, to: number): number[] {
    const out: number[] = [];
    for (let i = from; i < to; i++) if (reading.kind[i] === TokenKind.word && !side[i]) out.push(reading.stems[i]);
    return out;
  }
  /** The detail ends at the next sign, and at the end of its line. */
  function endOf(from: number): number {
    let i = from;
    while (
      i < reading.count &&
      reading.kind[i] !== TokenKind.punctuation &&
      !(i > 0 && reading.text.slice(reading.end[i - 1], reading.start[i]).includes("\n"))
    )
      i++;
    return i;
  }
}

const isSide = (c: Chosen, knowledge: Knowledge) => {
  const { axis } = knowledge.qualifiers[c.index];
  return knowledge.axes[axis].id === LATERALITY;
};
