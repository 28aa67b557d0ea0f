import { type Knowledge, PhraseClass } from "../knowledge.js";
import type { Hit, Reading } from "../text/index.js";
import type { Fact, MentionKind } from "../types.js";
import { type Defined, definitionsIn, usesOf } from "./definitions.js";
import { senseOf } from "./senses.js";

/** A hit that counts, with its abbreviation resolved. `key` names the concept for the ledger. */
export type Chosen = Hit & {
  readonly key: string;
  readonly kind: MentionKind;
  readonly by: "lexicon" | "codeset";
};

/** Words that an entry of the lexicon knows to name nothing coded ("UA": urinalysis): no shorter phrase is read in them. */
const NOT_CODED = "";

/** Of hits that overlap, the longest; of equal ones the first listed class. Anatomy, qualifiers and the rest are kept apart. */
export function chooseHits(reading: Reading, knowledge: Knowledge, sections: readonly Fact<"section">[]): Chosen[] {
  const main: Chosen[] = [];
  const places: Chosen[] = [];
  const qualities: Chosen[] = [];
  const services: Chosen[] = [];
  // A drug counts inside a longer name too: "on insulin" is a status, and insulin is taken.
  const drugs: Chosen[] = [];
  const sense = senseOf(reading, knowledge, sectionFinder(sections, reading));
  const file = sayer(main, places, drugs, knowledge);
  const defined = new Set<number>();
  for (const { from, means } of usesOf(definitionsIn(reading, knowledge), reading)) {
    defined.add(from);
    file({ from, to: from + 1 }, means);
  }
  // Where a short form has senses to choose from, an entry that has it for a name waits for the choice.
  const choice = new Uint8Array(reading.count);
  for (const hit of reading.hits)
    if (hit.cls === PhraseClass.abbreviation && hit.to - hit.from === 1)
      choice[hit.from] = knowledge.abbreviations[hit.index].senses.length > 1 ? 1 : 0;
  for (const hit of reading.hits) {
    if (hit.cls === PhraseClass.concept && hit.to - hit.from === 1 && choice[hit.from]) continue;
    // What the note says of its own short form goes before what is usual.
    if (hit.to - hit.from === 1 && defined.has(hit.from) && explained.has(hit.cls)) continue;
    const resolved = hit.cls === PhraseClass.abbreviation ? sense(hit) : hit;
    if (!resolved) {
      if (namesNothing(hit, knowledge)) main.push({ ...hit, key: NOT_CODED, kind: "finding", by: "lexicon" });
      continue;
    }
    const { cls, index } = resolved;
    const { from, to } = hit;
    if (cls === PhraseClass.concept) {
      const concept = knowledge.concept(index);
      if (blocked(hit, reading, concept.notBefore, concept.notAfter)) continue;
      main.push({ from, to, cls, index, key: concept.id, kind: concept.kind, by: concept.source });
    } else if (cls === PhraseClass.drug)
      drugs.push({ from, to, cls, index, key: knowledge.drugs[index].id, kind: "drug", by: "lexicon" });
    else if (cls === PhraseClass.anatomy)
      places.push({ from, to, cls, index, key: knowledge.anatomy[index].id, kind: "anatomy", by: "lexicon" });
    else if (cls === PhraseClass.qualifier)
      qualities.push({ from, to, cls, index, key: knowledge.qualifiers[index].id, kind: "qualifier", by: "lexicon" });
    else if (cls === PhraseClass.service)
      services.push({ from, to, cls, index, key: knowledge.services[index].id, kind: "service", by: "lexicon" });
  }
  const chosen = longest(main, reading.count).filter((c) => c.key !== NOT_CODED);
  const inside = new Uint8Array(reading.count);
  for (const c of chosen) inside.fill(1, c.from, c.to);
  const free = (c: Chosen) => !allInside(inside, c);
  const said = longestByAxis(qualities.filter(free), knowledge, reading.count);
  // "IV" of "stage IV" names no way of giving.
  const grades = new Map<number, number>();
  for (const q of said)
    if (knowledge.qualifiers[q.index].words.length > 0)
      grades.set(q.to, Math.min(q.from, grades.get(q.to) ?? Number.POSITIVE_INFINITY));
  const graded = (c: Chosen) => c.to - c.from === 1 && (grades.get(c.to) ?? c.from) < c.from;
  return [
    ...chosen,
    ...longest(drugs, reading.count),
    ...longest(places.filter(free), reading.count),
    ...said,
    ...services.filter((c) => !graded(c)),
  ].sort((a, b) => a.from - b.from || b.to - a.to || a.cls - b.cls || a.index - b.index);
}

const explained = new Set<PhraseClass>([
  PhraseClass.abbreviation,
  PhraseClass.concept,
  PhraseClass.anatomy,
  PhraseClass.drug,
  PhraseClass.service,
]);

/** Files a short form that the note defines by what it stands for. */
function sayer(main: Chosen[], places: Chosen[], drugs: Chosen[], knowledge: Knowledge) {
  return (at: { readonly from: number; readonly to: number }, means: Defined): void => {
    if (!means)
      main.push({ ...at, cls: PhraseClass.concept, index: -1, key: NOT_CODED, kind: "finding", by: "lexicon" });
    else if (means.cls === PhraseClass.concept) {
      const { id, kind, source } = knowledge.concept(means.index);
      main.push({ ...at, ...means, key: id, kind, by: source });
    } else if (means.cls === PhraseClass.anatomy)
      places.push({ ...at, ...means, key: knowledge.anatomy[means.index].id, kind: "anatomy", by: "lexicon" });
    else if (means.cls === PhraseClass.drug)
      drugs.push({ ...at, ...means, key: knowledge.drugs[means.index].id, kind: "drug", by: "lexicon" });
  };
}

const allInside = (inside: Uint8Array, c: Chosen) => {
  for (let i = c.from; i < c.to; i++) if (!inside[i]) return false;
  return true;
};

/** Leftmost among the longest: a longer phrase wins over every shorter one that it overlaps. */
function longest(hits: readonly Chosen[], count: number): Chosen[] {
  const order = [...hits].sort(
    (a, b) =>
      b.to - b.from - (a.to - a.from) ||
      Number(b.key === NOT_CODED) - Number(a.key === NOT_CODED) ||
      (a.by === b.by ? 0 : a.by === "lexicon" ? -1 : 1) ||
      a.from - b.from ||
      a.cls - b.cls ||
      a.index - b.index,
  );
  const taken = new Uint8Array(count);
  return order.filter((hit) => {
    for (let i = hit.from; i < hit.to; i++) if (taken[i]) return false;
    taken.fill(1, hit.from, hit.to);
    return true;
  });
}

/** Values of one axis compete; values of different axes may share words ("chronic" is acuity and part of a type). */
function longestByAxis(hits: readonly Chosen[], knowledge: Knowledge, count: number): Chosen[] {
  const byAxis = new Map<number, Chosen[]>();
  for (const hit of hits) {
    const { axis } = knowledge.qualifiers[hit.index];
    const list = byAxis.get(axis);
    if (list) list.push(hit);
    else byAxis.set(axis, [hit]);
  }
  return [...byAxis.values()].flatMap((list) => longest(list, count));
}

function blocked(hit: Hit, reading: Reading, notBefore: readonly number[], notAfter: readonly number[]): boolean {
  if (notBefore.length > 0 && hit.to < reading.count && notBefore.includes(reading.stems[hit.to])) return true;
  return notAfter.length > 0 && hit.from > 0 && notAfter.includes(reading.stems[hit.from - 1]);
}

/** Whether a short form that led to no sense was looked at on purpose: it has senses to choose from, or is entered as naming nothing. */
function namesNothing(hit: Hit, knowledge: Knowledge): boolean {
  if (hit.cls !== PhraseClass.abbreviation) return false;
  const { senses } = knowledge.abbreviations[hit.index];
  return senses.length > 1 || senses[0].long === "";
}

function sectionFinder(sections: readonly Fact<"section">[], reading: Reading): (token: number) => string {
  // Sections stand in the order of the note and short forms are asked for in that order too.
  let at = 0;
  return (token) => {
    const offset = reading.start[token];
    while (at + 1 < sections.length && sections[at].body.place.end <= offset) at++;
    const section = sections[at];
    return section && section.body.place.start <= offset && offset < section.body.place.end ? section.body.is : "";
  };
}
