import {
  type Anatomy,
  type Concept,
  type Dosing,
  type Drug,
  type Knowledge,
  type Measure,
  PhraseClass,
  type Qualifier,
  type ServiceRule,
  type Unit,
} from "./knowledge.js";
import type { Reading } from "./text/index.js";
import type { Bodies } from "./types.js";

/** What a mention's `concept` ("class:index") stands for. */
export type Meaning =
  | { readonly cls: typeof PhraseClass.concept; readonly concept: Concept }
  | { readonly cls: typeof PhraseClass.anatomy; readonly anatomy: Anatomy }
  | { readonly cls: typeof PhraseClass.qualifier; readonly qualifier: Qualifier; readonly index: number }
  | { readonly cls: typeof PhraseClass.drug; readonly drug: Drug }
  | { readonly cls: typeof PhraseClass.measure; readonly measure: Measure }
  | { readonly cls: typeof PhraseClass.unit; readonly unit: Unit }
  | { readonly cls: typeof PhraseClass.dosing; readonly dosing: Dosing | null }
  | { readonly cls: typeof PhraseClass.date }
  | { readonly cls: typeof PhraseClass.visit }
  | { readonly cls: typeof PhraseClass.service; readonly service: ServiceRule; readonly index: number };

export function meaningOf(mention: Bodies["mention"], knowledge: Knowledge): Meaning {
  const [cls, index] = mention.concept.split(":").map(Number);
  switch (cls) {
    case PhraseClass.anatomy:
      return { cls, anatomy: knowledge.anatomy[index] };
    case PhraseClass.qualifier:
      return { cls, qualifier: knowledge.qualifiers[index], index };
    case PhraseClass.drug:
      return { cls, drug: knowledge.drugs[index] };
    case PhraseClass.measure:
      return { cls, measure: knowledge.measures[index] };
    case PhraseClass.unit:
      return { cls, unit: knowledge.units[index] };
    case PhraseClass.dosing:
      return { cls, dosing: knowledge.dosing[index] ?? null };
    case PhraseClass.date:
    case PhraseClass.visit:
      return { cls };
    case PhraseClass.service:
      return { cls, service: knowledge.services[index], index };
    default:
      return { cls: PhraseClass.concept, concept: knowledge.concept(index) };
  }
}

/** First token at or behind an offset. */
export function tokenAt(reading: Reading, offset: number): number {
  let low = 0;
  let high = reading.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reading.end[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const LATERALITY = "laterality";
const sideTables = new WeakMap<Knowledge, ReadonlySet<number>>();
/** Stems of the words for right, left and both. */
export function sideStems(knowledge: Knowledge): ReadonlySet<number> {
  let found = sideTables.get(knowledge);
  if (!found) {
    const axis = knowledge.axes.find((a) => a.id === LATERALITY);
    found = new Set((axis?.values ?? []).flatMap((v) => knowledge.qualifiers[v].words));
    sideTables.set(knowledge, found);
  }
  return found;
}
