import type { Knowledge } from "../knowledge.js";
import { editDistance, Form, normalise } from "../text/index.js";
import { nearWords } from "./near-words.js";
import { readQuery } from "./query.js";

/** A beginning of so many letters may hold one slip, or two. */
const SLIP = 4;
const SLIPS = 8;
/** What is a word already is so much likelier to be meant than a longer one. */
const AS_TYPED = 3;
/** Entries of one word of the rest that are looked through for what stands beside it. */
const MOST_ENTRIES = 4000;

/**
 * What a query that is being typed may become: the text with its last word made whole, and as it is where titles hold the
 * word, the likeliest first. What stands beside the other words of the query in titles and names counts
 * most. A finished query (a space or a sign behind it) and one that cannot be made whole come back as they are.
 * @param most how many texts, at least 1
 */
export function completions(text: string, knowledge: Knowledge, most: number): string[] {
  const typed = /[A-Za-z]+$/.exec(text)?.[0];
  if (typed === undefined) return [text];
  const rest = text.slice(0, text.length - typed.length);
  if (/[\dA-Za-z'-]$/.test(rest)) return [text];
  const start = typed.toLowerCase();
  const { search, lexicon } = knowledge;
  const held = (stem: number) => (stem < 0 ? 0 : search.postingStart[stem + 1] - search.postingStart[stem]);
  const own = lexicon.stemNormal(normalise(typed));
  let words = wordsFrom(start, knowledge);
  // A whole word with a slip is what the search itself mends.
  let whole = held(own) > 0;
  if (words.length === 0 && !whole) {
    words = wordsLike(start, knowledge);
    whole = nearWords(normalise(typed), knowledge).length > 0;
  }
  const beside = stemsBeside(rest, knowledge);
  /** By stem, since "fracture" and "fractures" ask the same: the shortest spelling stands for all. */
  const best = new Map<number, string>();
  for (const { text: word, stem } of words) {
    if (stem === own || held(stem) === 0) continue;
    const known = best.get(stem);
    if (known === undefined || word.length < known.length) best.set(stem, word);
  }
  if (held(own) > 0) best.set(own, typed);
  const worth = (stem: number) => ((beside.get(stem) ?? 0) + held(stem) / 1e6) * (stem === own ? AS_TYPED : 1);
  const likeliest = [...best].sort(([a], [b]) => worth(b) - worth(a) || a - b);
  const found: string[] = whole && own < 0 ? [text] : [];
  const [first] = likeliest;
  for (const [stem, word] of likeliest) {
    if (found.length >= most) break;
    // Beside a word that fits the rest, one that never stands there is no guess worth a search.
    if (first && stem !== first[0] && worth(first[0]) >= 1 && worth(stem) < 1) break;
    found.push(rest + word);
  }
  return found.length > 0 ? found : [text];
}

type Spelled = { readonly text: string; readonly stem: number };
const vocabularies = new WeakMap<Knowledge, readonly Spelled[]>();
/** All words that have a stem, in the order of the alphabet. */
function vocabulary(knowledge: Knowledge): readonly Spelled[] {
  let words = vocabularies.get(knowledge);
  if (!words) {
    const { texts, stem, form } = knowledge.lexicon.near;
    words = texts
      .map((text, i) => ({ text, stem: stem[i], form: form[i] }))
      .filter((word) => (word.form & Form.word) !== 0)
      .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
    vocabularies.set(knowledge, words);
  }
  return words;
}

function wordsFrom(start: string, knowledge: Knowledge): Spelled[] {
  const words = vocabulary(knowledge);
  const found: Spelled[] = [];
  for (let i = lowest(words, start); i < words.length && words[i].text.startsWith(start); i++) found.push(words[i]);
  return found;
}

/** Words whose beginning differs from what was typed by a slip, behind a first letter that is right. */
function wordsLike(start: string, knowledge: Knowledge): Spelled[] {
  const most = start.length >= SLIPS ? 2 : start.length >= SLIP ? 1 : 0;
  if (most === 0) return [];
  const words = vocabulary(knowledge);
  const letters = new Set(start);
  const found: Spelled[] = [];
  let least = most;
  for (let i = lowest(words, start[0]); i < words.length && words[i].text[0] === start[0]; i++) {
    const { text } = words[i];
    let strange = 0;
    for (let at = 0; at < start.length - most && at < text.length; at++) if (!letters.has(text[at])) strange++;
    if (strange > most || text.length < start.length - most) continue;
    let distance = most + 1;
    for (let length = start.length - 1; length <= start.length + 1; length++)
      distance = Math.min(distance, editDistance(start, text.slice(0, length), most));
    if (distance > least) continue;
    if (distance < least) found.length = 0;
    least = distance;
    found.push(words[i]);
  }
  return found;
}

function lowest(words: readonly Spelled[], start: string): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle].text < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How often each stem stands in entries that hold most of what the finished words say. */
function stemsBeside(rest: string, knowledge: Knowledge): Map<number, number> {
  const beside = new Map<number, number>();
  if (rest.trim() === "") return beside;
  const { search: index } = knowledge;
  const { support } = readQuery(rest, knowledge);
  const shared = new Map<number, number>();
  let top = 0;
  for (const [stem, weight] of support) {
    const [from, to] = [index.postingStart[stem], index.postingStart[stem + 1]];
    if (index.noise[stem] || to - from > MOST_ENTRIES) continue;
    for (let p = from; p < to; p++) {
      const sum = (shared.get(index.postings[p]) ?? 0) + weight * index.weight[stem];
      shared.set(index.postings[p], sum);
      if (sum > top) top = sum;
    }
  }
  for (const [entry, sum] of shared) {
    if (sum < top * 0.6) continue;
    for (let k = index.entryStart[entry]; k < index.entryStart[entry + 1]; k++) {
      const stem = index.entryStems[k];
      beside.set(stem, (beside.get(stem) ?? 0) + (sum / top) ** 3);
    }
  }
  return beside;
}
