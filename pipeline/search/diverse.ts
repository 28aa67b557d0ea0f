import type { Knowledge } from "../knowledge.js";
import { axisTable } from "./descend.js";
import type { Query } from "./query.js";
import type { Found } from "./search.js";

/** Keeps the best of codes that differ only in a value that the query does not ask about (its side, its encounter); the rest come behind. */
export function spread(found: readonly Found[], query: Query, knowledge: Knowledge, limit: number): Found[] {
  const axes = axisTable(knowledge);
  const { codes } = knowledge;
  const kept: Found[] = [];
  const behind: Found[] = [];
  const seen = new Set<string>();
  for (const one of found) {
    if (kept.length >= limit) break;
    const base = codes.seventh[one.position] ? codes.parent(one.position) : one.position;
    const words: number[] = [];
    for (let w = codes.wordStart[base]; w < codes.wordStart[base + 1]; w++) {
      const stem = codes.words[w];
      if (axes.axisOf[stem] < 0 || query.support.has(stem)) words.push(codes.denied[w] ? -stem - 1 : stem);
    }
    const key = `${codes.parent(base)}:${codes.flags[base]}:${words.sort((a, b) => a - b).join(",")}`;
    const plain = `${codes.parent(base)}:${words.join(",")}`;
    if (seen.has(key) || seen.has(plain)) behind.push(one);
    else kept.push(one);
    seen.add(key);
    if (!(codes.flags[base] & 2)) seen.add(plain);
  }
  return [...kept, ...behind].slice(0, limit);
}
