import { type Indicator, type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import type { View } from "../stage.js";
import { type Hit, hitsWithin, type Reading } from "../text/index.js";
import type { Bodies, Code, Encounter, FactId, Place, Quantity } from "../types.js";

/** Something of the note that a query rule looks for: its words, and the fact that it was read as. */
export type Found = {
  readonly place: Place;
  readonly fact: FactId | null;
  readonly candidate?: FactId<"candidate">;
};
/** Answers an indicator with what the note gives for it; empty when it gives nothing. */
export type Finder = (indicator: Indicator, mode: Mode) => readonly Found[];
/** `given`: what holds for the patient now. `said`: whatever the note says of it at all, be it denied or past. */
type Mode = "given" | "said";

type Sees = View<"mention" | "assertion" | "candidate">;
type Measured = Found & { readonly value: Quantity; readonly now: boolean };
type Diagnosed = Found & { readonly code: Code; readonly position: number; readonly now: boolean };

/** A cue this many tokens before a word still speaks of it. */
const REACH = 8;
/** Places that show enough of one indicator. */
const ENOUGH = 3;

/** Looks an encounter's facts through once, so that each rule costs a few look-ups. */
export function finderOf(see: Sees, encounter: Encounter, knowledge: Knowledge): Finder {
  const measures = new Map<string, Measured[]>();
  const drugs = new Map<string, Found[]>();
  const diagnoses: Diagnosed[] = [];
  const assertions = new Map<FactId, Bodies["assertion"]>();
  const add = <K, V>(map: Map<K, V[]>, key: K, value: V) => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  for (const { body } of see.of("assertion")) assertions.set(body.mention, body);
  for (const mention of see.of("mention")) {
    const { kind, place, value } = mention.body;
    if (kind !== "measurement" && kind !== "drug") continue;
    const asserted = assertions.get(mention.id);
    if (asserted && (asserted.certainty !== "present" || asserted.subject !== "patient")) continue;
    const now = !asserted || asserted.time === "current";
    const meaning = meaningOf(mention.body, knowledge);
    if (meaning.cls === PhraseClass.measure && value)
      add(measures, meaning.measure.id, { place, fact: mention.id, value, now });
    if (meaning.cls === PhraseClass.drug && now)
      for (const key of [meaning.drug.id, meaning.drug.class]) add(drugs, key, { place, fact: mention.id });
  }
  for (const candidate of see.of("candidate")) {
    const { code, runnerUp, assertion } = candidate.body;
    if (runnerUp || code.system !== "icd-10-cm") continue;
    const { certainty, time, subject, mention } = see.get(assertion).body;
    if (subject !== "patient") continue;
    diagnoses.push({
      place: see.get(mention).body.place,
      fact: candidate.id,
      candidate: candidate.id,
      code,
      position: knowledge.codes.find(code.value),
      now: certainty === "present" && time === "current",
    });
  }
  const words = phrasesOf(encounter, (note) => see.reading(note));

  return (indicator, mode) => {
    if ("measure" in indicator) {
      const all = indicator.measure.flatMap((id) => measures.get(id) ?? []).filter((m) => fits(m.value, indicator));
      return indicator.ratio === undefined && indicator.by === undefined
        ? all.filter((m) => m.now).slice(0, ENOUGH)
        : apart(all, indicator);
    }
    if ("drug" in indicator) return indicator.drug.flatMap((key) => drugs.get(key) ?? []).slice(0, ENOUGH);
    if ("code" in indicator) {
      const within = rangesOf(indicator.code, knowledge);
      return diagnoses.filter((d) => (mode === "said" || d.now) && within(d.position)).slice(0, ENOUGH);
    }
    return indicator.words
      .flatMap((term) => words.get(knowledge.phrase.get(term) ?? -1) ?? [])
      .filter(({ hit, note }) => mode === "said" || !isDenied(hit, see.reading(note), knowledge))
      .slice(0, ENOUGH)
      .map(({ hit, note }) => ({ place: placeOf(hit, note, see.reading(note)), fact: null }));
  };
}

type Asked = Extract<Indicator, { measure: readonly string[] }>;
/** Whether a number lies in the bounds, in their unit. */
function fits({ amount, unit }: Quantity, { from = -Infinity, to = Infinity, unit: wanted }: Asked): boolean {
  return (wanted === undefined || unit === "" || unit === wanted) && amount >= from && amount <= to;
}

/** The least and the greatest of the numbers in one unit, where they are far enough apart. */
function apart(all: readonly Measured[], { ratio = 0, by = 0 }: Asked): readonly Found[] {
  if (all.length < 2) return [];
  const sorted = [...all].sort((a, b) => a.value.amount - b.value.amount);
  const least = sorted[0];
  const most = sorted[sorted.length - 1];
  if (most.value.amount < least.value.amount * ratio || most.value.amount - least.value.amount < by) return [];
  if (least.value.amount === most.value.amount) return [];
  return least.place.start < most.place.start ? [least, most] : [most, least];
}

function rangesOf(prefixes: readonly string[], { codes }: Knowledge): (position: number) => boolean {
  const ranges = prefixes.map((p) => codes.find(p)).flatMap((at) => (at < 0 ? [] : [[at, codes.lastOf[at]]]));
  return (position) => ranges.some(([from, to]) => position >= from && position <= to);
}

type Phrase = { readonly hit: Hit; readonly note: string };
/** The phrases of rules in all notes of an encounter, by phrase. */
function phrasesOf(encounter: Encounter, reading: (note: string) => Reading): ReadonlyMap<number, Phrase[]> {
  const found = new Map<number, Phrase[]>();
  for (const { id } of encounter.notes)
    for (const hit of reading(id).hits) {
      if (hit.cls !== PhraseClass.words) continue;
      const list = found.get(hit.index);
      if (list) list.push({ hit, note: id });
      else found.set(hit.index, [{ hit, note: id }]);
    }
  return found;
}
const placeOf = (hit: Hit, note: string, { start, end }: Reading): Place => ({
  note,
  start: start[hit.from],
  end: end[hit.to - 1],
});

/** Whether a cue shortly before the words, in the same sentence, denies them or holds them only possible or planned. */
function isDenied(hit: Hit, reading: Reading, knowledge: Knowledge): boolean {
  let first = hit.from;
  while (first > 0 && hit.from - first < REACH && !/^[.;\n]$/.test(reading.norm[first - 1])) first--;
  return hitsWithin(reading, first, hit.from, PhraseClass.cue).some(({ index }) => {
    const { kind, direction, certainty } = knowledge.cues[index];
    return kind === "cue" && direction !== "backward" && certainty !== null && certainty !== "present";
  });
}
