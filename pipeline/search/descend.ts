import type { CodeTable, Concept, Knowledge } from "../knowledge.js";

/** What a note says about a mention, as weights by canonical stem. 1 is the mention's own words; less is further away. */
export type Support = {
  readonly weight: ReadonlyMap<number, number>;
  /** Stems that the note denies of the mention ("without perforation"). */
  readonly denied: ReadonlySet<number>;
  /** Stems that hold without being said of the mention, such as the patient's sex: they cost a title nothing, and rule out their opposites. */
  readonly given?: ReadonlySet<number>;
  /** Stems of the mention itself: they say no more than its name does. */
  readonly own?: ReadonlySet<number>;
};
/** A billable code for a concept, with what speaks for it. `fit` is 0 to 1. */
export type Leaf = {
  readonly position: number;
  readonly score: number;
  /** Weight of what was said and the title holds, beyond what the name alone stands for. */
  readonly gain: number;
  /** The part of it that was said outside the mention, or on an axis. */
  readonly more: number;
  /** `more` less what the title says and nobody said. */
  readonly net: number;
  readonly fit: number;
  readonly matched: readonly number[];
};

/** Costs and gains of the descent, in units of a title word's weight. */
const UNSUPPORTED = 0.55;
const OTHER = 1.2;
const ELSEWHERE = 2.5;
const UNSPECIFIED = 0.25;
/** Least weight of a value on an axis that codes ask for: a side weighs more than its frequency says. */
const AXIS_VALUE = 0.7;
/** Share of its fit that a code keeps when it was chosen among several seeds by nothing that was said. */
const GUESSED = 0.3;
const CONTRADICTED = -1000;
const flagUnspecified = 1;
const flagOther = 2;
const flagElsewhere = 4;

/** Tables that speed the descent up; made once for each knowledge. */
export type AxisTable = {
  /** Axis of a stem that names a value of an exclusive axis, or -1. */
  readonly axisOf: Int16Array;
  /** 1 where the stem is part of an axis's default value. */
  readonly isDefault: Uint8Array;
};
const tables = new WeakMap<Knowledge, AxisTable>();
export function axisTable(knowledge: Knowledge): AxisTable {
  let table = tables.get(knowledge);
  if (!table) {
    const axisOf = new Int16Array(knowledge.lexicon.stems).fill(-1);
    const isDefault = new Uint8Array(knowledge.lexicon.stems);
    knowledge.axes.forEach((axis, a) => {
      if (axis.exclusive)
        for (const v of axis.values)
          for (const stem of knowledge.qualifiers[v].words) if (axisOf[stem] < 0) axisOf[stem] = a;
      if (axis.fallback >= 0) for (const stem of knowledge.qualifiers[axis.fallback].words) isDefault[stem] = 1;
    });
    table = { axisOf, isDefault };
    tables.set(knowledge, table);
  }
  return table;
}

/**
 * Finds the billable codes below a concept's seeds that the note's words support, best first.
 * A title word that the note holds counts for a code, one that it lacks against it: so the unspecified code wins where
 * nothing more is said, and no code is more specific than the words (guidelines I.B.2, I.B.18).
 */
export function descend(concept: Concept, support: Support, knowledge: Knowledge, most: number): Leaf[] {
  const { codes, search } = knowledge;
  const axes = axisTable(knowledge);
  const said = axesSaid(support, axes);
  const free = freeWords(concept, codes);
  const several = concept.seeds.length > 1;
  const usual =
    concept.fallback < 0 || !codes.seventh[concept.fallback] ? concept.fallback : codes.parent(concept.fallback);
  /** Codes under the default's own header differ from it by a detail only. */
  const usualHeader = usual < 0 ? -1 : codes.parent(usual);
  const best: Leaf[] = [];
  const seen = new Set<number>();
  for (const seed of concept.seeds)
    for (let i = seed; i <= codes.lastOf[seed]; i++) {
      if (codes.seventh[i] || !(codes.billable(i) || takesSeventh(i, codes)) || seen.has(i)) continue;
      seen.add(i);
      const named = usualHeader >= 0 && codes.parent(i) === usualHeader && (codes.flags[usual] & flagOther) !== 0;
      const leaf = scoreLeaf(i, free, support, said, axes, codes, search.weight, named, several);
      if (leaf.score > CONTRADICTED / 2) best.push(leaf);
    }
  best.sort((a, b) => b.score - a.score || a.position - b.position);
  if (usual >= 0) {
    // What the name leads to when nothing more is said, unless more was said and another code holds it.
    const leaf = scoreLeaf(usual, free, support, said, axes, codes, search.weight, true, false);
    if (leaf.score > CONTRADICTED / 2) {
      const at = best.findIndex((b) => b.position === usual);
      if (at >= 0) best.splice(at, 1);
      const first = best.length === 0 || best[0].net <= leaf.more;
      best.splice(first ? 0 : 1, 0, leaf);
      const kin = best.findIndex(
        (b) => usualHeader >= 0 && codes.parent(b.position) === usualHeader && b.more > leaf.more && b.net > leaf.net,
      );
      if (first && kin > 0) best.unshift(...best.splice(kin, 1));
    }
  }
  return best
    .slice(0, most)
    .map((leaf) =>
      codes.billable(leaf.position) ? leaf : { ...leaf, position: seventhOf(leaf.position, support, knowledge) },
    );
}

/** A code that is billable only with a 7th character: the child codes are its extensions. */
const takesSeventh = (i: number, codes: CodeTable) =>
  codes.lastOf[i] > i && codes.seventh[i + 1] === 1 && codes.parent(i + 1) === i;

/** The extension that the words support; the axes' defaults (initial encounter, closed) where they say nothing. */
export function seventhOf(base: number, support: Support, knowledge: Knowledge): number {
  const { codes, search } = knowledge;
  const axes = axisTable(knowledge);
  const said = axesSaid(support, axes);
  let best = base;
  let top = -1e9;
  for (let i = base + 1; i <= codes.lastOf[base]; i++) {
    if (codes.parent(i) !== base || !codes.billable(i)) continue;
    const { score } = scoreLeaf(i, new Set(), support, said, axes, codes, search.weight, false, false);
    if (score > top) {
      top = score;
      best = i;
    }
  }
  return best;
}

/** Stems that the concept's name already stands for: those of its one seed's title, or those that all its seeds share. */
function freeWords(concept: Concept, codes: CodeTable): Set<number> {
  const wordsOf = (i: number) => codes.words.subarray(codes.wordStart[i], codes.wordStart[i + 1]);
  let free = new Set<number>(wordsOf(concept.seeds[0]));
  for (const seed of concept.seeds.slice(1)) {
    const own = new Set(wordsOf(seed));
    free = new Set([...free].filter((stem) => own.has(stem)));
  }
  for (const stem of concept.implies) free.delete(stem);
  return free;
}

function axesSaid(support: Support, axes: AxisTable): Set<number> {
  const said = new Set<number>();
  for (const [stem, weight] of support.weight) if (weight >= 0.5 && axes.axisOf[stem] >= 0) said.add(axes.axisOf[stem]);
  for (const stem of support.given ?? []) if (axes.axisOf[stem] >= 0) said.add(axes.axisOf[stem]);
  return said;
}

function scoreLeaf(
  position: number,
  free: ReadonlySet<number>,
  support: Support,
  said: ReadonlySet<number>,
  axes: AxisTable,
  codes: CodeTable,
  weights: Float32Array,
  /** The lexicon names this very code, or one beside it. */
  named: boolean,
  several: boolean,
): Leaf {
  let gain = 0;
  let more = 0;
  let loss = 0;
  let total = 0;
  const matched: number[] = [];
  for (let w = codes.wordStart[position]; w < codes.wordStart[position + 1]; w++) {
    const stem = codes.words[w];
    const onAxis = axes.axisOf[stem] >= 0;
    const weight = Math.max(Math.min(weights[stem], 8) / 8, onAxis ? AXIS_VALUE : 0);
    const has = support.weight.get(stem) ?? 0;
    if (codes.denied[w]) {
      if (has > 0 && !free.has(stem)) loss += weight;
      else if (support.denied.has(stem)) {
        gain += weight;
        more += weight;
      }
      continue;
    }
    if (support.denied.has(stem) && !free.has(stem)) {
      loss += 2 * weight;
      continue;
    }
    if (has > 0) {
      matched.push(stem);
      if (!free.has(stem)) {
        gain += weight * has;
        if (onAxis || !support.own?.has(stem)) more += weight * has;
      }
      total += weight;
      continue;
    }
    if (free.has(stem) || support.given?.has(stem)) continue;
    const axis = axes.axisOf[stem];
    if (axis >= 0 && said.has(axis))
      return { position, score: CONTRADICTED, gain: 0, more: 0, net: CONTRADICTED, fit: 0, matched };
    if (axes.isDefault[stem]) continue;
    // A value on an axis that nobody gave (a side, a type) makes a code more specific than the words.
    loss += (onAxis ? 1 : UNSUPPORTED) * weight;
    total += weight;
  }
  const flags = codes.flags[position];
  let score = gain - loss;
  if (flags & flagUnspecified) score += UNSPECIFIED;
  // The residue of a category is right where the lexicon names it as what the term leads to.
  if (flags & flagOther && !named) score -= OTHER;
  if (flags & flagElsewhere && !named) score -= ELSEWHERE;
  const fit = total === 0 ? 1 : Math.max(0, Math.min(1, (gain + 0.5) / (gain + loss + 0.5)));
  // Of several seeds none is told from the others by anything said: a guess.
  if (several && gain === 0 && !named)
    return { position, score, gain, more, net: more - loss, fit: fit * GUESSED, matched };
  return { position, score, gain, more, net: more - loss, fit, matched };
}
