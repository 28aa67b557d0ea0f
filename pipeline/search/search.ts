import type { Knowledge } from "../knowledge.js";
import type { Models, Near } from "../models.js";
import { descend, type Support, seventhOf } from "./descend.js";
import { spread } from "./diverse.js";
import { featuresOf, type Named } from "./features.js";
import { type Query, readQuery } from "./query.js";
import { WEIGHTS } from "./weights.js";

export type Found = { readonly position: number; readonly score: number };
export type Candidate = { readonly position: number; readonly features: readonly number[] };

/** Entries that are looked at closely. */
const CLOSELY = 150;
/** Codes near in meaning that are asked for; the first of them become candidates, of the others only the nearness is used. */
export const NEAR_ASKED = 400;
const NEAREST = 60;
/** Letters alone bring any text as near as this to something; more is asked where no word is known. */
const LEAST_NEAR = 0.42;
const LEAST_UNKNOWN = 0.6;
/** Leaves taken of each concept that the query names. */
const LEAVES = 8;
/** Concepts with more codes below them than this are too wide to be descended whole. */
const WIDEST = 2000;

/**
 * Codes for a query in a coder's words, best first. Titles, inclusion terms and names that share words or meanings with the
 * query, codes below the concepts that it names, and codes near it in meaning are all measured by the same features. How
 * much these say together is judged by the search ranker, or by fixed weights where there are no models.
 * @returns billable codes; a higher `score` is better, and scores of one query only can be compared
 */
export async function search(text: string, knowledge: Knowledge, models: Models, limit: number): Promise<Found[]> {
  const query = readQuery(text, knowledge);
  const [near] = (await models.nearest?.([text], NEAR_ASKED)) ?? [[]];
  const all = candidates(query, knowledge, near);
  const fits = (await models.fits?.(all.map((c) => c.features))) ?? all.map((c) => total(c.features));
  const found = all
    .map(({ position }, i) => ({ position, score: fits[i] }))
    .sort((a, b) => b.score - a.score || a.position - b.position);
  return spread(found, query, knowledge, limit);
}

/** Every code worth a look, with its features. */
export function candidates(query: Query, knowledge: Knowledge, near: readonly Near[] = []): Candidate[] {
  const { codes } = knowledge;
  const support: Support = { weight: query.support, denied: query.denied };
  const named = namedLeaves(query, support, knowledge);
  const meant = new Map<number, number>();
  for (const { position, near: value } of near.slice(0, NEAREST)) {
    if (value < (query.support.size > 0 ? LEAST_NEAR : LEAST_UNKNOWN)) break;
    const leaf = leafOf(position, support, knowledge);
    if ((meant.get(leaf) ?? 0) < value) meant.set(leaf, value);
  }
  const nearOf = new Map(near.map((n) => [n.position, n.near]));
  /** Codes that the model did not name are no nearer than the last that it did. */
  const far = near.length > 0 ? near[near.length - 1].near : 0;
  const nearest = near.length > 0 ? near[0].near : 0;
  const best = new Map<number, Candidate>();
  const consider = (code: number, leaf: number, entry: number, dice: number) => {
    const value = Math.max(meant.get(leaf) ?? far, nearOf.get(code) ?? far, nearOf.get(leaf) ?? far);
    const features = featuresOf(query, code, leaf, entry, dice, named.get(leaf), knowledge);
    features.push(value, nearest - value);
    const known = best.get(leaf);
    if (known && total(known.features) >= total(features)) return;
    best.set(leaf, { position: leaf, features });
  };
  const seen = new Set<number>();
  for (const { entry, score } of entriesLike(query, knowledge)) {
    const code = knowledge.search.entryCode[entry];
    const leaf = leafOf(code, support, knowledge);
    seen.add(leaf);
    consider(code, leaf, entry, score);
  }
  for (const leaf of new Set([...named.keys(), ...meant.keys()])) {
    if (seen.has(leaf)) continue;
    const base = codes.seventh[leaf] ? codes.parent(leaf) : leaf;
    const { codeEntry } = knowledge.search;
    consider(base, leaf, codeEntry[base + 1] > codeEntry[base] ? codeEntry[base] : -1, 0);
  }
  return [...best.values()];
}

const total = (features: readonly number[]) => features.reduce((sum, value, f) => sum + value * WEIGHTS[f], 0);

/** Leaves below the concepts that the query names, by the words of the whole query. A name inside a longer one is not tried. */
function namedLeaves(query: Query, support: Support, knowledge: Knowledge): Map<number, Named> {
  const leaves = new Map<number, Named>();
  const { codes } = knowledge;
  for (const hit of query.named) {
    const inside = query.named.some((o) => o.from <= hit.from && o.to >= hit.to && o.to - o.from > hit.to - hit.from);
    if (inside) continue;
    const concept = knowledge.concept(hit.index);
    const width = concept.seeds.reduce((sum, seed) => sum + codes.lastOf[seed] - seed + 1, 0);
    if (width > WIDEST) continue;
    descend(concept, support, knowledge, LEAVES).forEach((leaf, i) => {
      const known = leaves.get(leaf.position);
      const fit = leaf.fit * (1 - 0.05 * i);
      if (known && known.fit * known.share >= fit * hit.share) return;
      leaves.set(leaf.position, { fit, share: hit.share, first: i === 0 });
    });
  }
  return leaves;
}

/** The billable code for a code: itself, with its 7th character, or the best leaf below. */
function leafOf(position: number, support: Support, knowledge: Knowledge): number {
  const { codes } = knowledge;
  if (codes.billable(position)) return position;
  if (codes.seventh[position + 1] && codes.parent(position + 1) === position)
    return seventhOf(position, support, knowledge);
  const concept = knowledge.concept(knowledge.lexiconConcepts + position);
  const [leaf] = descend(concept, support, knowledge, 1);
  return leaf ? leaf.position : position;
}

const accumulators = new WeakMap<Knowledge, Float32Array>();
function accumulator(knowledge: Knowledge): Float32Array {
  let sums = accumulators.get(knowledge);
  if (!sums) {
    sums = new Float32Array(knowledge.search.entryCode.length);
    accumulators.set(knowledge, sums);
  }
  return sums;
}

/** The best entry of each code by shared weight against the weight of both. */
function entriesLike(query: Query, knowledge: Knowledge): { entry: number; score: number }[] {
  const { search: index } = knowledge;
  const sums = accumulator(knowledge);
  const touched: number[] = [];
  const queryWeight = query.words.reduce((sum, word) => sum + word.weight, 0);
  const onlyNoise = query.words.every((word) => word.stem >= 0 && index.noise[word.stem]);
  for (const [stem, weight] of query.support) {
    if (index.noise[stem] && !onlyNoise) continue;
    const value = index.weight[stem] * weight;
    for (let p = index.postingStart[stem]; p < index.postingStart[stem + 1]; p++) {
      const entry = index.postings[p];
      if (sums[entry] === 0) touched.push(entry);
      sums[entry] += value;
    }
  }
  const best = new Map<number, { entry: number; score: number }>();
  for (const entry of touched) {
    const shared = sums[entry];
    sums[entry] = 0;
    const score = (2 * shared) / (Math.max(queryWeight, shared) + index.entryLength[entry]);
    const code = index.entryCode[entry];
    const known = best.get(code);
    if (!known || score > known.score) best.set(code, { entry, score });
  }
  return [...best.values()].sort((a, b) => b.score - a.score || a.entry - b.entry).slice(0, CLOSELY);
}

/** Entries of a stem that are looked through for the closest one; a word in more of them tells little. */
const RARE = 3000;

/**
 * The code whose title, inclusion term or name is closest to a set of words: twice the shared weight against the weight of
 * both. Only entries that hold one of the rarer words are looked at.
 */
export function closest(stems: ReadonlySet<number>, knowledge: Knowledge): Found | null {
  const { search: index } = knowledge;
  let own = 0;
  for (const stem of stems) own += index.weight[stem];
  let best: Found | null = null;
  const seen = new Set<number>();
  for (const stem of stems) {
    if (index.postingStart[stem + 1] - index.postingStart[stem] > RARE) continue;
    for (let p = index.postingStart[stem]; p < index.postingStart[stem + 1]; p++) {
      const entry = index.postings[p];
      if (seen.has(entry)) continue;
      seen.add(entry);
      let shared = 0;
      let words = 0;
      for (let e = index.entryStart[entry]; e < index.entryStart[entry + 1]; e++)
        if (stems.has(index.entryStems[e])) {
          shared += index.weight[index.entryStems[e]];
          words++;
        }
      // One rare word in common ("nonrestorative") makes no name.
      if (words < 2) continue;
      const score = (2 * shared) / (own + index.entryLength[entry]);
      const position = index.entryCode[entry];
      if (!best || score > best.score || (score === best.score && position < best.position)) best = { position, score };
    }
  }
  return best;
}
