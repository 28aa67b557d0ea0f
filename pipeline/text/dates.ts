import { createRequire } from "node:module";
import type { Span } from "../types.js";

// CommonJS builds load once and only when a note asks for them: they take a quarter of a second.
const require = createRequire(import.meta.url);
type Offset = { readonly start: number; readonly length: number };
type Found = { readonly text: string; readonly offset: Offset };
type View = {
  dates(context: { today: string; timezone: string }): {
    json(o: {
      offset: true;
    }): (Found & { readonly dates: { readonly start: string | null; readonly unit?: string } })[];
  };
  numbers(): { json(o: { offset: true }): (Found & { readonly number: { readonly num: number | null } })[] };
};
type Nlp = ((text: string) => View) & { plugin(p: unknown): void };
let library: Nlp | undefined;
function nlp(): Nlp {
  if (!library) {
    library = require("compromise/three") as Nlp;
    const plugin = require("compromise-dates") as { default?: unknown };
    library.plugin(plugin.default ?? plugin);
  }
  return library;
}

/** Each call costs milliseconds, and notes repeat themselves. Emptied when full, so that memory stays flat. */
const REMEMBERED = 2000;
function remembered<T>(make: (key: string) => T): (key: string) => T {
  let known = new Map<string, T>();
  return (key) => {
    if (known.has(key)) return known.get(key) as T;
    if (known.size >= REMEMBERED) known = new Map();
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/** The number that words spell ("twenty-five", "two and a half"), or null when they spell none or more than one. */
export const spelledNumber: (words: string) => number | null = remembered((words) => {
  const found = nlp()(words).numbers().json({ offset: true });
  if (found.length !== 1) return null;
  const [{ number, offset }] = found;
  return number.num !== null && Number.isFinite(number.num) && offset.start === 0 && offset.length >= words.length
    ? number.num
    : null;
});

export type Dated = Span & { readonly date: string };
/**
 * The date that a few words name, seen from a day (`YYYY-MM-DD`), with its place in the words: for what needs more than a
 * calendar ("the day before yesterday", "last spring", "Thanksgiving"). Null when they name none.
 */
export function dateIn(words: string, day: string): Dated | null {
  return lookUp(`${day} ${words}`);
}
const lookUp = remembered((key: string): Dated | null => {
  const day = key.slice(0, 10);
  const words = key.slice(11);
  const [found] = nlp()(words).dates({ today: day, timezone: "UTC" }).json({ offset: true });
  if (!found?.dates.start) return null;
  const { start, length } = found.offset;
  // Its places are trusted only when the words stand there.
  if (words.slice(start, start + length) !== found.text) return null;
  const whole = found.dates.start.slice(0, 10);
  const { unit } = found.dates;
  const date = unit === "year" ? whole.slice(0, 4) : unit === "day" || unit === "week" ? whole : whole.slice(0, 7);
  return { start, end: start + length, date };
});
