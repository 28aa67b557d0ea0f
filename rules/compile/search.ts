import type { Rules, TitleWords } from "../schema.js";
import type { CodeBuilder } from "./codes.js";
import type { StemTable } from "./stems.js";

export type Searchable = { readonly code: number; readonly stems: readonly number[] };

/** What coders and indexes call a thing, and what titles call it; all as stems. */
export type Head = {
  readonly terms: readonly number[][];
  readonly means: readonly number[][];
  readonly weight: number;
};
/** Names of `heads.json` as stems. */
export function compileHeads(entries: Rules["heads"]["heads"], stems: StemTable): Head[] {
  return entries.map((entry) => ({
    terms: entry.terms.map((term) => stems.phrase(term)),
    means: entry.means.map((phrase) => [...new Set(stems.phrase(phrase))]),
    weight: entry.weight ?? 0.85,
  }));
}

/** Titles, inclusion terms and lexicon names as short entries, with postings by stem. */
export function compileSearch(
  codes: CodeBuilder,
  stems: StemTable,
  named: readonly Searchable[],
  titleWords: TitleWords,
) {
  const entries: Searchable[] = [];
  const seen = new Set<string>();
  const add = (code: number, words: readonly number[]) => {
    const own = [...new Set(words)];
    const key = `${code}:${[...own].sort((a, b) => a - b).join(",")}`;
    if (own.length === 0 || seen.has(key)) return;
    seen.add(key);
    entries.push({ code, stems: own });
  };
  codes.lines.forEach((line, i) => {
    if (codes.seventh[i]) return;
    add(i, codes.searchWords(line.t));
    for (const term of line.n ?? []) add(i, codes.searchWords(term));
    for (const term of line.i ?? []) add(i, codes.searchWords(term));
  });
  for (const entry of named) add(entry.code, entry.stems);
  // By code, so that a code's entries stand together.
  entries.sort((a, b) => a.code - b.code);
  const count = new Int32Array(stems.list.length + 1);
  for (const entry of entries) for (const stem of entry.stems) count[stem + 1]++;
  const weight = new Float32Array(stems.list.length);
  for (let s = 0; s < weight.length; s++) weight[s] = Math.fround(Math.log(1 + entries.length / (1 + count[s + 1])));
  for (let s = 0; s < stems.list.length; s++) count[s + 1] += count[s];
  const postings = new Int32Array(count[stems.list.length]);
  const fill = count.slice();
  const entryCode = new Int32Array(entries.length);
  const entryLength = new Float32Array(entries.length);
  entries.forEach((entry, e) => {
    entryCode[e] = entry.code;
    let length = 0;
    for (const stem of entry.stems) {
      postings[fill[stem]++] = e;
      length += weight[stem];
    }
    entryLength[e] = Math.fround(length);
  });
  const codeEntry = new Int32Array(codes.lines.length + 1);
  for (const entry of entries) codeEntry[entry.code + 1]++;
  for (let i = 0; i < codes.lines.length; i++) codeEntry[i + 1] += codeEntry[i];
  const entryStart = new Int32Array(entries.length + 1);
  entries.forEach((entry, e) => {
    entryStart[e + 1] = entryStart[e] + entry.stems.length;
  });
  const noise = new Uint8Array(stems.list.length);
  for (const word of titleWords.noise) {
    const id = stems.id(word);
    if (id < noise.length) noise[id] = 1;
  }
  return {
    entryCode,
    entryLength,
    postingStart: count,
    postings,
    stemWeight: weight,
    codeEntry,
    entryStart,
    entryStems: Int32Array.from(entries.flatMap((entry) => entry.stems)),
    noise,
  };
}
