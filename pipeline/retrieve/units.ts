import type { Doses, Knowledge, ServiceRule } from "../knowledge.js";
import type { Span } from "../types.js";
import { type Amount, amountsOf, unitOf } from "./amounts.js";

/**
 * Where a service is named: its own words, the sentence, how far the passage goes on, and the words of other drugs or
 * timed services around it, in order. All are places in `text`, in UTF-16 units.
 */
export type Named = {
  readonly text: string;
  readonly own: Span;
  readonly sentence: Span;
  readonly passage: Span;
  readonly others: readonly Span[];
  /** The patient's weight in kilograms, where the note states it. */
  readonly weight: number | null;
};
/** One line of a bill: the units given, or those thrown away. `line` tells lines of one code apart. */
export type Line = {
  readonly units?: number;
  readonly modifiers?: readonly string[];
  readonly line?: string;
  readonly evidence?: Span;
};

/** The lines of a service; one without units where it has but one, none where what is said of amount or time rules it out. */
export function linesOf(rule: ServiceRule, find: () => Named | null, knowledge: Knowledge): readonly Line[] {
  if (!rule.dose && !rule.time && !rule.count && rule.system !== "hcpcs") return [{}];
  const named = find();
  if (!named) return [];
  if (rule.dose) return doseLines(rule, named, knowledge);
  if (rule.time) {
    const units = timeUnits(rule.time, named, knowledge);
    return units === null ? [] : units === undefined ? [{}] : [{ units }];
  }
  const units = rule.count ? countOf(named, knowledge) : undefined;
  return units === undefined ? [{}] : [{ units }];
}

/** Two thirds of a unit are one; this much less is a slip of arithmetic. */
const SLIP = 1e-9;
/** How many words may stand between a number and what it counts ("40 mg of IM Kenalog"). */
const BETWEEN = 3;

/**
 * The lines of a drug that was given, by the dose that belongs to it. Empty when no dose is said that its unit can be
 * told from.
 */
export function doseLines(rule: ServiceRule, named: Named, knowledge: Knowledge): Line[] {
  const { dose } = rule;
  if (!dose) return [];
  const base = unitOf(dose.unit, knowledge);
  if (!base) return [];
  const { discarded, nothingDiscarded } = knowledge.doses;
  const per = dose.per * base.value;
  const passage = passageOf(named);
  const amounts = amountsOf(named.text, named.sentence.start, passage.end, knowledge);
  const rest = discardedIn(amounts, passage.end, named, knowledge.doses);
  const given = totalOf(
    base.unit,
    amounts.filter((a) => !rest.includes(a)),
    named,
    knowledge.doses,
  );
  if (given === null || given <= 0) return [];
  const unitsOf = (amount: number) => Math.max(1, Math.ceil(amount / per - SLIP));
  const units = unitsOf(given);
  const said = named.text.slice(passage.start, passage.end).toLowerCase();
  const says = (words: readonly string[]) => words.some((word) => hasWord(said, word));
  const lost = rest.find((a) => a.unit === base.unit && !a.per && a.value > 0);
  // What one unit already pays for is not thrown away a second time.
  const more = lost && !says(discarded.without) ? unitsOf(given + lost.value) - units : 0;
  if (lost && more > 0)
    return [{ units }, { units: more, modifiers: [discarded.modifier], line: discarded.id, evidence: lost }];
  const none = !lost && says(nothingDiscarded.words) && says(nothingDiscarded.with);
  return [none ? { units, modifiers: [nothingDiscarded.modifier] } : { units }];
}

/**
 * Units of a service that is counted by time: one for each full `each` minutes beyond `after`, and one for a rest of at
 * least `least`. Null when the time said rules the service out, undefined when the service has but one unit or no time
 * is said and none is needed.
 */
export function timeUnits(time: NonNullable<ServiceRule["time"]>, named: Named, knowledge: Knowledge) {
  const amounts = amountsOf(named.text, named.sentence.start, named.sentence.end, knowledge);
  const minutes = stretches(amounts, named, knowledge.doses)
    .map((list) => list.find((a) => a.unit === "minute" && !a.per)?.value)
    .find((value) => value !== undefined);
  if (minutes === undefined) return time.needed ? null : undefined;
  const { from = 0, upTo = Number.POSITIVE_INFINITY, after = 0, each, least = each } = time;
  if (minutes < from || minutes > upTo) return null;
  if (each === undefined || least === undefined) return undefined;
  const beyond = minutes - after;
  return Math.floor(beyond / each) + (beyond % each >= least ? 1 : 0) || null;
}

/** The number just before a thing, or "x 2" just behind it; undefined when it is not counted. */
export function countOf(named: Named, knowledge: Knowledge): number | undefined {
  const { text, own, sentence } = named;
  const amounts = amountsOf(text, sentence.start, sentence.end, knowledge);
  const before = amounts.filter((a) => a.end <= own.start).at(-1);
  const counts = (a: Amount | undefined): a is Amount =>
    a !== undefined && Number.isInteger(a.value) && a.value > 0 && (a.unit === "" || a.unit === "unit");
  if (counts(before) && near(text.slice(before.end, own.start))) return before.value;
  const after = amounts.find((a) => a.start >= own.end);
  if (
    counts(after) &&
    /^\s*,?\s*\(?\s*(?:x|×|times|number|qty:?|quantity:?)\s*$/i.test(text.slice(own.end, after.start))
  )
    return after.value;
  return undefined;
}

/** The sentence, and what follows it up to the next drug that is named. */
function passageOf({ sentence, passage, others }: Named): Span {
  const next = others.find((o) => o.start >= sentence.end);
  return { start: sentence.start, end: Math.min(passage.end, next ? next.start : passage.end) };
}

/** The amounts that are said to have been thrown away: behind the drug, each beside a word for it. */
function discardedIn(amounts: readonly Amount[], end: number, named: Named, doses: Doses): Amount[] {
  const { own, sentence } = named;
  const text = doses.nothingDiscarded.words.reduce(
    (rest, phrase) => rest.replaceAll(phrase, " ".repeat(phrase.length)),
    named.text.slice(sentence.start, end).toLowerCase(),
  );
  const between = (from: number, to: number) => text.slice(from - sentence.start, Math.max(to, from) - sentence.start);
  const next = named.others.find((o) => o.start >= own.end);
  const to = Math.min(end, next ? next.start : end);
  return amounts.filter((a, i) => {
    if (a.unit === "" || a.start >= to) return false;
    const after = between(a.end, Math.min(amounts[i + 1]?.start ?? to, to));
    const before = between(Math.max(own.start, amounts[i - 1]?.end ?? 0), a.start);
    const behind = doses.discarded.words.some((word) => wordsBefore(after, word) <= BETWEEN);
    return behind || doses.discarded.words.some((word) => wordsAfter(before, word) <= BETWEEN);
  });
}

/** What was given, in the unit that is asked for: the first stretch around the drug that says it. */
function totalOf(unit: string, amounts: readonly Amount[], named: Named, doses: Doses): number | null {
  for (const list of stretches(amounts, named, doses)) {
    const total = sum(unit, list, named, doses);
    if (total !== null) return total;
  }
  return null;
}

/** The amounts that may be the service's own, the likeliest stretch first. */
function stretches(amounts: readonly Amount[], named: Named, doses: Doses): (readonly Amount[])[] {
  const { text, own, sentence, others } = named;
  const previous = others.filter((o) => o.start >= sentence.start && o.end <= own.start).at(-1);
  const next = others.find((o) => o.start >= own.end && o.end <= sentence.end);
  const separators = separatorOf(doses);
  const from = previous
    ? previous.end + cutAt(text.slice(previous.end, own.start), separators)
    : sentence.start + cutAt(text.slice(sentence.start, own.start), separators);
  const inside = (start: number, end: number) => amounts.filter((a) => a.start >= start && a.end <= end);
  const beforeNext = next && amounts.filter((a) => a.start >= own.end && a.end <= next.start).at(-1);
  const ofNext = next && beforeNext && near(text.slice(beforeNext.end, next.start));
  const to = next
    ? own.end + (ofNext ? cutAt(text.slice(own.end, next.start), separators) || 0 : next.start - own.end)
    : sentence.end;
  const back = inside(from, own.start);
  const whole = inside(previous ? previous.end : sentence.start, own.start);
  // "Kenalog 40 mg/mL": a number may belong to the name and to the dose.
  const ahead = amounts.filter((a) => a.start >= own.start && a.end > own.end && a.end <= Math.max(to, own.end));
  const last = back.at(-1);
  const adjacent =
    last !== undefined &&
    last.unit !== "" &&
    near(text.slice(last.end, own.start)) &&
    !(previous && from === previous.end && near(text.slice(previous.end, last.start)) && ahead.length > 0);
  return adjacent
    ? [back, [...back, ...ahead], whole]
    : [ahead, [...back, ...ahead], back, ...(previous ? [] : [whole])];
}

function sum(unit: string, list: readonly Amount[], named: Named, doses: Doses): number | null {
  const { text } = named;
  const counted = (amount: Amount) => amount.value * countFor(amount, list, text, doses);
  const plain = list.find((a) => a.unit === unit && !a.per && a.value > 0);
  if (plain) return counted(plain);
  const rated = list.find((a) => a.unit === unit && a.per && a.per.kind !== "time");
  const volume = list.find((a) => a.unit === "ml" && !a.per);
  if (rated?.per) {
    if (rated.per.kind === "weight")
      return named.weight === null ? null : (rated.value * named.weight) / rated.per.value;
    if (rated.per.unit === "ml" && volume) return (counted(volume) * rated.value) / rated.per.value;
    return rated.per.kind === "volume" || rated.per.kind === "form" ? counted(rated) : null;
  }
  const percent = list.find((a) => a.unit === "%");
  // One per cent is one gram in 100 ml.
  return percent && volume && unit === "mg" ? percent.value * 10 * counted(volume) : null;
}

/** How many times an amount is said to have been given: "2 vials of 100 mg", "two 100 mg vials", "100 mg x 2". */
function countFor(amount: Amount, list: readonly Amount[], text: string, doses: Doses): number {
  const at = list.indexOf(amount);
  const before = list[at - 1];
  const after = list[at + 1];
  const containers = doses.containers.join("|");
  if (before && Number.isInteger(before.value)) {
    const between = text.slice(before.end, amount.start);
    if (before.kind === "form" && /^\s*(?:\(?\s*|of\s+|x\s*|×\s*|,\s*|-\s*)$/i.test(between)) return before.value;
    const counts = new RegExp(`^\\s*(?:(?:${containers})\\s+(?:of\\s+)?(?:\\(\\s*)?|x\\s*|×\\s*)$`, "i");
    if (before.unit === "" && counts.test(between)) return before.value;
    const behind = new RegExp(`^\\s*-?\\s*(?:\\S+\\s+)?(?:${containers})\\b`, "i");
    if (before.unit === "" && /^\s*$/.test(between) && behind.test(text.slice(amount.end, amount.end + 40)))
      return before.value;
  }
  const times = new RegExp(`^\\s*(?:\\S+\\s+)?(?:(?:${containers})\\s*)?(?:x|×|times)\\s*$`, "i");
  if (
    (after?.unit === "" || after?.kind === "form") &&
    Number.isInteger(after.value) &&
    times.test(text.slice(amount.end, after.start))
  )
    return /^\s*(?:day|week|month|hour|min|year|hr|wk)/i.test(text.slice(after.end, after.end + 8)) ? 1 : after.value;
  return 1;
}

/** Few words, and no sign or separator that ends a phrase. */
const near = (between: string) =>
  !/[,;:.\n]\s|\b(?:and|then|with|plus)\b/i.test(between) &&
  between.trim().split(/\s+/).filter(Boolean).length <= BETWEEN;

const patterns = new WeakMap<Doses, RegExp>();
function separatorOf(doses: Doses): RegExp {
  let found = patterns.get(doses);
  if (!found) {
    found = new RegExp(`[,;]\\s|\\b(?:${doses.separate.join("|")})\\b`, "gi");
    patterns.set(doses, found);
  }
  return found;
}
/** Where the last phrase of a stretch begins. */
function cutAt(text: string, separators: RegExp): number {
  let at = 0;
  for (const m of text.matchAll(separators)) at = m.index + m[0].length;
  return at;
}

const hasWord = (text: string, word: string) => {
  const at = text.indexOf(word);
  return at >= 0 && !/\w/.test(text[at - 1] ?? "") && !/\w/.test(text[at + word.length] ?? "");
};
const countWords = (text: string) => text.trim().split(/\s+/).filter(Boolean).length;
function wordsBefore(text: string, word: string): number {
  const at = text.indexOf(word);
  return at < 0 || /[.;]\s/.test(text.slice(0, at)) ? Number.POSITIVE_INFINITY : countWords(text.slice(0, at));
}
function wordsAfter(text: string, word: string): number {
  const at = text.lastIndexOf(word);
  const rest = at < 0 ? "" : text.slice(at + word.length);
  return at < 0 || /[.;,]\s|\bfrom\b/.test(rest) ? Number.POSITIVE_INFINITY : countWords(rest);
}
