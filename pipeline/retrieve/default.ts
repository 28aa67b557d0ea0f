import type { Concept, Knowledge } from "../knowledge.js";
import { axisTable, descend, type Leaf, type Support } from "../search/index.js";

/**
 * The code that the Alphabetic Index gives for the name alone, when nothing but the name speaks for the best leaf. The
 * descent weighs title words, and the default's title may be wordier than its siblings' ("with other respiratory
 * manifestations"). A side alone chooses no organ either: "tumor on the right" is none of the kidney.
 * @returns null where the best leaf says more than the default, or where the note contradicts the default
 */
export function defaultOf(
  concept: Concept,
  support: Support,
  best: Leaf,
  knowledge: Knowledge,
  sides: ReadonlySet<number>,
): Leaf | null {
  const { codes } = knowledge;
  if (concept.fallback < 0) return null;
  const baseOf = (i: number) => (codes.seventh[i] ? codes.parent(i) : i);
  const base = baseOf(concept.fallback);
  const bestBase = baseOf(best.position);
  if (base === bestBase) return null;
  const wordsOf = (i: number) => codes.words.subarray(codes.wordStart[i], codes.wordStart[i + 1]);
  const own = wordsOf(base);
  const known = new Set<number>([...own, ...concept.name]);
  for (const stem of concept.implies) known.delete(stem);
  const more = best.matched.filter((stem) => !known.has(stem));
  if (more.some((stem) => !sides.has(stem))) return null;
  for (let w = codes.wordStart[bestBase]; w < codes.wordStart[bestBase + 1]; w++)
    if (codes.denied[w] && support.denied.has(codes.words[w])) return null;
  const { axisOf } = axisTable(knowledge);
  /** Whether a title says nothing but what is known, said, or a value of an axis. */
  const plain = (leaf: Leaf) =>
    wordsOf(baseOf(leaf.position)).every((w) => known.has(w) || axisOf[w] >= 0 || leaf.matched.includes(w));
  if (more.length > 0) {
    if (plain(best)) return null;
    const [sided] = descend({ ...concept, seeds: [codes.parent(base)], fallback: -1 }, support, knowledge, 1);
    if (sided && plain(sided)) return { ...sided, fit: Math.max(sided.fit, best.fit) };
  }
  if (contradicted(own, support, knowledge)) return null;
  const [usual] = descend({ ...concept, seeds: [base] }, support, knowledge, 1);
  return usual ? { ...usual, fit: Math.max(usual.fit, best.fit) } : null;
}

/** Whether the note denies a title's word, or says another value on its axis. */
function contradicted(words: Int32Array, support: Support, knowledge: Knowledge): boolean {
  const { axisOf } = axisTable(knowledge);
  const said = new Set<number>();
  for (const [stem, weight] of support.weight) if (weight >= 0.5 && axisOf[stem] >= 0) said.add(axisOf[stem]);
  return words.some(
    (stem) =>
      support.denied.has(stem) ||
      (axisOf[stem] >= 0 && said.has(axisOf[stem]) && !((support.weight.get(stem) ?? 0) > 0)),
  );
}
