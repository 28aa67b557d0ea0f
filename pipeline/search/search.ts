import { type Knowledge, PhraseClass } from "../knowledge.js";
import { read, TokenKind } from "../text/index.js";
import { descend, type Leaf, type Support } from "./descend.js";

export type Found = { readonly position: number; readonly score: number };

/** What a name that the lexicon knows is worth beside a plain match of words. */
const NAMED = 0.55;
const COVERS = 0.45;

/**
 * Codes for a query in a coder's words, best first: names of the lexicon descended by all words of the query, joined with
 * titles, inclusion terms and names that share words with it.
 * @returns billable codes; `score` is 0 to about 1.5
 */
export function search(query: string, knowledge: Knowledge, limit: number): Found[] {
  const reading = read(query, knowledge.lexicon);
  const { grammar } = knowledge;
  const weight = new Map<number, number>();
  const means = (i: number) =>
    reading.kind[i] === TokenKind.word && reading.stems[i] >= 0 && !grammar.has(reading.stems[i]);
  for (let i = 0; i < reading.count; i++) if (means(i)) weight.set(reading.stems[i], 1);
  for (const hit of reading.hits) {
    if (hit.cls === PhraseClass.qualifier)
      for (const stem of knowledge.qualifiers[hit.index].words) weight.set(stem, Math.max(weight.get(stem) ?? 0, 0.9));
    if (hit.cls === PhraseClass.anatomy) {
      const place = knowledge.anatomy[hit.index];
      for (const stem of place.words) weight.set(stem, Math.max(weight.get(stem) ?? 0, 0.9));
      for (const stems of place.wider) for (const stem of stems) weight.set(stem, Math.max(weight.get(stem) ?? 0, 0.4));
    }
  }
  const support: Support = { weight, denied: new Set() };
  const scores = new Map<number, number>();
  const raise = (position: number, score: number) => {
    if (score > (scores.get(position) ?? 0)) scores.set(position, score);
  };
  const tokens = reading.count || 1;
  for (const hit of reading.hits) {
    let cls = hit.cls;
    let index = hit.index;
    if (cls === PhraseClass.abbreviation) {
      const sense = knowledge.abbreviations[index].senses[0].means;
      if (!sense || !means(hit.from)) continue;
      ({ cls, index } = sense);
    }
    if (cls !== PhraseClass.concept) continue;
    const concept = knowledge.concept(index);
    const leaves = descend(concept, support, knowledge, 8);
    leaves.forEach((leaf: Leaf, i) => {
      raise(leaf.position, NAMED * leaf.fit + COVERS * ((hit.to - hit.from) / tokens) + (i === 0 ? 0.2 : 0) - 0.02 * i);
    });
  }
  for (const { position, score } of byWords(weight, knowledge, limit * 4)) {
    const billable = leafOf(position, support, knowledge);
    raise(billable, score);
  }
  return [...scores]
    .map(([position, score]) => ({ position, score }))
    .sort((a, b) => b.score - a.score || a.position - b.position)
    .slice(0, limit);
}

function leafOf(position: number, support: Support, knowledge: Knowledge): number {
  if (knowledge.codes.billable(position)) return position;
  const [leaf] = descend(
    {
      id: "",
      kind: "condition",
      seeds: [position],
      fallback: -1,
      name: [],
      implies: [],
      notBefore: [],
      notAfter: [],
      source: "codeset",
    },
    support,
    knowledge,
    1,
  );
  return leaf ? leaf.position : position;
}

const accumulators = new WeakMap<Knowledge, Float32Array>();

/** Entries that share words with the query: shared weight against the weight of both. */
export function byWords(weight: ReadonlyMap<number, number>, knowledge: Knowledge, most: number): Found[] {
  const { search: index } = knowledge;
  let sums = accumulators.get(knowledge);
  if (!sums) {
    sums = new Float32Array(index.entryCode.length);
    accumulators.set(knowledge, sums);
  }
  const touched: number[] = [];
  let queryWeight = 0;
  for (const [stem, w] of weight) {
    const value = index.weight[stem] * w;
    if (w >= 1) queryWeight += value;
    for (let p = index.postingStart[stem]; p < index.postingStart[stem + 1]; p++) {
      const entry = index.postings[p];
      if (sums[entry] === 0) touched.push(entry);
      sums[entry] += value;
    }
  }
  const best = new Map<number, number>();
  for (const entry of touched) {
    const shared = sums[entry];
    sums[entry] = 0;
    const score = (2 * shared) / (Math.max(queryWeight, shared) + index.entryLength[entry]);
    const code = index.entryCode[entry];
    if (score > (best.get(code) ?? 0)) best.set(code, score);
  }
  return [...best]
    .map(([position, score]) => ({ position, score }))
    .sort((a, b) => b.score - a.score || a.position - b.position)
    .slice(0, most);
}
