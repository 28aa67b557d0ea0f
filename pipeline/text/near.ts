/**
 * Words by their spelling with one letter left out: `hash` in rising order, and beside each the position of its word in
 * `texts`; `stem` is the canonical stem of each. Made by the compiler, read by whoever mends a slip.
 */
export type NearIndex = {
  readonly hash: Int32Array;
  readonly entry: Int32Array;
  readonly texts: readonly string[];
  readonly stem: Int32Array;
  readonly form: Uint8Array;
};
export type Near = { readonly stem: number; readonly distance: number; readonly text: string };
/** What a text of the index is: a word as it is written, the spelling of a stem, or both. */
export const Form = { word: 1, stem: 2 } as const;

/** Shorter words have too many neighbours for a guess to be worth anything. */
const SHORTEST = 4;
const plain = /^[a-z]+$/;

/** @param words each with its canonical stem, and the sum of its forms */
export function nearIndex(
  words: Iterable<{ readonly text: string; readonly stem: number; readonly form: number }>,
): NearIndex {
  const texts: string[] = [];
  const stems: number[] = [];
  const forms: number[] = [];
  const pairs: number[] = [];
  for (const { text, stem, form } of words) {
    if (text.length < SHORTEST || !plain.test(text)) continue;
    const at = texts.length;
    texts.push(text);
    stems.push(stem);
    forms.push(form);
    for (const shorter of [text, ...without(text)]) pairs.push(hashOf(shorter) * 0x100000 + at);
  }
  const sorted = Float64Array.from(pairs).sort();
  const hash = new Int32Array(sorted.length);
  const entry = new Int32Array(sorted.length);
  sorted.forEach((pair, i) => {
    hash[i] = Math.floor(pair / 0x100000);
    entry[i] = pair - hash[i] * 0x100000;
  });
  return { hash, entry, texts, stem: Int32Array.from(stems), form: Uint8Array.from(forms) };
}

/**
 * Known words at most so many letters away (put in, left out, changed, or two that changed places), each stem once with
 * its least distance. Looks up the word's own deletions, never the whole vocabulary.
 */
export function nearTo(word: string, most: 1 | 2, form: number, index: NearIndex): Near[] {
  const { hash, entry } = index;
  const tried = new Set([word, ...without(word)]);
  if (most === 2) for (const shorter of without(word)) for (const twice of without(shorter)) tried.add(twice);
  const seen = new Set<number>();
  const found = new Map<number, Near>();
  for (const shorter of tried) {
    const wanted = hashOf(shorter);
    for (let i = lowerBound(hash, wanted); i < hash.length && hash[i] === wanted; i++) {
      const at = entry[i];
      if (seen.has(at) || (index.form[at] & form) === 0) continue;
      seen.add(at);
      const distance = editDistance(word, index.texts[at], most);
      const stem = index.stem[at];
      if (distance <= most && distance < (found.get(stem)?.distance ?? most + 1))
        found.set(stem, { stem, distance, text: index.texts[at] });
    }
  }
  return [...found.values()];
}

function without(word: string): string[] {
  const forms: string[] = [];
  for (let i = 0; i < word.length; i++) forms.push(word.slice(0, i) + word.slice(i + 1));
  return forms;
}

/** 31 bits, so that a hash and a position fit one exact number. */
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
export function editDistance(a: string, b: string, most: number): number {
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
