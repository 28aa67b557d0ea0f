import type { Knowledge } from "../knowledge.js";
import type { Fact, Place, Span } from "../types.js";
import type { Page } from "./spot.js";

/** Stated minutes and what they were spent on. */
export type Minutes = {
  readonly clock: string;
  readonly rule: string;
  readonly minutes: number;
  readonly place: Place;
  readonly within: Span;
};

const MINUTE = "minute";
/** Hours and minutes that stand so near are one time ("1 hour and 10 minutes"), in UTF-16 units. */
const JOINED = 6;
const separators = /[,;()]|\.\s/;

/** Times of a note that a clock names; what was spent on other things is left out by clocks of their own. */
export function minutesOf(durations: readonly Fact<"mention">[], page: Page, knowledge: Knowledge): Minutes[] {
  const times: { minutes: number; place: Place }[] = [];
  for (const mention of durations) {
    const meaning = mention.body.value ? unitMinutes(mention, knowledge) : null;
    if (meaning === null) continue;
    const { place } = mention.body;
    const last = times.at(-1);
    if (last && place.start - last.place.end <= JOINED && place.start >= last.place.end && last.minutes >= 60)
      times[times.length - 1] = { minutes: last.minutes + meaning, place: { ...last.place, end: place.end } };
    else times.push({ minutes: meaning, place });
  }
  const found: Minutes[] = [];
  const { text } = page.reading;
  for (const { minutes, place } of times) {
    const line = lineAt(text, place.start);
    const within = page.sentence(place.start)?.body.place ?? line;
    // What the minutes are said to leave out does not say what they were spent on.
    const end = page.untilSaid(knowledge.visits.tables.apart, place.end, within.end);
    // "Advance care planning: 18 minutes": the heading of a line is no part of its sentence.
    const labelled = text.slice(line.start, within.start).trimEnd().endsWith(":");
    const sentence = { start: labelled ? line.start : within.start, end };
    const rule =
      clockIn(clause(text, place, sentence), page) ??
      clockIn(sentence, page) ??
      (alone(text, place, line) ? page.knowledge.visits.clocks.find((c) => c.bare) : undefined);
    if (rule) found.push({ clock: rule.clock, rule: rule.id, minutes, place, within });
  }
  return found;
}

const alone = (text: string, place: Span, line: Span) =>
  !/[\p{L}\p{N}]/u.test(text.slice(line.start, place.start) + text.slice(place.end, line.end));

function unitMinutes(mention: Fact<"mention">, knowledge: Knowledge): number | null {
  const { value } = mention.body;
  const unit = value && knowledge.units.find((u) => u.id === value.unit);
  if (!unit || !value || (unit.id !== MINUTE && unit.of !== MINUTE)) return null;
  return Math.round(value.amount * (unit.id === MINUTE ? 1 : unit.factor));
}

const clockIn = (stretch: Span, page: Page) =>
  page.knowledge.visits.clocks.find(
    (c) =>
      page.says(c.terms ?? [], stretch) &&
      !(c.without && page.says(c.without, stretch)) &&
      (c.with ?? []).every((g) => page.says(g, stretch)),
  );

/** The part of a sentence between commas, brackets and the like. */
function clause(text: string, place: Span, within: Span): Span {
  const before = text.slice(within.start, place.start);
  const behind = text.slice(place.end, within.end);
  let from = -1;
  for (let i = before.length - 1; i >= 0 && from < 0; i--) if (separators.test(before[i])) from = i + 1;
  const to = behind.search(separators);
  return { start: within.start + Math.max(0, from), end: to < 0 ? within.end : place.end + to };
}

function lineAt(text: string, start: number): Span {
  const end = text.indexOf("\n", start);
  return { start: text.lastIndexOf("\n", start - 1) + 1, end: end < 0 ? text.length : end };
}
