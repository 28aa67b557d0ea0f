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

/**
 * Emphasis and Markdown headings (no list marks), bullets, numbers ("1.", "(2)", "#3", "# "), letters and Roman numerals.
 * A full stop behind a letter needs a space and a capital: "P.O. intake" and "E. coli" begin with no mark.
 */
const marks =
  /^(?:((?:\*\*|__)(?=\S)|#{2,6}\s+)|([*•●▪◦·>‣–—-]+|o(?=\s))\s*(?=\S)|(\(?\d{1,2}[.)](?=[\s\p{L}])\s*|\(?[a-zA-Z]\)\s*|(?:[A-Za-z]|[IVX]{2,4})\.\s+(?=[^\p{Ll}\d])|#\s*(?:\d{1,2}[.):]?\s*)?))/u;
const LONGEST_MARK = 16;

/** Splits at LF, CRLF, CR and the Unicode separators. Trailing white space is left out of a line. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let blank = true;
  let start = 0;
  while (start <= text.length) {
    let stop = start;
    while (stop < text.length && !isBreak(text.charCodeAt(stop))) stop++;
    let end = stop;
    while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    let textStart = start;
    while (textStart < end && isSpace(text.charCodeAt(textStart))) textStart++;
    const m = textStart < end ? marks.exec(text.slice(textStart, Math.min(end, textStart + LONGEST_MARK))) : null;
    lines.push({
      start,
      end,
      textStart,
      bodyStart: textStart + (m ? m[0].length : 0),
      mark: !m || m[1] !== undefined ? "none" : m[2] !== undefined ? "bullet" : "number",
      blankBefore: blank,
    });
    blank = textStart === end;
    if (stop >= text.length) break;
    start = text.charCodeAt(stop) === 13 && text.charCodeAt(stop + 1) === 10 ? stop + 2 : stop + 1;
  }
  return lines;
}

/** White space, and the marks without width that copied text carries at the ends of its lines. */
export const isSpace = (unit: number) =>
  unit === 32 ||
  (unit >= 9 && unit <= 13) ||
  unit === 0xa0 ||
  unit === 0xfeff ||
  (unit >= 0x2000 && unit <= 0x200f) ||
  unit === 0x2028 ||
  unit === 0x2029 ||
  unit === 0x202f ||
  unit === 0x205f ||
  unit === 0x2060 ||
  unit === 0x3000;
const isBreak = (unit: number) =>
  unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029 || unit === 0x0b || unit === 0x0c;
