import type { CodeTable, Concept, Knowledge } from "../knowledge.js";
import { axisTable, type Leaf, type Support } from "../search/index.js";

type Tables = { readonly places: Uint8Array; readonly common: Map<string, ReadonlySet<number>> };
const tables = new WeakMap<Knowledge, Tables>();

/** Stems by which titles name places; a word that is a value of an axis ("upper", "right") tells no place by itself. */
function tablesOf(knowledge: Knowledge): Tables {
  let found = tables.get(knowledge);
  if (!found) {
    const places = new Uint8Array(knowledge.lexicon.stems);
    const { axisOf } = axisTable(knowledge);
    for (const { words } of knowledge.anatomy)
      for (const stem of words) if (axisOf[stem] < 0 && !knowledge.grammar.has(stem)) places[stem] = 1;
    found = { places, common: new Map() };
    tables.set(knowledge, found);
  }
  return found;
}

const baseOf = (position: number, codes: CodeTable) => (codes.seventh[position] ? codes.parent(position) : position);

/** Words of most titles below the concept's codes ("ear" beside "bilateral"): they tell none from the others. */
function commonWords(concept: Concept, knowledge: Knowledge): ReadonlySet<number> {
  const { common } = tablesOf(knowledge);
  let shared = common.get(concept.id);
  if (!shared) {
    const { codes } = knowledge;
    const count = new Map<number, number>();
    let titles = 0;
    for (const seed of concept.seeds)
      for (let i = seed; i <= codes.lastOf[seed]; i++) {
        if (codes.seventh[i] || (codes.lastOf[i] > i && !codes.seventh[i + 1])) continue;
        titles++;
        for (let w = codes.wordStart[i]; w < codes.wordStart[i + 1]; w++)
          count.set(codes.words[w], (count.get(codes.words[w]) ?? 0) + 1);
      }
    shared = new Set([...count].filter(([, n]) => n * 2 > titles).map(([stem]) => stem));
    common.set(concept.id, shared);
  }
  return shared;
}

const unsited = new Set(["status", "external-cause"]);

/** Whether a code names a place of which the note says nothing, while other codes of the concept name others. */
export function guessesPlace(leaf: Leaf, concept: Concept, support: Support, knowledge: Knowledge): boolean {
  if (unsited.has(concept.kind)) return false;
  const { codes } = knowledge;
  const { places } = tablesOf(knowledge);
  if (ofDefault(leaf, concept, codes)) return false;
  const base = baseOf(leaf.position, codes);
  let names = false;
  let shared: ReadonlySet<number> | null = null;
  for (let w = codes.wordStart[base]; w < codes.wordStart[base + 1]; w++) {
    const stem = codes.words[w];
    if (!places[stem]) continue;
    shared ??= commonWords(concept, knowledge);
    if (shared.has(stem) || (concept.seeds.length > 1 && concept.name.includes(stem))) continue;
    if ((support.weight.get(stem) ?? 0) > 0) return false;
    names = true;
  }
  return names;
}

/** Whether a code is the concept's default, or differs from it only as brothers do: by side, or by its 7th character. */
export function ofDefault(leaf: Leaf, concept: Concept, codes: CodeTable): boolean {
  if (concept.fallback < 0) return false;
  const base = baseOf(leaf.position, codes);
  const fallback = baseOf(concept.fallback, codes);
  return base === fallback || codes.parent(base) === codes.parent(fallback);
}
