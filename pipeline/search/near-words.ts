import type { Knowledge } from "../knowledge.js";
import { stemOf } from "../text/index.js";

/** Shorter words have too many neighbours for a guess to be worth anything. */
const SHORTEST = 5;
/** From this length on two letters may be wrong. */
const LONG = 9;
/** Stems kept for a word that is in no title. */
const MOST = 3;

/** Hashes of every stem with one letter left out, sorted, and beside each the stem; made at the first unknown word. */
type Deletions = { readonly hash: Int32Array; readonly stem: Int32Array };
const tables = new WeakMap<Knowledge, Deletions>();

/** Stems of titles that a misspelt word, already normalised, may mean, with how near they are (1 is the same). Looks up its deletions, never the whole vocabulary. */
export function nearWords(written: string, knowledge: Knowledge): { stem: number; near: number }[] {
  const word = stemOf(written);
  if (word.length < SHORTEST || /\d/.test(word)) return [];
  const { hash, stem } = deletions(knowledge);
  const most = word.length >= LONG ? 2 : 1;
  const tried = new Set([word, ...without(word)]);
  if (most === 2) for (const shorter of without(word)) for (const twice of without(shorter)) tried.add(twice);
  const found = new Map<number, number>();
  for (const form of tried) {
    const wanted = hashOf(form);
    for (let i = lowerBound(hash, wanted); i < hash.length && hash[i] === wanted; i++) {
      if (found.has(stem[i])) continue;
      const distance = editDistance(word, knowledge.lexicon.stemText(stem[i]), most);
      found.set(stem[i], distance);
    }
  }
  return [...found]
    .filter(([, distance]) => distance <= most)
    .sort((a, b) => a[1] - b[1] || knowledge.search.weight[a[0]] - knowledge.search.weight[b[0]] || a[0] - b[0])
    .slice(0, MOST)
    .map(([s, distance]) => ({ stem: s, near: 1 - distance * 0.15 }));
}

function deletions(knowledge: Knowledge): Deletions {
  let table = tables.get(knowledge);
  if (table) return table;
  const { lexicon, search } = knowledge;
  const pairs: number[] = [];
  for (let s = 0; s < lexicon.stems; s++) {
    const text = lexicon.stemText(s);
    if (text.length < SHORTEST - 1 || /[^a-z]/.test(text) || search.postingStart[s + 1] === search.postingStart[s])
      continue;
    for (const form of [text, ...without(text)]) pairs.push(hashOf(form) * 0x100000 + s);
  }
  const sorted = Float64Array.from(pairs).sort();
  const hash = new Int32Array(sorted.length);
  const stem = new Int32Array(sorted.length);
  sorted.forEach((pair, i) => {
    hash[i] = Math.floor(pair / 0x100000);
    stem[i] = pair - hash[i] * 0x100000;
  });
  table = { hash, stem };
  tables.set(knowledge, table);
  return table;
}

function without(word: string): string[] {
  const forms: string[] = [];
  for (let i = 0; i < word.length; i++) forms.push(word.slice(0, i) + word.slice(i + 1));
  return forms;
}

/** 31 bits, so that a hash and a stem fit one exact number. */
function hashOf(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = (Math.imul(hash, 31) + word.charCodeAt(i)) | 0;
  return hash & 0x7fffffff;
}

function lowerBound(list: Int32Array, wanted: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Letters put in, left out, changed or swapped with the next; stops mattering above `most`. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}
