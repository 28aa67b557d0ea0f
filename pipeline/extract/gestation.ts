import type { Knowledge } from "../knowledge.js";
import type { Reading } from "../text/index.js";
import type { Quantity, Span } from "../types.js";

const forms =
  /(\d{1,2})(?:(\s*w(?:ee)?(?:ks?)?\s*(?:and|,|&|-)?\s*)([0-6])\s*d(?:ays?)?\b|(?:[^\S\r\n]|-)+(?:and\s+)?([0-6])\s?\/\s?7(?:\s*-?\s*(?:weeks?|wks?)\b)?|\s?\+\s?([0-6])(?:\/7)?(?:\s*(?:weeks?|wks?)\b)?)/iy;
/** Shorter spans of weeks and days are of anything; longer ones are said of a pregnancy. */
const LEAST = 20;
const MOST = 44;

/** A gestational age of weeks and days: "39w2d", "39 2/7 weeks", "39+2"; `second` gives the days. */
export function gestationAt(reading: Reading, i: number, knowledge: Knowledge): (Span & { value: Quantity }) | null {
  const at = reading.start[i];
  forms.lastIndex = at;
  const m = forms.exec(reading.text);
  if (!m) return null;
  const weeks = Number(m[1]);
  const end = at + m[0].length;
  if (weeks > MOST) return null;
  const certain = m[4] !== undefined || (m[3] !== undefined && weeks >= LEAST);
  if (!certain && !nearPregnancy(reading, i, i + 5, knowledge)) return null;
  return { start: at, end, value: { amount: weeks, unit: "week", second: Number(m[3] ?? m[4] ?? m[5]) } };
}

const BEFORE = 6;
const AFTER = 3;
const gravida = /^g\d{1,2}(?:p\d+)?$/;
/** Whether words of pregnancy stand before tokens `from` or right behind `to`. */
export function nearPregnancy(reading: Reading, from: number, to: number, knowledge: Knowledge): boolean {
  const words = knowledge.valueWords.get("pregnant");
  for (let i = Math.max(0, from - BEFORE); i < Math.min(reading.count, to + AFTER); i++)
    if (words?.has(reading.norm[i]) || gravida.test(reading.norm[i])) return true;
  return false;
}
