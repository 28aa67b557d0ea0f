import { type Knowledge, PhraseClass } from "../knowledge.js";
import { type Hit, hitsWithin, type Reading, TokenKind } from "../text/index.js";

/** What a note says that one of its short forms stands for; null when that names nothing coded. */
export type Defined = { readonly cls: PhraseClass; readonly index: number } | null;

/** A long form is no longer than this many tokens. */
const LONGEST = 12;
/** "OSA", "HTNs", "T2DM", "HFpEF": at least two capitals or digits, no more than eight signs. */
const shortForm = /^(?=.*[A-Z].*[A-Z0-9])[A-Za-z][A-Za-z0-9]{1,7}$/;
const light = new Set(["of", "the", "and", "in", "with", "to", "on", "for", "by", "a", "an", "or", "due"]);
const named = [PhraseClass.concept, PhraseClass.anatomy, PhraseClass.drug] as const;

/**
 * Short forms that the note itself explains, in brackets behind the long form ("obstructive sleep apnea (OSA)") or the
 * other way round. The first explanation of a form counts, for all of the note.
 */
export function definitionsIn(reading: Reading, knowledge: Knowledge): ReadonlyMap<string, Defined> {
  const found = new Map<string, Defined>();
  const { norm, count } = reading;
  const written = (i: number) => reading.text.slice(reading.start[i], reading.end[i]);
  const isShort = (i: number) => i >= 0 && reading.kind[i] === TokenKind.word && shortForm.test(written(i));
  const define = (short: string, from: number, to: number) => {
    if (found.has(short) || to <= from) return;
    const long = longForm(short, from, to, reading, knowledge);
    if (long !== undefined) found.set(short, long);
  };
  for (let i = 1; i + 2 < count; i++) {
    if (norm[i] !== "(") continue;
    if (norm[i + 2] === ")" && isShort(i + 1)) define(singular(written(i + 1)), Math.max(0, i - LONGEST), i);
    else if (isShort(i - 1)) {
      let close = i + 1;
      while (close < count && close - i <= LONGEST && norm[close] !== ")") close++;
      if (norm[close] === ")") define(singular(written(i - 1)), i + 1, close);
    }
  }
  return found;
}

/** Every use of the defined forms, with what it stands for. */
export function usesOf(
  definitions: ReadonlyMap<string, Defined>,
  reading: Reading,
): { readonly from: number; readonly means: Defined }[] {
  const uses: { from: number; means: Defined }[] = [];
  if (definitions.size === 0) return uses;
  for (let i = 0; i < reading.count; i++) {
    if (reading.kind[i] !== TokenKind.word || reading.norm[i].length > 9) continue;
    const written = reading.text.slice(reading.start[i], reading.end[i]);
    const means = definitions.get(written) ?? definitions.get(singular(written));
    // "60 MG" is a unit whatever "MG" stands for.
    const unit = written.length === 2 && /^\d/.test(reading.norm[i - 1] ?? "");
    if (means !== undefined && !unit) uses.push({ from: i, means });
  }
  return uses;
}

const singular = (written: string) => (/[A-Z0-9]s$/.test(written) ? written.slice(0, -1) : written);

/** The phrase that ends (or, in brackets, is all of) the tokens and that the letters fit: undefined when there is none. */
function longForm(
  short: string,
  from: number,
  to: number,
  reading: Reading,
  knowledge: Knowledge,
): Defined | undefined {
  const text = (hit: Hit) => reading.text.slice(reading.start[hit.from], reading.end[hit.to - 1]).toLowerCase();
  for (const cls of named) {
    const ending = hitsWithin(reading, from, to, cls).filter((hit) => hit.to === to);
    for (const hit of ending.sort((a, b) => a.from - b.from))
      if (lettersFit(short.toLowerCase(), text(hit))) return { cls, index: hit.index };
  }
  // A sense that is listed only so that it is not taken for a disease: "physical therapy (PT)".
  const before = reading.text.slice(reading.start[from], reading.end[to - 1]).toLowerCase();
  for (const senses of sensesOf(short, knowledge))
    for (const sense of senses) if (sense.long !== "" && endsWith(before, sense.long)) return sense.means;
  return undefined;
}

const endsWith = (text: string, words: string) => text === words || text.endsWith(` ${words}`);

function sensesOf(short: string, knowledge: Knowledge) {
  const { lexicon, abbreviations } = knowledge;
  const stem = lexicon.stem(short);
  const node = stem < 0 ? 0 : lexicon.step(0, stem);
  const found = [];
  if (node > 0)
    for (let h = lexicon.hitStart[node]; h < lexicon.hitStart[node + 1]; h++)
      if (lexicon.hitClass[h] === PhraseClass.abbreviation) found.push(abbreviations[lexicon.hitIndex[h]].senses);
  return found;
}

/**
 * Whether a short form's letters stand in the long form in their order, the first at its beginning (Schwartz and Hearst,
 * 2003), and every word that means something lends its first letter. A single word needs three letters.
 */
export function lettersFit(short: string, long: string): boolean {
  const words = long.split(/[^a-z0-9]+/).filter((word) => word !== "" && !light.has(word));
  if (words.length === 0 || long.length <= short.length || short[0] !== words[0][0]) return false;
  if (words.length === 1 && short.length < 3) return false;
  let at = 0;
  for (const word of words) {
    at = short.indexOf(word[0], at) + 1;
    if (at === 0) return false;
  }
  let l = long.length - 1;
  for (let s = short.length - 1; s > 0; s--, l--) {
    while (l > 0 && long[l] !== short[s]) l--;
    if (l <= 0) return false;
  }
  return true;
}
