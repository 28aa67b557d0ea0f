import type { ClaimKnowledge } from "../claim-knowledge.js";
import { type Knowledge, PhraseClass } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import type { View } from "../stage.js";
import { type Hit, hitsWithin, type Reading } from "../text/index.js";
import type { Encounter, Fact, FactId, Place } from "../types.js";

export type Kinds =
  | "section"
  | "sentence"
  | "problem"
  | "mention"
  | "assertion"
  | "relation"
  | "candidate"
  | "estimate"
  | "ruling"
  | "suggestion";

/** Where the words stand that led to a suggestion. */
export type Source = {
  readonly mention: Fact<"mention">;
  readonly sentence: Fact<"sentence">;
  readonly section: Fact<"section">;
  readonly problem: FactId<"problem"> | null;
};
/** A shown suggestion with the places of its words, strongest first. */
export type Shown = {
  readonly suggestion: Fact<"suggestion">;
  readonly code: string;
  readonly sources: readonly Source[];
};
export type Scene = {
  readonly see: View<Kinds>;
  readonly encounter: Encounter;
  readonly knowledge: Knowledge;
  readonly claim: ClaimKnowledge;
  readonly services: readonly Shown[];
  readonly diagnoses: readonly Shown[];
  /** Places of a phrase of a rule in a note, those that the note denies left out. */
  phrases(note: string, phrase: number): readonly Place[];
};

/** The system of the codes that are no services. */
export const DIAGNOSES = "icd-10-cm";
/** Tokens between a word that denies and what it denies. */
const DENIED_WITHIN = 3;

export function sceneOf(see: View<Kinds>, encounter: Encounter, knowledge: Knowledge): Scene {
  const shown = see.of("suggestion").filter((s) => s.body.shown);
  const isDiagnosis = (s: Fact<"suggestion">) => s.body.code.system === DIAGNOSES;
  const known = new Map<string, ReadonlyMap<number, readonly Place[]>>();
  return {
    see,
    encounter,
    knowledge,
    claim: knowledge.claim,
    services: shown.filter((s) => !isDiagnosis(s)).map((s) => shownOf(s, see)),
    diagnoses: shown.filter(isDiagnosis).map((s) => shownOf(s, see)),
    phrases(note, phrase) {
      let found = known.get(note);
      if (!found) {
        found = phrasesOf(note, see.reading(note), knowledge);
        known.set(note, found);
      }
      return found.get(phrase) ?? [];
    },
  };
}

function shownOf(suggestion: Fact<"suggestion">, see: View<Kinds>): Shown {
  const best = suggestion.body.candidate;
  const members = [best, ...suggestion.from.filter((id) => id !== best)];
  const sources: Source[] = [];
  const seen = new Set<FactId>();
  for (const id of members) {
    const fact = see.get(id as FactId<Kinds>);
    if (fact.kind !== "candidate") continue;
    const mention = see.get(see.get(fact.body.assertion).body.mention);
    if (seen.has(mention.id)) continue;
    seen.add(mention.id);
    const sentence = see.get(mention.body.sentence);
    sources.push({ mention, sentence, section: see.get(sentence.body.section), problem: sentence.body.problem });
  }
  return { suggestion, code: suggestion.body.code.value, sources };
}

function phrasesOf(note: string, reading: Reading, knowledge: Knowledge): ReadonlyMap<number, readonly Place[]> {
  const found = new Map<number, Place[]>();
  const denials: Hit[] = [];
  for (const hit of reading.hits) {
    if (hit.cls === PhraseClass.cue) {
      const cue = knowledge.cues[hit.index];
      if (cue.kind === "cue" && cue.certainty === "absent" && cue.direction !== "backward") denials.push(hit);
    } else if (hit.cls === PhraseClass.words) {
      if (denials.some((d) => denies(d, hit, reading))) continue;
      const place = placeOf(note, reading, hit);
      const list = found.get(hit.index);
      if (list) list.push(place);
      else found.set(hit.index, [place]);
    }
    while (denials.length > 0 && hit.from - denials[0].to > DENIED_WITHIN) denials.shift();
  }
  return found;
}

/** A word that denies reaches what follows it in its clause. */
function denies(cue: Hit, hit: Hit, { norm }: Reading): boolean {
  if (cue.to > hit.from || hit.from - cue.to > DENIED_WITHIN) return false;
  for (let i = cue.to; i < hit.from; i++) if (ends.has(norm[i])) return false;
  return true;
}
const ends = new Set([",", ".", ";", ":", "\n"]);

export const placeOf = (note: string, reading: Reading, hit: Hit): Place => ({
  note,
  start: reading.start[hit.from],
  end: reading.end[hit.to - 1],
});

/** Hits of a class within a place. */
export function hitsIn(place: Place, reading: Reading, cls: PhraseClass): Hit[] {
  return hitsWithin(reading, tokenAt(reading, place.start), tokenAt(reading, place.end - 1) + 1, cls);
}

export const inside = (inner: Place, outer: Place) =>
  inner.note === outer.note && inner.start >= outer.start && inner.end <= outer.end;
