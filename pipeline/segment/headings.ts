import type { Knowledge } from "../knowledge.js";
import { headingKey } from "../text/index.js";
import type { Line } from "./lines.js";

/** A heading in a line: its span, the position of its kind (-1 when the words are not known), and where its text begins. */
export type Heading = { readonly start: number; readonly end: number; readonly kind: number; readonly content: number };

const LONGEST = 64;
/** Behind the end of a clause, words with a colon may open a section in the middle of a line ("PMH: HTN. Meds: ..."). */
const inline = /(?:[.;,|]\s+|\s{2,}|\t)([A-Z][A-Za-z/&' -]{0,40}?)\s*:/g;

export function headingsOf(text: string, line: Line, knowledge: Knowledge): Heading[] {
  const found: Heading[] = [];
  const first = atStart(text, line, knowledge);
  if (first) found.push(first);
  const from = first ? first.content : line.bodyStart;
  if (from < line.end) {
    const rest = text.slice(from, line.end);
    if (rest.includes(":"))
      for (const m of rest.matchAll(inline)) {
        const start = from + m.index + m[0].indexOf(m[1]);
        const kind = knowledge.headings.get(headingKey(m[1]));
        if (kind !== undefined)
          found.push({ start, end: start + m[1].length, kind, content: from + m.index + m[0].length });
      }
  }
  return found;
}

function atStart(text: string, line: Line, knowledge: Knowledge): Heading | null {
  const from = line.bodyStart;
  if (from >= line.end) return null;
  const body = text.slice(from, Math.min(line.end, from + LONGEST + 2));
  const colon = body.search(/[:]|\s[-–—]\s/);
  if (colon > 0 && colon <= LONGEST) {
    const words = body.slice(0, colon);
    const kind = knowledge.headings.get(headingKey(words));
    const end = from + words.trimEnd().length;
    const isColon = body[colon] === ":";
    const content = Math.min(line.end, from + colon + (isColon ? 1 : 3));
    if (kind !== undefined && (isColon || /^[A-Z]/.test(words))) return { start: from, end, kind, content };
    if (isColon && isCapitals(words) && words.split(/\s+/).length <= 8) return { start: from, end, kind: -1, content };
  }
  if (line.end - from > LONGEST) return null;
  const whole = text.slice(from, line.end);
  const kind = knowledge.headings.get(headingKey(whole));
  if (kind !== undefined && /^[\p{Lu}\d*#_[]/u.test(whole))
    return { start: from, end: line.end, kind, content: line.end };
  return null;
}

const isCapitals = (words: string) => /[A-Z]{3}/.test(words) && !/[a-z]/.test(words);
