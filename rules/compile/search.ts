import type { CodeBuilder } from "./codes.js";
import type { StemTable } from "./stems.js";

export type Searchable = { readonly code: number; readonly stems: readonly number[] };

/** Titles, inclusion terms and lexicon names as short entries, with postings by stem. */
export function compileSearch(codes: CodeBuilder, stems: StemTable, named: readonly Searchable[]) {
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
  return { entryCode, entryLength, postingStart: count, postings, stemWeight: weight };
}
