import { type Knowledge, PhraseClass, type ServiceRule } from "../knowledge.js";
import { meaningOf, tokenAt } from "../mention.js";
import type { View, Write } from "../stage.js";
import { hitsWithin, type Reading } from "../text/index.js";
import type { Encounter, Fact, Place } from "../types.js";

type Kinds = "section" | "sentence" | "problem" | "mention" | "assertion" | "relation";

/** Candidates for services: a rule's name is mentioned, its details stand in the sentence or paragraph, and its bounds hold. */
export function serviceCandidates(
  see: View<Kinds>,
  write: Write<"candidate">,
  encounter: Encounter,
  knowledge: Knowledge,
): void {
  const said = new Map<string, Said>();
  for (const assertion of see.of("assertion")) {
    const mention = see.get(assertion.body.mention);
    if (mention.body.kind !== "service") continue;
    const meaning = meaningOf(mention.body, knowledge);
    if (meaning.cls !== PhraseClass.service) continue;
    const rule = meaning.service;
    if (!inForce(rule, encounter.date) || (rule.setting && !rule.setting.includes(encounter.setting))) continue;
    const reading = see.reading(mention.body.place.note);
    const place = placeFor(rule, mention, see);
    const { phrases, amounts } = saidIn(place, reading, said);
    const { without, groups } = detailsOf(rule, knowledge);
    if (without.some((p) => phrases.has(p)) || !groups.every((group) => group.some((p) => phrases.has(p)))) continue;
    if (rule.age && !within(encounter.patient.age, rule.age.min, rule.age.max)) continue;
    if (rule.visit?.patient && encounter.patient.status !== rule.visit.patient) continue;
    if (rule.visit?.minutes && !minutesIn(amounts, rule.visit.minutes)) continue;
    if (
      rule.size &&
      !amounts.some(
        (a) => a.unit === rule.size?.unit && a.value > (rule.size.over ?? -1) && a.value <= (rule.size.upTo ?? 1e9),
      )
    )
      continue;
    const units = unitsOf(rule, amounts);
    if (units === null) continue;
    write("candidate", { type: "rule", id: rule.id }, [assertion.id], {
      assertion: assertion.id,
      code: { system: rule.system, value: rule.code, release: rule.cite.doc },
      runnerUp: false,
      matched: [rule.label],
      fit: rule.default ? 0.8 : 1,
      open: [],
      ...(units === undefined ? {} : { units }),
    });
  }
}

export const inForce = (rule: { effective: { from: string; to?: string } }, date: string) =>
  rule.effective.from <= date && (rule.effective.to === undefined || date <= rule.effective.to);
const within = (value: number | undefined, min = -Infinity, max = Infinity) =>
  value !== undefined && value >= min && value <= max;

function placeFor(rule: ServiceRule, mention: Fact<"mention">, see: View<Kinds>): Place {
  const sentence = see.get(mention.body.sentence);
  if (rule.where !== "problem") return sentence.body.place;
  return sentence.body.problem === null
    ? see.get(sentence.body.section).body.place
    : see.get(sentence.body.problem).body.place;
}

/** Phrases of rules and amounts that stand in a sentence or paragraph; found once, since many rules ask. */
type Said = { readonly phrases: ReadonlySet<number>; readonly amounts: readonly Amount[] };
function saidIn(place: Place, reading: Reading, known: Map<string, Said>): Said {
  const key = `${place.note}:${place.start}:${place.end}`;
  let found = known.get(key);
  if (!found) {
    const hits = hitsWithin(
      reading,
      tokenAt(reading, place.start),
      tokenAt(reading, place.end - 1) + 1,
      PhraseClass.words,
    );
    found = { phrases: new Set(hits.map((h) => h.index)), amounts: amountsIn(place, reading) };
    known.set(key, found);
  }
  return found;
}

type Details = { readonly without: readonly number[]; readonly groups: readonly (readonly number[])[] };
const details = new WeakMap<ServiceRule, Details>();
/** The phrases that a rule asks for and those that rule it out, by number. */
function detailsOf(rule: ServiceRule, knowledge: Knowledge): Details {
  let found = details.get(rule);
  if (!found) {
    const numbers = (terms: readonly string[]) => terms.map((term) => knowledge.phrase.get(term) ?? -1);
    found = { without: numbers(rule.without ?? []), groups: (rule.with ?? []).map(numbers) };
    details.set(rule, found);
  }
  return found;
}

type Amount = { readonly value: number; readonly unit: string };
const amount = /(\d[\d,]*(?:\.\d+)?)\s*-?\s*(mcg|mg|grams?|g|units?|iu|meq|ml|cc|cm|mm|minutes?|mins?|min)\b/gi;
const canonical: Record<string, [string, number]> = {
  gram: ["mg", 1000],
  grams: ["mg", 1000],
  g: ["mg", 1000],
  unit: ["units", 1],
  units: ["units", 1],
  iu: ["units", 1],
  cc: ["ml", 1],
  mm: ["cm", 0.1],
  minutes: ["min", 1],
  minute: ["min", 1],
  mins: ["min", 1],
};
function amountsIn(place: Place, reading: Reading): Amount[] {
  return [...reading.text.slice(place.start, place.end).matchAll(amount)].map((m) => {
    const unit = m[2].toLowerCase();
    const [name, factor] = canonical[unit] ?? [unit, 1];
    return { value: Number(m[1].replace(/,/g, "")) * factor, unit: name };
  });
}

const minutesIn = (amounts: readonly Amount[], range: { from: number; to: number }) =>
  amounts.some((a) => a.unit === "min" && a.value >= range.from && a.value <= range.to);

/** Billing units of a stated dose, a part of a unit counting as one; undefined when the rule asks for none, null when no dose is said. */
function unitsOf(rule: ServiceRule, amounts: readonly Amount[]): number | null | undefined {
  if (!rule.dose) return undefined;
  const { per, unit } = rule.dose;
  const factor: Record<string, number> = { "mg:mcg": 1000, "mcg:mg": 0.001 };
  const name = canonical[unit.toLowerCase()]?.[0] ?? unit.toLowerCase();
  const perName = per * (canonical[unit.toLowerCase()]?.[1] ?? 1);
  for (const a of amounts) {
    const scale = a.unit === name ? 1 : factor[`${a.unit}:${name}`];
    if (scale === undefined || a.value <= 0) continue;
    return Math.max(1, Math.ceil((a.value * scale) / perName - 1e-9));
  }
  return null;
}
