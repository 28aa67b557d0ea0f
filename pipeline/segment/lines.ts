import type { Span } from "../types.js";

/** A line of a note without its line break: where its text begins and ends, and how it begins. */
export type Line = Span & {
  /** First unit that is no white space; equals `end` in a blank line. */
  readonly textStart: number;
  /** First unit behind a bullet or number. */
  readonly bodyStart: number;
  readonly mark: "none" | "bullet" | "number";
  readonly blankBefore: boolean;
};

const marks = /^(?:([#*•●▪◦·>‣–—-]+|o(?=\s))\s*(?=\S)|\(?(\d{1,2}|[a-zA-Z])[.)](?=[\s\p{L}])\s*|#\s*\d{1,2}[.):]?\s*)/u;

/** Splits at LF, CRLF, CR and the Unicode separators. Trailing white space is left out of a line. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let blank = true;
  let start = 0;
  while (start <= text.length) {
    let stop = start;
    while (stop < text.length && !isBreak(text.charCodeAt(stop))) stop++;
    let end = stop;
    while (end > start && /\s/.test(text[end - 1])) end--;
    let textStart = start;
    while (textStart < end && /\s/.test(text[textStart])) textStart++;
    const m = textStart < end ? marks.exec(text.slice(textStart, Math.min(end, textStart + 12))) : null;
    // "A 50-year-old" is no list mark, and a negative number is no bullet.
    const mark = !m ? "none" : m[1] !== undefined && !m[1].startsWith("#") ? "bullet" : "number";
    lines.push({
      start,
      end,
      textStart,
      bodyStart: textStart + (m && mark !== "none" ? m[0].length : 0),
      mark,
      blankBefore: blank,
    });
    blank = textStart === end;
    if (stop >= text.length) break;
    start = text.charCodeAt(stop) === 13 && text.charCodeAt(stop + 1) === 10 ? stop + 2 : stop + 1;
  }
  return lines;
}
const isBreak = (unit: number) =>
  unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029 || unit === 0x0b || unit === 0x0c;
