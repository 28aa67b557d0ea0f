import type { CodeTable, Concept, Knowledge, Qualifier } from "../knowledge.js";
import { descend, type Leaf, type Support } from "../search/index.js";
import { guessesPlace, ofDefault } from "./guesses.js";

/** How many times as many leaves are looked at as are kept. */
const LOOKED_AT = 6;
const LATERALITY = "laterality";
type Sides = { readonly bilateral: Qualifier; readonly right: Qualifier; readonly left: Qualifier };
const sidesOf = new WeakMap<Knowledge, Sides | null>();

function sides(knowledge: Knowledge): Sides | null {
  let found = sidesOf.get(knowledge);
  if (found === undefined) {
    const axis = knowledge.axes.find((a) => a.id === LATERALITY);
    const value = (id: string) => axis?.values.map((v) => knowledge.qualifiers[v]).find((q) => q.id === id);
    const [bilateral, right, left] = [value("bilateral"), value("right"), value("left")];
    found = bilateral && right && left ? { bilateral, right, left } : null;
    sidesOf.set(knowledge, found);
  }
  return found;
}

/**
 * The codes of one mention: the best leaf and its runners-up. Where both sides are said and the category has no code for
 * both, the codes of the right and the left side lead together (guideline I.B.13).
 */
export function leavesOf(
  concept: Concept,
  support: Support,
  knowledge: Knowledge,
  most: number,
): { leading: Leaf[]; others: Leaf[] } {
  // More than are kept: the best may all name places that nobody said.
  const leaves = descend(concept, support, knowledge, most * LOOKED_AT);
  const guessed = leaves.map((leaf) => guessesPlace(leaf, concept, support, knowledge));
  // An injury of several regions whose place is not said is no code at all, and an illness has its code without a place.
  const nowhere = guessed[0] || (leaves[0]?.more === 0 && isFallback(leaves[0], concept, knowledge.codes));
  if (concept.seeds.length > 1 && concept.kind === "injury" && nowhere)
    return { leading: [], others: leaves.slice(0, most) };
  const fallback = leaves.find((leaf) => isFallback(leaf, concept, knowledge.codes));
  const least = fallback?.more ?? -Infinity;
  let first = leaves.findIndex(
    (leaf, i) =>
      !guessed[i] &&
      leaf !== fallback &&
      (leaf.net > least || (leaf.more > least && ofDefault(leaf, concept, knowledge.codes))),
  );
  if (first < 0) first = Math.max(0, guessed.indexOf(false));
  // Where the same words speak for two codes, the Alphabetic Index leads to the default's own kind.
  if (leaves[first] && !ofDefault(leaves[first], concept, knowledge.codes)) {
    const said = [...leaves[first].matched].sort().join();
    const own = leaves.findIndex(
      (leaf) => ofDefault(leaf, concept, knowledge.codes) && [...leaf.matched].sort().join() === said,
    );
    if (own >= 0) first = own;
  }
  const best = leaves[first];
  const others = leaves.filter((_, i) => i !== first);
  if (!best) return { leading: [], others: [] };
  const both = bothSides(concept, support, best, knowledge);
  if (!both) return { leading: [best], others: others.slice(0, most - 1) };
  const taken = new Set(both.map((leaf) => leaf.position));
  return { leading: both, others: leaves.filter((leaf) => !taken.has(leaf.position)).slice(0, most - 1) };
}

/** The code that the lexicon names for the term, with whatever 7th character. */
function isFallback(leaf: Leaf, concept: Concept, codes: CodeTable): boolean {
  const base = (i: number) => (codes.seventh[i] ? codes.parent(i) : i);
  return concept.fallback >= 0 && base(leaf.position) === base(concept.fallback);
}

function bothSides(concept: Concept, support: Support, best: Leaf, knowledge: Knowledge): Leaf[] | null {
  const names = sides(knowledge);
  if (!names) return null;
  const says = (q: Qualifier) => (support.weight.get(q.words[0]) ?? 0) >= 0.5;
  if (!says(names.bilateral) && !(says(names.right) && says(names.left))) return null;
  if (best.matched.includes(names.bilateral.words[0])) return null;
  const onSide = (side: Qualifier): Leaf | null => {
    const weight = new Map(support.weight);
    for (const q of [names.bilateral, names.right, names.left]) for (const stem of q.words) weight.delete(stem);
    for (const stem of side.words) weight.set(stem, 1);
    const [leaf] = descend(concept, { ...support, weight }, knowledge, 1);
    return leaf?.matched.includes(side.words[0]) ? leaf : null;
  };
  const right = onSide(names.right);
  const left = right && onSide(names.left);
  return right && left ? [right, left] : null;
}

/** Right and left are one code where the category has one for both (guideline I.B.13). */
export function joinSides(leading: readonly Leaf[], knowledge: Knowledge): readonly Leaf[] {
  const names = sides(knowledge);
  if (!names || leading.length !== 2) return leading;
  const { codes } = knowledge;
  const base = (i: number) => (codes.seventh[i] ? codes.parent(i) : i);
  const [one, other] = leading.map((leaf) => base(leaf.position));
  if (codes.seventh[leading[0].position] || codes.parent(one) !== codes.parent(other)) return leading;
  const sideless = new Set([names.right, names.left, names.bilateral].flatMap((q) => q.words));
  const wordsOf = (i: number) => [...codes.words.subarray(codes.wordStart[i], codes.wordStart[i + 1])];
  const rest = (i: number) => wordsOf(i).filter((stem) => !sideless.has(stem));
  const says = (i: number, side: Qualifier) => wordsOf(i).includes(side.words[0]);
  const opposite =
    (says(one, names.right) && says(other, names.left)) || (says(one, names.left) && says(other, names.right));
  const place = rest(one);
  if (!opposite || place.join() !== rest(other).join()) return leading;
  const parent = codes.parent(one);
  // "Bilateral" often stands without the "ear" or "eye" that "right" and "left" have behind them.
  const isBoth = (i: number) => says(i, names.bilateral) && rest(i).every((stem) => place.includes(stem));
  for (let i = parent + 1; i <= codes.lastOf[parent]; i++)
    if (codes.parent(i) === parent && codes.billable(i) && isBoth(i))
      return [{ ...leading[0], position: i, matched: [...leading[0].matched, names.bilateral.words[0]] }];
  return leading;
}
