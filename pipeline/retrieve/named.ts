import { type Knowledge, PhraseClass, type ServiceRule } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import type { View } from "../stage.js";
import type { Fact, Span } from "../types.js";
import type { Named } from "./units.js";

type Kinds = "section" | "sentence" | "problem" | "mention";
type Counted = Span & { readonly code: string; readonly kind: "dose" | "time" | "item" };

const KILOGRAM = "kg";
/** How far behind its sentence the rest of a container is looked for, in UTF-16 units. */
const BEHIND = 200;

/**
 * Where a drug, a thing or a timed service is named and what else of its kind stands around it. Null for a name
 * inside the longer name of another drug or thing ("cane" in "quad cane").
 */
export function namedIn(
  see: View<Kinds>,
  knowledge: Knowledge,
): (mention: Fact<"mention">, rule: ServiceRule) => Named | null {
  const byNote = new Map<string, Counted[]>();
  const weights = new Map<string, number>();
  for (const { body } of see.of("mention")) {
    const { place, kind, value } = body;
    if (kind === "measurement" && value?.unit === KILOGRAM && !weights.has(place.note))
      weights.set(place.note, value.amount);
    if (kind !== "service") continue;
    const meaning = meaningOf(body, knowledge);
    if (meaning.cls !== PhraseClass.service) continue;
    const { code, dose, time, system } = meaning.service;
    if (!dose && !time && system !== "hcpcs") continue;
    const list = byNote.get(place.note) ?? [];
    list.push({ ...place, code, kind: dose ? "dose" : time ? "time" : "item" });
    byNote.set(place.note, list);
  }
  return (mention, rule) => {
    const own = mention.body.place;
    const sentence = see.get(mention.body.sentence).body;
    const { place } = see.get(sentence.section).body;
    const passage = { start: place.start, end: Math.min(place.end, sentence.place.end + BEHIND) };
    const kind = rule.dose ? "dose" : "time";
    const every = around(byNote.get(own.note) ?? [], sentence.place.start, passage.end);
    const all = every.filter((o) => o.kind === kind);
    const covers = (o: Span) => o.start <= own.start && o.end >= own.end && o.end - o.start > own.end - own.start;
    if (rule.system === "hcpcs" && every.some((o) => o.kind !== "time" && o.code !== rule.code && covers(o)))
      return null;
    const same = new Set(all.filter((o) => o.code === rule.code).map((o) => o.start));
    return {
      text: see.reading(own.note).text,
      own,
      sentence: sentence.place,
      passage,
      others: all.filter((o) => !same.has(o.start) && (o.end <= own.start || o.start >= own.end)),
      weight: weights.get(own.note) ?? null,
    };
  };
}

/** Those that begin within a stretch; names stand in the order of the note. */
function around(all: readonly Counted[], from: number, to: number): readonly Counted[] {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle].start < from) low = middle + 1;
    else high = middle;
  }
  const first = low;
  while (low < all.length && all[low].start < to) low++;
  return all.slice(first, low);
}
