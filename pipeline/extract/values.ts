import { type Knowledge, PhraseClass } from "../knowledge.js";
import { type Figure, figureAt, type Hit, type Reading, spelledNumber, unitAt } from "../text/index.js";
import type { MentionKind, Quantity, Span } from "../types.js";
import type { Chosen } from "./choose.js";
import { dateAt, datedAt } from "./dated.js";
import { dosesAmong } from "./doses.js";
import { gestationAt, nearPregnancy } from "./gestation.js";
import { measuredBy } from "./named.js";
import { inCompany, isInside, pastRun, quantity, startsWithDigit, tokenFrom, type Value } from "./value.js";

const small = new Map(
  ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"].map((w, i) => [
    w,
    i + 1,
  ]),
);
const DOSED = new Set(["mass", "volume", "activity", "amount", "strength", "dose-rate", "form"]);
/** Numbers in more than one word ("twenty-five", "two and a half") are read by the adapter, and only before a unit. */
const long = new Set(
  "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred half".split(
    " ",
  ),
);
const inner = new Set(["and", "a", "an"]);
const MOST_WORDS = 6;

/** What the numbers of a note say, in order, from one walk over its tokens. @param day the encounter's, `YYYY-MM-DD` */
export function valuesIn(reading: Reading, knowledge: Knowledge, chosen: readonly Chosen[], day: string): Value[] {
  const { text, start, end, norm, count } = reading;
  const { unitNamed, units, valueWords } = knowledge;
  const measures = new Map<number, Hit>();
  const dosing = new Map<number, Hit>();
  for (const hit of reading.hits) {
    // Longer ones stand first.
    const at = hit.cls === PhraseClass.measure ? measures : hit.cls === PhraseClass.dosing ? dosing : null;
    if (at && !at.has(hit.from)) at.set(hit.from, hit);
  }
  const drugs = chosen.filter((c) => c.kind === "drug");
  const drugEnds = new Set(drugs.map((d) => d.to));
  const age = knowledge.measures.findIndex((m) => m.id === "age");
  const gestation = knowledge.measures.findIndex((m) => m.id === "gestational-age");
  const every = valueWords.get("every");
  const times = valueWords.get("times");
  const per = valueWords.get("per");
  const out: Value[] = [];
  const push = (
    from: number,
    span: Span,
    kind: MentionKind,
    concept: string,
    key: string,
    value?: Quantity,
    date?: string,
  ) => {
    const to = tokenFrom(reading, from, span.end);
    out.push({
      start: span.start,
      end: span.end,
      from,
      to,
      kind,
      concept,
      key,
      ...(value ? { value } : {}),
      ...(date === undefined ? {} : { date }),
    });
    return to;
  };
  const measured = (from: number, span: Span, index: number, value: Quantity) =>
    push(from, span, "measurement", `${PhraseClass.measure}:${index}`, knowledge.measures[index].id, value);
  const dated = (from: number, span: Span, date: string) =>
    push(from, span, "date", `${PhraseClass.date}:0`, "date", undefined, date);
  const often = (from: number, span: Span, value: Quantity) =>
    push(from, span, "frequency", `${PhraseClass.dosing}:-1`, "frequency", value);

  /** What a number with a unit says by itself. @returns the token to go on from */
  const figured = (i: number, figure: Figure): number => {
    const next = tokenFrom(reading, i, figure.end);
    if (figure.unit < 0) return bare(i, next, figure);
    const unit = units[figure.unit];
    const value = quantity(figure, knowledge);
    const own = `${PhraseClass.unit}:${figure.unit}`;
    if (unit.kind === "age") return value.amount <= 125 ? measured(i, figure, age, value) : next;
    if (unit.kind === "time") {
      if (unit.id === "week" && value.amount <= 44 && nearPregnancy(reading, i, next, knowledge))
        return measured(i, figure, gestation, value);
      if (i > 0 && every?.has(norm[i - 1])) return often(i - 1, { start: start[i - 1], end: figure.end }, value);
      if (!unit.alone) return next;
      const relative = datedAt(reading, i, next, figure, unit.id, day);
      if (relative) return dated(relative.from, relative, relative.date);
      return push(i, figure, "duration", own, unit.id, value);
    }
    if (DOSED.has(unit.kind)) return push(i, figure, "dose", own, unit.id, value);
    return unit.alone ? push(i, figure, "measurement", own, unit.id, value) : next;
  };
  /** A number without a unit counts behind a drug, before "times a day", and before the name of a score ("7/10 pain"). */
  const bare = (i: number, next: number, figure: Figure): number => {
    if (next < count && times?.has(norm[next]) && figure.second === undefined) {
      const at = next + 1 < count && per?.has(norm[next + 1]) && !/ly$/.test(norm[next + 1]) ? next + 2 : next + 1;
      const unit = at < count ? unitNamed.get(norm[at]) : undefined;
      if (unit !== undefined && units[unit].kind === "time" && at > next + 1)
        return often(i, { start: figure.start, end: end[at] }, { amount: figure.amount, unit: units[unit].id });
      if (at < count && per?.has(norm[at]))
        return often(i, { start: figure.start, end: end[at] }, { amount: figure.amount, unit: "" });
    }
    const score = figure.join === "/" ? measures.get(next) : undefined;
    if (score && knowledge.measures[score.index].outOf.includes(figure.second ?? -1))
      return measured(i, { start: figure.start, end: end[score.to - 1] }, score.index, {
        amount: figure.amount,
        unit: "",
      });
    const behind =
      drugEnds.has(i) && (dosing.has(next) || figure.join === "/" || (next < count && every?.has(norm[next])));
    if (behind) return push(i, figure, "dose", `${PhraseClass.unit}:-1`, "dose", quantity(figure, knowledge));
    return next;
  };

  for (let i = 0; i < count; ) {
    const name = measures.get(i);
    if (name) {
      const found = measuredBy(name, reading, knowledge, measures);
      if (found) {
        out.push(found);
        i = found.to;
        continue;
      }
    }
    if (startsWithDigit(reading, i)) {
      i = name ? name.to : numbered(i);
      continue;
    }
    const date = dateAt(reading, i, day);
    if (date) {
      i = dated(i, date, date.date);
      continue;
    }
    const often_ = frequencyAt(i);
    if (often_ > i) {
      i = often_;
      continue;
    }
    const way = dosing.get(i);
    if (way) {
      const { id, axis } = knowledge.dosing[way.index];
      // The name of a measurement may begin with such a word too ("oral temperature").
      const span = { start: start[way.from], end: end[way.to - 1] };
      i = push(i, span, axis, `${PhraseClass.dosing}:${way.index}`, id);
      continue;
    }
    i = spelled(i);
  }
  return dosesAmong(inCompany(out), drugs, reading, knowledge);

  function numbered(i: number): number {
    const at = start[i];
    if (isInside(text, at)) return pastRun(reading, i);
    const date = dateAt(reading, i, day);
    if (date) return dated(i, date, date.date);
    const weeks = gestationAt(reading, i, knowledge);
    if (weeks) return measured(i, weeks, gestation, weeks.value);
    const figure = figureAt(text, at, unitNamed);
    if (!figure || text[figure.end] === ":") return pastRun(reading, i);
    // "strength 4/5", "12/3/4": what goes on with a sign is another kind of number.
    return Math.max(i + 1, figured(i, figure));
  }
  /** "every 6 hours", "q4-6h": the token behind, or the same token when none stands here. */
  function frequencyAt(i: number): number {
    const opens = every?.has(norm[i]) ?? false;
    if (!opens && !/^q\.?\d/.test(norm[i])) return i;
    let at = opens ? end[i] : start[i] + 1;
    while (at < text.length && at < start[i] + 9 && " .\u00a0".includes(text[at])) at++;
    const spelt = opens && i + 1 < count ? small.get(norm[i + 1]) : undefined;
    const figure = spelt === undefined ? figureAt(text, at, unitNamed) : withUnit(start[i + 1], end[i + 1], spelt);
    if (!figure || figure.unit < 0 || units[figure.unit].kind !== "time") return i;
    return often(i, { start: start[i], end: figure.end }, quantity(figure, knowledge));
  }
  function withUnit(from: number, to: number, amount: number): Figure | null {
    const unit = unitAt(text, to, unitNamed);
    return unit && { start: from, end: unit.end, amount, join: "", unit: unit.unit, bare: to };
  }
  /** Numbers in words count before a unit only. */
  function spelled(i: number): number {
    const said = numberWords(i);
    if (!said) return i + 1;
    const figure = withUnit(start[i], end[said.to - 1], said.amount);
    if (!figure) return i + 1;
    return Math.max(i + 1, figured(i, figure));
  }
  function numberWords(i: number): { amount: number; to: number } | null {
    const one = small.get(norm[i]) ?? (norm[i] === "a" || norm[i] === "an" ? 1 : undefined);
    if (one !== undefined) {
      const next = i + 1 < count ? norm[i + 1] : "";
      if (norm[i].length < 3) return isAgo(i + 2) ? { amount: 1, to: i + 1 } : null;
      return long.has(next) || next === "and" ? spelledAt(i) : { amount: one, to: i + 1 };
    }
    return long.has(norm[i]) ? spelledAt(i) : null;
  }
  function isAgo(i: number): boolean {
    return i < count && (norm[i] === "ago" || norm[i] === "earlier");
  }
  function spelledAt(i: number): { amount: number; to: number } | null {
    let to = i + 1;
    while (to < count && to < i + MOST_WORDS && (small.has(norm[to]) || long.has(norm[to]) || inner.has(norm[to])))
      to++;
    while (to > i && inner.has(norm[to - 1])) to--;
    if (!unitAt(text, end[to - 1], unitNamed)) return null;
    const words = text.slice(start[i], end[to - 1]);
    // "between four and six weeks" are two numbers.
    if (/\band (?!an? |half|one)/i.test(words) && !/hundred/i.test(words)) return null;
    const amount = spelledNumber(words);
    return amount === null ? null : { amount, to };
  }
}
