import { type Knowledge, PhraseClass, type ServiceRule } from "../knowledge.js";
import { meaningOf, tokenAt } from "../mention.js";
import type { View, Write } from "../stage.js";
import { hitsWithin, type Reading } from "../text/index.js";
import type { Encounter, Fact, Place } from "../types.js";
import { type Amount, amountsOf, unitOf } from "./amounts.js";
import { namedIn } from "./named.js";
import { type Found, together } from "./together.js";
import { linesOf } from "./units.js";

type Kinds = "section" | "sentence" | "problem" | "mention" | "assertion" | "relation";

/** Candidates for services: a rule's name is mentioned, its details stand in the sentence or paragraph, and its bounds hold. */
export function serviceCandidates(
  see: View<Kinds>,
  write: Write<"candidate">,
  encounter: Encounter,
  knowledge: Knowledge,
): void {
  const said = new Map<string, Said>();
  const named = namedIn(see, knowledge);
  const found: Found[] = [];
  for (const assertion of see.of("assertion")) {
    const mention = see.get(assertion.body.mention);
    if (mention.body.kind !== "service") continue;
    const meaning = meaningOf(mention.body, knowledge);
    if (meaning.cls !== PhraseClass.service) continue;
    const rule = meaning.service;
    if (!inForce(rule, encounter.date) || (rule.setting && !rule.setting.includes(encounter.setting))) continue;
    const reading = see.reading(mention.body.place.note);
    const place = placeFor(rule, mention, see);
    const { phrases, amounts } = saidIn(place, reading, said, knowledge);
    const { without, groups } = detailsOf(rule, knowledge);
    if (without.some((p) => phrases.has(p)) || !groups.every((group) => group.some((p) => phrases.has(p)))) continue;
    if (rule.age && !within(encounter.patient.age, rule.age.min, rule.age.max)) continue;
    if (rule.visit?.patient && encounter.patient.status !== rule.visit.patient) continue;
    if (rule.visit?.minutes && !minutesIn(amounts, rule.visit.minutes)) continue;
    if (rule.size && !sizeIn(amounts, rule.size, knowledge)) continue;
    found.push({ rule, assertion, mention, lines: linesOf(rule, () => named(mention, rule), knowledge) });
  }
  for (const { rule, assertion, mention, lines, code = rule.code } of together(found, see, knowledge)) {
    const { note } = mention.body.place;
    for (const { evidence, modifiers = [], ...line } of lines)
      write("candidate", { type: "rule", id: rule.id }, [assertion.id], {
        assertion: assertion.id,
        code: { system: rule.system, value: code, release: rule.cite.doc },
        runnerUp: false,
        matched: [rule.label],
        fit: rule.default ? 0.8 : 1,
        open: [],
        ...line,
        ...(modifiers.length > 0 ? { modifiers } : {}),
        ...(evidence ? { evidence: [mention.body.place, { note, ...evidence }] } : {}),
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
function saidIn(place: Place, reading: Reading, known: Map<string, Said>, knowledge: Knowledge): Said {
  const key = `${place.note}:${place.start}:${place.end}`;
  let found = known.get(key);
  if (!found) {
    const hits = hitsWithin(
      reading,
      tokenAt(reading, place.start),
      tokenAt(reading, place.end - 1) + 1,
      PhraseClass.words,
    );
    found = {
      phrases: new Set(hits.map((h) => h.index)),
      amounts: amountsOf(reading.text, place.start, place.end, knowledge),
    };
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

const minutesIn = (amounts: readonly Amount[], range: { from: number; to: number }) =>
  amounts.some((a) => a.unit === "minute" && !a.per && a.value >= range.from && a.value <= range.to);

function sizeIn(amounts: readonly Amount[], size: NonNullable<ServiceRule["size"]>, knowledge: Knowledge): boolean {
  const unit = unitOf(size.unit, knowledge)?.unit;
  return amounts.some((a) => !a.per && a.unit === unit && a.value > (size.over ?? -1) && a.value <= (size.upTo ?? 1e9));
}
