import { type Knowledge, PhraseClass } from "../knowledge.js";
import { type Hit, type Reading, read, TokenKind } from "../text/index.js";
import { axisTable } from "./descend.js";
import { nearWords } from "./near-words.js";

/** A word of the query that counts. */
export type Word = {
  readonly stem: number;
  /** Its share in what the query says: rare words say more. */
  readonly weight: number;
  /** In the first element of an index path ("Cyst > kidney"). */
  readonly head: boolean;
};
/** Another way to say words `from` to `to` (exclusive): the stems of a title that name the same. */
export type Sense = {
  readonly from: number;
  readonly to: number;
  readonly stems: readonly number[];
  readonly weight: number;
};
export type Query = {
  readonly reading: Reading;
  readonly words: readonly Word[];
  readonly senses: readonly Sense[];
  /** Phrases that name concepts, and how much of the query each covers. */
  readonly named: readonly {
    readonly index: number;
    readonly share: number;
    readonly from: number;
    readonly to: number;
  }[];
  /** Every stem that the query holds or may mean, with how surely. */
  readonly support: ReadonlyMap<number, number>;
  readonly denied: ReadonlySet<number>;
};

const PLACE = 0.95;
const WIDER = [0.55, 0.45, 0.4];
const QUALIFIER = 0.95;
const SHORT_FORM = 0.95;
const NAME = 0.9;
const TITLE = 0.85;
const LIGHT = 0.3;
/** Commonest words are worth this at least. */
const LEAST = 1;
/** A side or a stage is common in titles, and yet what tells codes apart. */
const ON_AXIS = 4;
const UNKNOWN_WEIGHT = 7;
const PART = 0.7;
const denials = new Set(["without", "w/o", "no", "not"]);

/** Reads a query as words, and each run of words as everything that it may mean in a title. */
export function readQuery(text: string, knowledge: Knowledge): Query {
  const { lexicon, grammar, search } = knowledge;
  // A query's slips are guesses among others, each with its weight.
  const reading = read(text, lexicon, false);
  const words: Word[] = [];
  const senses: Sense[] = [];
  const denied = new Set<number>();
  const axes = axisTable(knowledge);
  /** Word of each token, or the next one. */
  const wordAt: number[] = [];
  let head = reading.norm.includes(">");
  let variant = false;
  let denying = false;
  for (let i = 0; i < reading.count; i++) {
    wordAt.push(words.length);
    const norm = reading.norm[i];
    if (norm === ">") {
      head = false;
      variant = false;
    }
    // In "infection, infected" the second only repeats the first.
    if (norm === "," && head) variant = true;
    if (denials.has(norm)) denying = true;
    else if (norm === "," || norm === ">" || norm === "with") denying = false;
    if (reading.kind[i] !== TokenKind.word) continue;
    const stem = reading.stems[i];
    if (stem >= 0 && grammar.has(stem)) continue;
    if (denying && stem >= 0 && !search.noise[stem]) {
      denied.add(stem);
      continue;
    }
    if (stem >= 0 && search.noise[stem]) words.push({ stem, weight: LIGHT * LEAST, head });
    else if (stem >= 0 && search.postingStart[stem + 1] > search.postingStart[stem])
      words.push({
        stem,
        weight: Math.max(axes.axisOf[stem] >= 0 ? ON_AXIS : LEAST, search.weight[stem]) * (variant ? LIGHT : 1),
        head,
      });
    else {
      const at = words.length;
      words.push({ stem, weight: UNKNOWN_WEIGHT * (variant ? LIGHT : 1), head });
      if (!covered(reading, i)) guess(norm, at, senses, knowledge);
    }
  }
  wordAt.push(words.length);
  const all = words.reduce((sum, word) => sum + word.weight, 0) || 1;
  const named: { index: number; share: number; from: number; to: number }[] = [];
  const sense = (hit: Hit, stems: readonly number[], weight: number) => {
    const from = wordAt[hit.from];
    const to = wordAt[hit.to];
    if (to > from && stems.length > 0) senses.push({ from, to, stems, weight });
  };
  const place = (hit: Hit, index: number) => {
    const { words: own, wider } = knowledge.anatomy[index];
    sense(hit, own, PLACE);
    wider.forEach((stems, i) => {
      sense(hit, stems, WIDER[Math.min(i, WIDER.length - 1)]);
    });
  };
  for (const hit of reading.hits) {
    let { cls, index } = hit;
    if (cls === PhraseClass.abbreviation) {
      const first = knowledge.abbreviations[index].senses[0];
      if (!first.means) continue;
      ({ cls, index } = first.means);
      const long = read(first.long, lexicon, false);
      sense(
        hit,
        [...long.stems].filter((s) => s >= 0 && !grammar.has(s)),
        SHORT_FORM,
      );
    }
    if (cls === PhraseClass.qualifier) sense(hit, knowledge.qualifiers[index].words, QUALIFIER);
    if (cls === PhraseClass.anatomy) place(hit, index);
    if (cls !== PhraseClass.concept) continue;
    const concept = knowledge.concept(index);
    const from = wordAt[hit.from];
    const to = wordAt[hit.to];
    if (to === from) continue;
    let share = 0;
    for (let w = from; w < to; w++) share += words[w].weight;
    named.push({ index, share: share / all, from, to });
    sense(hit, concept.name, NAME);
    if (concept.seeds.length === 1) {
      const [seed] = concept.seeds;
      sense(
        hit,
        [...knowledge.codes.words.subarray(knowledge.codes.wordStart[seed], knowledge.codes.wordStart[seed + 1])],
        TITLE,
      );
    }
  }
  headSenses(words, senses, knowledge);
  const support = new Map<number, number>();
  const raise = (stem: number, weight: number) => {
    if (weight > (support.get(stem) ?? 0)) support.set(stem, weight);
  };
  for (const word of words) if (word.stem >= 0) raise(word.stem, 1);
  for (const { stems, weight } of senses) for (const stem of stems) raise(stem, weight);
  return { reading, words, senses, named, support, denied };
}

const covered = (reading: Reading, token: number) =>
  reading.hits.some((hit) => hit.from <= token && token < hit.to && hit.cls !== PhraseClass.cue);

/** What a word in no title may be: a misspelling, or parts that have a meaning each. */
function guess(norm: string, at: number, senses: Sense[], knowledge: Knowledge): void {
  const near = nearWords(norm, knowledge);
  for (const { stem, near: weight } of near) senses.push({ from: at, to: at + 1, stems: [stem], weight });
  if (near.length > 0) return;
  const { parts } = knowledge.search;
  const fits = parts.filter(({ part }) => (part[0] === "-" ? norm.endsWith(part.slice(1)) : norm.startsWith(part)));
  const longest = (ending: boolean) =>
    fits.filter(({ part }) => (part[0] === "-") === ending).sort((a, b) => b.part.length - a.part.length)[0];
  const [start, end] = [longest(false), longest(true)];
  const stems = [start, end].flatMap((p) => (p ? [knowledge.lexicon.stem(p.means)] : []));
  if (start) {
    const rest = knowledge.lexicon.stem(norm.slice(start.part.length));
    if (rest >= 0) stems.push(rest);
  }
  const known = [...new Set(stems)].filter((s) => s >= 0);
  if (known.length > 0) senses.push({ from: at, to: at + 1, stems: known, weight: PART });
}

type HeadName = { readonly rest: readonly number[]; readonly head: number };
const headTables = new WeakMap<Knowledge, ReadonlyMap<number, readonly HeadName[]>>();
function headTable(knowledge: Knowledge): ReadonlyMap<number, readonly HeadName[]> {
  let table = headTables.get(knowledge);
  if (!table) {
    const made = new Map<number, HeadName[]>();
    knowledge.search.heads.forEach((head, h) => {
      for (const [first, ...rest] of head.terms) {
        const list = made.get(first) ?? [];
        list.push({ rest, head: h });
        made.set(first, list);
      }
    });
    table = made;
    headTables.set(knowledge, table);
  }
  return table;
}

function headSenses(words: readonly Word[], senses: Sense[], knowledge: Knowledge): void {
  const table = headTable(knowledge);
  words.forEach((word, from) => {
    for (const { rest, head } of table.get(word.stem) ?? []) {
      if (rest.some((stem, i) => words[from + 1 + i]?.stem !== stem)) continue;
      const { means, weight } = knowledge.search.heads[head];
      for (const stems of means) senses.push({ from, to: from + 1 + rest.length, stems, weight });
    }
  });
}
