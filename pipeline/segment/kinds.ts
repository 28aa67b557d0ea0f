import { type Knowledge, PhraseClass, type SectionModel } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import { firstHitFrom, type Reading, TokenKind } from "../text/index.js";
import type { Span } from "../types.js";

/**
 * What the model sees of a text: stems, the first of them, how long it is; and by name: what the lexicon knows in it,
 * what its cues say, which sections' typical words it holds, its first words, beginnings of words, numbers.
 */
export type Family = "word" | "first" | "length" | "hit";

const classes = Object.keys(PhraseClass);
const LONGEST_LOG = 9;
/** Letters of a word's beginning, and words of a text's. */
const BEGINNING = 4;
const OPENING = 3;

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
  const stems = new Set<number>();
  const opening: string[] = [];
  let words = 0;
  let numbers = 0;
  let first = true;
  let i = from;
  for (; i < reading.count && reading.start[i] < span.end; i++) {
    const stem = reading.stems[i];
    const norm = reading.norm[i];
    if (reading.kind[i] === TokenKind.word) words++;
    if (reading.kind[i] !== TokenKind.punctuation) {
      const number = /^\d/.test(norm);
      if (number) numbers++;
      else if (norm.length > BEGINNING) add("hit", 0, `begins ${norm.slice(0, BEGINNING)}`);
      if (opening.length < OPENING) opening.push(number ? "#" : stem < 0 ? norm : knowledge.lexicon.stemText(stem));
    }
    if (stem < 0) continue;
    stems.add(stem);
    add("word", stem, "");
    if (first) add("first", stem, "");
    first = false;
  }
  for (let h = firstHitFrom(reading, from); h < reading.hits.length; h++) {
    const hit = reading.hits[h];
    if (hit.from >= i) break;
    add("hit", 0, hit.cls === PhraseClass.concept ? knowledge.concept(hit.index).kind : classes[hit.cls]);
    if (hit.cls !== PhraseClass.cue) continue;
    const { subject, time, certainty } = knowledge.cues[hit.index];
    add("hit", 0, `says ${subject} ${time} ${certainty}`);
  }
  for (const [at, word] of opening.entries()) add("hit", 0, `word ${at} ${word}`);
  if (opening.length > 1) add("hit", 0, `opens ${opening[0]} ${opening[1]}`);
  add("hit", 0, `numbers ${Math.min(3, numbers)}`);
  eachLikeness(stems, knowledge, (name) => add("hit", 0, name));
  add("length", Math.min(LONGEST_LOG, Math.floor(Math.log2(words + 1))), "");
  return words;
}

/** Section kinds, and roles of sections, whose typical words a text holds. */
function eachLikeness(stems: ReadonlySet<number>, knowledge: Knowledge, add: (name: string) => void): void {
  const roles = new Map<string, number>();
  const kinds: { readonly id: string; readonly found: number }[] = [];
  for (const { id, role, words } of knowledge.sections) {
    let found = 0;
    for (const word of words) if (stems.has(word)) found++;
    if (found === 0) continue;
    kinds.push({ id, found });
    roles.set(role, Math.max(roles.get(role) ?? 0, found));
  }
  for (const [role, found] of roles) add(`role ${role} ${Math.min(4, found)}`);
  kinds.sort((a, b) => b.found - a.found);
  if (kinds.length > 0) add(`most like ${kinds[0].id}`);
  if (kinds.length > 1) add(`next like ${kinds[1].id}`);
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
