import { type Knowledge, PhraseClass } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import { closest } from "../search/index.js";
import { type Reading, TokenKind } from "../text/index.js";
import type { Place, Span } from "../types.js";

/** Shared weight that the words of a heading and a title must have for the heading to name the code. */
const ALIKE = 0.6;

/**
 * A heading of assessment and plan names a problem even where the lexicon does not know its words: the closest title or
 * inclusion term stands in, when it is close.
 * @returns the words and the concept, or null when nothing is close
 */
export function nameOfHeading(
  heading: Place,
  reading: Reading,
  knowledge: Knowledge,
): { span: Span; concept: string } | null {
  const first = tokenAt(reading, heading.start);
  let last = tokenAt(reading, heading.end - 1) + 1;
  const stems = new Set<number>();
  let from = -1;
  for (let i = first; i < last; i++) {
    if (reading.kind[i] === TokenKind.punctuation) {
      if (from < 0) continue;
      last = i;
      break;
    }
    if (from < 0) from = i;
    const stem = reading.stems[i];
    if (reading.kind[i] === TokenKind.word && stem >= 0 && !knowledge.grammar.has(stem)) stems.add(stem);
  }
  if (stems.size < 2 || from < 0) return null;
  const best = closest(stems, knowledge);
  if (!best || best.score < ALIKE) return null;
  return {
    span: { start: reading.start[from], end: reading.end[last - 1] },
    concept: `${PhraseClass.concept}:${knowledge.lexiconConcepts + best.position}`,
  };
}
