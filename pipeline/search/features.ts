import type { Knowledge } from "../knowledge.js";
import { axisTable } from "./descend.js";
import type { Query } from "./query.js";

/** What speaks for a code, in the order of `WEIGHTS`. */
export const FEATURES = [
  "cover",
  "coverInContext",
  "coverHead",
  "entryFit",
  "leafFit",
  "exact",
  "named",
  "namedShare",
  "namedFirst",
  "unspecified",
  "other",
  "elsewhere",
  "residue",
  "contradicted",
  "denies",
  "dice",
  "status",
  "cause",
  "injury",
  "finding",
  "sided",
  "depth",
  "near",
  "behindNearest",
] as const;

const UNSPECIFIED = 1;
const OTHER = 2;
const ELSEWHERE = 4;
/** What a word of the categories above, or of the code's other names, covers. */
const CONTEXT = 0.85;
const ANCESTORS = 4;

/** Reusable marks by stem: `mark[stem] === turn` says that the stem is in the set of this turn. */
export type Marks = { readonly mark: Int32Array; turn: number };
const marks = new WeakMap<Knowledge, { own: Marks; around: Marks }>();
function marksOf(knowledge: Knowledge) {
  let made = marks.get(knowledge);
  if (!made) {
    const size = knowledge.lexicon.stems;
    made = { own: { mark: new Int32Array(size), turn: 0 }, around: { mark: new Int32Array(size), turn: 0 } };
    marks.set(knowledge, made);
  }
  return made;
}

export type Named = { readonly fit: number; readonly share: number; readonly first: boolean };

/** Measures of how well the words of a query and one entry of a code agree. @param entry -1 when the code has none that matched */
export function featuresOf(
  query: Query,
  code: number,
  leaf: number,
  entry: number,
  dice: number,
  named: Named | undefined,
  knowledge: Knowledge,
): number[] {
  const { codes, search } = knowledge;
  const { own, around } = marksOf(knowledge);
  const stemWeight = (stem: number) => Math.max(0.3, search.weight[stem]);
  own.turn++;
  around.turn++;
  let total = 0;
  let agreed = 0;
  const addEntry = (e: number, set: Marks) => {
    for (let k = search.entryStart[e]; k < search.entryStart[e + 1]; k++) set.mark[search.entryStems[k]] = set.turn;
  };
  if (entry >= 0) {
    for (let k = search.entryStart[entry]; k < search.entryStart[entry + 1]; k++) {
      const stem = search.entryStems[k];
      own.mark[stem] = own.turn;
      if (search.noise[stem]) continue;
      total += stemWeight(stem);
      agreed += stemWeight(stem) * (query.support.get(stem) ?? 0);
    }
  }
  const base = codes.seventh[leaf] ? codes.parent(leaf) : leaf;
  for (let up = base, n = 0; up >= 0 && n < ANCESTORS; up = codes.parent(up), n++)
    for (let e = search.codeEntry[up]; e < search.codeEntry[up + 1]; e++) addEntry(e, around);
  for (let w = codes.wordStart[leaf]; w < codes.wordStart[leaf + 1]; w++) around.mark[codes.words[w]] = around.turn;
  if (entry < 0) {
    for (let w = codes.wordStart[base]; w < codes.wordStart[base + 1]; w++) own.mark[codes.words[w]] = own.turn;
  }
  const measure = (has: (stem: number) => number): [number, number] => {
    const cover = query.words.map((word) => (word.stem >= 0 ? has(word.stem) : 0));
    for (const sense of query.senses) {
      let all = 0;
      let held = 0;
      for (const stem of sense.stems) {
        const weight = stemWeight(stem);
        all += weight;
        held += weight * has(stem);
      }
      const worth = all > 0 ? (sense.weight * held) / all : 0;
      for (let i = sense.from; i < sense.to; i++) if (worth > cover[i]) cover[i] = worth;
    }
    let sum = 0;
    let whole = 0;
    let headSum = 0;
    let headWhole = 0;
    query.words.forEach((word, i) => {
      sum += word.weight * cover[i];
      whole += word.weight;
      if (word.head) {
        headSum += word.weight * cover[i];
        headWhole += word.weight;
      }
    });
    return [whole > 0 ? sum / whole : 0, headWhole > 0 ? headSum / headWhole : 0.5];
  };
  const [cover] = measure((stem) => (own.mark[stem] === own.turn ? 1 : 0));
  const [coverInContext, coverHead] = measure((stem) =>
    own.mark[stem] === own.turn ? 1 : around.mark[stem] === around.turn ? CONTEXT : 0,
  );
  // The leaf's title: what it says that the query does not.
  const axes = axisTable(knowledge);
  const said = new Set<number>();
  for (const [stem, weight] of query.support) if (weight >= 0.9 && axes.axisOf[stem] >= 0) said.add(axes.axisOf[stem]);
  let leafTotal = 0;
  let leafAgreed = 0;
  let contradicted = 0;
  let denies = 0;
  let sided = 0;
  const title = (position: number) => {
    for (let w = codes.wordStart[position]; w < codes.wordStart[position + 1]; w++) {
      const stem = codes.words[w];
      const has = query.support.get(stem) ?? 0;
      if (codes.denied[w]) {
        if (has > 0.8) denies++;
        continue;
      }
      if (query.denied.has(stem)) denies++;
      const axis = axes.axisOf[stem];
      if (axes.isDefault[stem] && has === 0) continue;
      if (axis >= 0 && has === 0) {
        if (said.has(axis)) contradicted = 1;
        else sided = 1;
      }
      leafTotal += stemWeight(stem);
      leafAgreed += stemWeight(stem) * has;
    }
  };
  title(base);
  if (base !== leaf) title(leaf);
  const entryFit = total > 0 ? agreed / total : 0;
  const leafFit = leafTotal > 0 ? leafAgreed / leafTotal : 0.8;
  const kind = knowledge.kindOf(leaf);
  const flags = codes.flags[base];
  const other = flags & OTHER ? 1 : 0;
  return [
    cover,
    coverInContext,
    coverHead,
    entryFit,
    leafFit,
    cover > 0.97 && entryFit > 0.97 ? 1 : 0,
    named ? named.fit : 0,
    named ? named.share : 0,
    named?.first ? named.share : 0,
    flags & UNSPECIFIED ? 1 : 0,
    other,
    flags & ELSEWHERE ? 1 : 0,
    other * (1 - coverInContext),
    contradicted,
    denies,
    dice,
    kind === "status" ? 1 : 0,
    kind === "external-cause" ? 1 : 0,
    kind === "injury" ? 1 : 0,
    kind === "finding" ? 1 : 0,
    sided,
    code === base ? 0 : 1,
  ];
}
