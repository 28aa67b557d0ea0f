import { type Concept, type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf, sideStems, tokenAt } from "../mention.js";
import type { Support } from "../search/index.js";
import { hitsWithin, type Reading, TokenKind } from "../text/index.js";
import type { Fact, FactId } from "../types.js";

/** Weights of what supports a code, by how it stands to the mention. */
const OWN = 1;
const ATTACHED = 1;
const ELSEWHERE = 0.7;
const TIED = 0.8;
const BESIDE = 0.4;
/** Wider regions count less, step by step. */
const WIDER = [0.6, 0.4, 0.3];
/** Words beside a mention that are looked at, up to the next punctuation or cue. */
const REACH = 5;

/** Gathers the stems by which a mention's code is chosen, each with its weight, and those that are denied of it. */
export function supportOf(
  mention: Fact<"mention">,
  concept: Concept,
  relations: readonly Fact<"relation">[],
  reading: Reading,
  get: (id: FactId<"mention">) => Fact<"mention">,
  knowledge: Knowledge,
  sex: readonly number[],
): Support {
  const weight = new Map<number, number>();
  const denied = new Set<number>();
  const add = (stem: number, value: number) => {
    if (stem >= 0 && (weight.get(stem) ?? 0) < value) weight.set(stem, value);
  };
  const sides = sideStems(knowledge);
  const { from, to } = span(mention, reading);
  // "Acute cystitis without hematuria": what the name itself denies must not speak for a code.
  let denying = false;
  for (let i = from; i < to; i++) {
    if (reading.kind[i] !== TokenKind.word) continue;
    if (knowledge.denies.has(reading.stems[i])) denying = true;
    else if (denying) denied.add(reading.stems[i]);
    else add(reading.stems[i], OWN);
  }
  const ownDenied = new Set(denied);
  const own = new Set(weight.keys());
  // A place within the words ("neck and back pain") says more than the name does, unless it is of the name.
  const named = new Set(concept.name);
  for (const a of hitsWithin(reading, from, to, PhraseClass.anatomy)) {
    const stems = [...reading.stems.subarray(a.from, a.to)];
    const { words, wider } = knowledge.anatomy[a.index];
    // The region around it says nothing more in either case: "pulmonary" is respiratory in every lung disease.
    for (const stem of wider.flat()) own.add(stem);
    if (stems.every((stem) => named.has(stem))) for (const stem of words) own.add(stem);
    else for (const stem of stems) own.delete(stem);
  }
  for (const stem of concept.name) own.add(stem);
  for (const stem of concept.name) if (!ownDenied.has(stem)) add(stem, OWN);
  for (const stem of concept.implies) add(stem, OWN);
  for (const q of hitsWithin(reading, from, to, PhraseClass.qualifier))
    for (const stem of knowledge.qualifiers[q.index].words) add(stem, OWN);
  for (const a of hitsWithin(reading, from, to, PhraseClass.anatomy)) addPlace(a.index, OWN, knowledge, add);

  for (const relation of relations) {
    const other = get(relation.body.to);
    const meaning = meaningOf(other.body, knowledge);
    const near = relation.by.id === "relate.elsewhere" ? ELSEWHERE : ATTACHED;
    switch (relation.body.role) {
      case "qualifier":
        if (meaning.cls !== PhraseClass.qualifier) break;
        // "Keratosis, not inflamed": the value is denied, and so is a title that gives it.
        if (isDenied(other, reading, knowledge)) for (const stem of meaning.qualifier.words) denied.add(stem);
        else for (const stem of meaning.qualifier.words) add(stem, near);
        break;
      case "site":
        if (meaning.cls === PhraseClass.anatomy)
          addPlace(Number(other.body.concept.split(":")[1]), near, knowledge, add);
        break;
      case "with":
      case "due-to":
        // The other one's side is its own: "abrasions of the left knee and right elbow".
        for (const stem of stemsOf(other, reading)) if (!sides.has(stem)) add(stem, TIED);
        if (meaning.cls === PhraseClass.concept) for (const stem of meaning.concept.implies) add(stem, TIED);
        break;
      case "without":
        for (const stem of stemsOf(other, reading)) denied.add(stem);
        break;
    }
  }
  beside(mention, reading, from, to, (stem) => add(stem, BESIDE));
  for (const stem of [...denied]) {
    if (ownDenied.has(stem)) weight.delete(stem);
    else if ((weight.get(stem) ?? 0) >= ATTACHED) denied.delete(stem);
  }
  return { weight, denied, given: new Set(sex), own };
}

/** Whether a word that denies stands right before a quality. */
function isDenied(quality: Fact<"mention">, reading: Reading, knowledge: Knowledge): boolean {
  const i = span(quality, reading).from - 1;
  return i >= 0 && knowledge.denies.has(reading.stems[i]);
}

function addPlace(
  index: number,
  value: number,
  knowledge: Knowledge,
  add: (stem: number, value: number) => void,
): void {
  const place = knowledge.anatomy[index];
  for (const stem of place.words) add(stem, value);
  // A region of two words ("lower leg") must not outweigh the place itself.
  place.wider.forEach((stems, i) => {
    for (const stem of stems) add(stem, (value * (WIDER[i] ?? 0.2)) / Math.sqrt(stems.length));
  });
  if (place.side) add(knowledge.lexicon.stem(place.side), value);
}

const span = (mention: Fact<"mention">, reading: Reading) => ({
  from: tokenAt(reading, mention.body.place.start),
  to: tokenAt(reading, mention.body.place.end - 1) + 1,
});

function stemsOf(mention: Fact<"mention">, reading: Reading): number[] {
  const { from, to } = span(mention, reading);
  const stems: number[] = [];
  for (let i = from; i < to; i++)
    if (reading.kind[i] === TokenKind.word && reading.stems[i] >= 0) stems.push(reading.stems[i]);
  return stems;
}

/** Words next to the mention that no lexicon phrase holds may still be words of a title ("perforated", "of the newborn"). */
function beside(
  mention: Fact<"mention">,
  reading: Reading,
  from: number,
  to: number,
  add: (stem: number) => void,
): void {
  const isCue = (i: number) => hitsWithin(reading, i, i + 1, PhraseClass.cue).length > 0;
  const stop = (i: number) => reading.kind[i] === TokenKind.punctuation || isCue(i);
  const text = reading.text;
  for (
    let i = to, n = 0;
    i < reading.count && n < REACH && !stop(i) && !text.slice(reading.end[i - 1], reading.start[i]).includes("\n");
    i++, n++
  )
    add(reading.stems[i]);
  for (
    let i = from - 1, n = 0;
    i >= 0 && n < REACH && !stop(i) && !text.slice(reading.end[i], reading.start[i + 1]).includes("\n");
    i--, n++
  )
    add(reading.stems[i]);
  void mention;
}
