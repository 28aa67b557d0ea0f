import { type Knowledge, PhraseClass, type SectionModel } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import { firstHitFrom, type Reading, TokenKind } from "../text/index.js";
import type { Span } from "../types.js";

/** What the model sees of a text: stems, the first of them, what the lexicon knows in it, and how long it is. */
export type Family = "word" | "first" | "hit" | "length";

const classes = Object.keys(PhraseClass);
const LONGEST_LOG = 9;

/**
 * Training and reading share this walk, so that they cannot differ.
 * @returns the number of words
 */
export function eachFeature(
  span: Span,
  reading: Reading,
  knowledge: Knowledge,
  add: (family: Family, value: number, name: string) => void,
): number {
  const from = tokenAt(reading, span.start);
  let words = 0;
  let first = true;
  let i = from;
  for (; i < reading.count && reading.start[i] < span.end; i++) {
    if (reading.kind[i] === TokenKind.word) words++;
    const stem = reading.stems[i];
    if (stem < 0) continue;
    add("word", stem, "");
    if (first) add("first", stem, "");
    first = false;
  }
  for (let h = firstHitFrom(reading, from); h < reading.hits.length; h++) {
    const hit = reading.hits[h];
    if (hit.from >= i) break;
    add("hit", hit.cls, hit.cls === PhraseClass.concept ? knowledge.concept(hit.index).kind : classes[hit.cls]);
  }
  add("length", Math.min(LONGEST_LOG, Math.floor(Math.log2(words + 1))), "");
  return words;
}

/** Position of the section kind that a text is by its words, or -1 when it is too short or the model is in doubt. */
export function kindByContent(span: Span, reading: Reading, knowledge: Knowledge, model: SectionModel): number {
  const { labels, weights } = model;
  const count = labels.length;
  const rows = new Set<number>();
  const words = eachFeature(span, reading, knowledge, (family, value, name) => {
    const row = family === "hit" ? model.hit.get(name) : model[family].get(value);
    if (row !== undefined) rows.add(row);
  });
  if (words < model.least) return -1;
  const score = Float64Array.from(model.bias);
  for (const row of rows) for (let l = 0; l < count; l++) score[l] += weights[row * count + l];
  let best = 0;
  for (let l = 1; l < count; l++) if (score[l] > score[best]) best = l;
  let sum = 0;
  for (let l = 0; l < count; l++) sum += Math.exp(score[l] - score[best]);
  return 1 / sum >= model.cut ? labels[best] : -1;
}
