import { dateIn, type Figure, isDay, isoDay, isoMonth, moved, type Reading, weekday } from "../text/index.js";
import type { Span } from "../types.js";

type Dated = Span & { readonly date: string };
const numeric =
  /(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?![\d/])|(\d{1,2})([-.])(\d{1,2})\5(\d{4})(?![\d-])|(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?![\d/-])|(\d{1,2})\/((?:19|20)\d\d)(?![\d/])/y;

/** "3/14/2019", "2019-03-14", "3/2019": month before day, as American notes have it. Two figures of a year are of 1940 to 2039. */
export function numericDateAt(text: string, at: number): Dated | null {
  numeric.lastIndex = at;
  const m = numeric.exec(text);
  if (!m) return null;
  const span = { start: at, end: at + m[0].length };
  if (m[11] !== undefined) {
    const month = Number(m[11]);
    return month >= 1 && month <= 12 ? { ...span, date: isoMonth(Number(m[12]), month) } : null;
  }
  const [month, day, year] = (
    m[8] !== undefined ? [m[9], m[10], m[8]] : [m[1] ?? m[4], m[2] ?? m[6], m[3] ?? m[7]]
  ).map(Number);
  if (!isDay(month, day)) return null;
  return { ...span, date: isoDay(year >= 100 ? year : year >= 40 ? 1900 + year : 2000 + year, month, day) };
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const monthForm =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?$/;
const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const yearForm = /^(?:19|20)\d\d$/;
const behindMonth =
  /[^\S\r\n]+(?:(\d{1,2})(?:st|nd|rd|th)?(?:,?[^\S\r\n]+((?:19|20)\d\d))?|(?:of[^\S\r\n]+)?,?[^\S\r\n]*((?:19|20)\d\d))(?!\d|[/:]|\.\d)/y;
const dayBefore =
  /(\d{1,2})(?:st|nd|rd|th)?[^\S\r\n]+(?:of[^\S\r\n]+)?([A-Za-z]{3,9})\.?(?:,?[^\S\r\n]+((?:19|20)\d\d))(?!\d)/y;
const opensYear = new Set([
  "in",
  "since",
  "year",
  "from",
  "until",
  "of",
  "before",
  "after",
  "circa",
  "dated",
  "early",
  "late",
  "around",
]);
const now = new Map([
  ["today", 0],
  ["tonight", 0],
  ["yesterday", -1],
  ["tomorrow", 1],
]);
const parts = new Set(["morning", "afternoon", "evening", "night"]);
/** What asks for more than a calendar, and how many words it may have. */
const library = new Set(["spring", "summer", "autumn", "fall", "winter", "christmas", "thanksgiving", "easter"]);
const steps = new Map([
  ["last", -1],
  ["past", -1],
  ["this", 0],
  ["next", 1],
]);

/** A date that begins at a token, seen from the day of the encounter; no word is read against a clock. */
export function dateAt(reading: Reading, i: number, day: string): Dated | null {
  const { text, start, end, norm, count } = reading;
  const word = norm[i];
  const span = (to: number) => ({ start: start[i], end: end[to] });
  const at = start[i];
  const digit = word.charCodeAt(0) >= 48 && word.charCodeAt(0) <= 57;
  if (digit) {
    const found = numericDateAt(text, at);
    if (found) return found;
    if (yearForm.test(word) && i > 0 && (opensYear.has(norm[i - 1]) || (norm[i - 1] === "(" && norm[i + 1] === ")")))
      return text[end[i]] === "-" || text[end[i]] === "/" ? null : { ...span(i), date: word };
    if (word.length > 2) return null;
    dayBefore.lastIndex = at;
    const m = dayBefore.exec(text);
    return m && monthForm.test(m[2].toLowerCase()) && isDay(monthOf(m[2].toLowerCase()), Number(m[1]))
      ? { start: at, end: at + m[0].length, date: isoDay(Number(m[3]), monthOf(m[2].toLowerCase()), Number(m[1])) }
      : null;
  }
  const step = now.get(word);
  if (step !== undefined) {
    const date = moved(day, step, "day");
    return date === null ? null : { ...span(i), date };
  }
  if (monthForm.test(word)) return monthAt(text, at, end[i], word, day);
  if (days.includes(word)) return { ...span(i), date: nearestWeekday(day, days.indexOf(word), -1) };
  const way = steps.get(word);
  if (way !== undefined && i + 1 < count) {
    const next = norm[i + 1];
    if (days.includes(next)) return { ...span(i + 1), date: nearestWeekday(day, days.indexOf(next), way || -1) };
    if (parts.has(next) && word !== "next")
      return { ...span(i + 1), date: (word === "last" && moved(day, -1, "day")) || day };
    if ((word === "last" || word === "next") && (next === "week" || next === "month" || next === "year")) {
      const date = moved(day, way, next);
      return date === null ? null : { ...span(i + 1), date };
    }
    if (library.has(next)) return byLibrary(reading, i, i + 1, day);
  }
  // "the day before yesterday"
  if (word === "day" && (norm[i + 1] === "before" || norm[i + 1] === "after") && now.has(norm[i + 2] ?? ""))
    return byLibrary(reading, i, i + 2, day);
  if ((word === "christmas" || word === "thanksgiving" || word === "easter") && i > 0)
    return byLibrary(reading, i, i, day);
  return null;
}

const monthOf = (word: string) => months.indexOf(word.slice(0, 3)) + 1;

/** A month with a day or a year behind it; a day without a year is the last such day. */
function monthAt(text: string, at: number, end: number, word: string, day: string): Dated | null {
  const month = monthOf(word);
  behindMonth.lastIndex = text[end] === "." ? end + 1 : end;
  const m = behindMonth.exec(text);
  // "may", "march" and a month alone are as likely to be words.
  if (!m) return null;
  const whole = { start: at, end: behindMonth.lastIndex };
  if (m[3] !== undefined) return { ...whole, date: isoMonth(Number(m[3]), month) };
  if (!isDay(month, Number(m[1]))) return null;
  if (m[2] !== undefined) return { ...whole, date: isoDay(Number(m[2]), month, Number(m[1])) };
  const year = Number(day.slice(0, 4));
  const same = isoDay(year, month, Number(m[1]));
  return { ...whole, date: same <= day ? same : isoDay(year - 1, month, Number(m[1])) };
}

function nearestWeekday(day: string, wanted: number, way: number): string {
  const gap = way < 0 ? (weekday(day) - wanted + 7) % 7 || 7 : (wanted - weekday(day) + 7) % 7 || 7;
  return moved(day, way < 0 ? -gap : gap, "day") ?? day;
}

function byLibrary(reading: Reading, from: number, to: number, day: string): Dated | null {
  const start = reading.start[from];
  const found = dateIn(reading.text.slice(start, reading.end[to]), day);
  return found && { start: start + found.start, end: start + found.end, date: found.date };
}

const before = new Set(["ago", "earlier", "prior", "previously", "back"]);
/** "3 weeks ago", "in 2 weeks": a span of time that leads from the encounter to a day. */
export function datedAt(
  reading: Reading,
  i: number,
  next: number,
  figure: Figure,
  unit: string,
  day: string,
): (Dated & { readonly from: number }) | null {
  const { norm, start, end, count } = reading;
  if (next < count && before.has(norm[next])) {
    const date = moved(day, -figure.amount, unit);
    return date === null ? null : { from: i, start: start[i], end: end[next], date };
  }
  if (i > 0 && norm[i - 1] === "in") {
    const date = moved(day, figure.amount, unit);
    return date === null ? null : { from: i - 1, start: start[i - 1], end: figure.end, date };
  }
  return null;
}
