import type { Knowledge } from "../knowledge.js";
import { headingKey } from "../text/index.js";
import type { Span } from "../types.js";
import type { Line } from "./lines.js";
import { misspelt } from "./misspelt.js";

/** A heading in a line: its span, the position of its kind (-1 when the words are not known), and where its text begins. */
export type Heading = { readonly start: number; readonly end: number; readonly kind: number; readonly content: number };
/** Where a line stands. */
export type Standing = {
  /** Under an assessment or a plan, where a line in capitals may be a problem. */
  readonly planning: boolean;
  /** Whether a span names a condition, finding or injury. */
  names(span: Span): boolean;
};

const LONGEST = 100;
const MOST_WORDS = 12;
/** A line in capitals without a colon is a heading only when it is no longer than this. */
const MOST_BARE_WORDS = 8;
/** Behind the end of a clause, words with a colon may open a section in the middle of a line ("PMH: HTN. Meds: ..."). */
const inline = /(?:[.;,|]["')*_]*\s+|\s{2,}|\t)(?:\*\*|__)?([A-Z][A-Za-z/&' -]{0,40}?)\s*(?:\*\*|__)?:/g;
const emphasis = /(?:\*\*|__|\*|_)*/y;
/** "Exam (on room air)": what stands in brackets says more about a heading and is no part of its name. */
const remark = /\s*\([^()]*\)\s*$/;
const stopInside = /[;?!]|[a-z\])]\.\s|[A-Z]{3}\.\s/;

export function headingsOf(text: string, line: Line, knowledge: Knowledge, standing: Standing): Heading[] {
  const found: Heading[] = [];
  const first = atStart(text, line, knowledge, standing);
  if (first) found.push(first);
  const from = first ? first.content : line.bodyStart;
  if (from < line.end) {
    const rest = text.slice(from, line.end);
    if (rest.includes(":"))
      for (const m of rest.matchAll(inline)) {
        const start = from + m.index + m[0].indexOf(m[1]);
        const kind = knowledge.headings.get(headingKey(m[1]));
        if (kind !== undefined)
          found.push({
            start,
            end: start + m[1].length,
            kind,
            content: pastEmphasis(text, from + m.index + m[0].length, line.end),
          });
      }
  }
  return found;
}

function atStart(text: string, line: Line, knowledge: Knowledge, standing: Standing): Heading | null {
  const from = line.bodyStart;
  if (from >= line.end) return null;
  const body = text.slice(from, Math.min(line.end, from + LONGEST + 2));
  const colon = body.search(/:(?!\d)|(?<!\d):|\s[-–—]\s/);
  if (colon > 0) {
    const words = body.slice(0, colon);
    const isColon = body[colon] === ":";
    const end = from + lengthOf(words);
    const content = isColon ? pastEmphasis(text, from + colon + 1, line.end) : Math.min(line.end, from + colon + 3);
    const capitals = isCapitals(words);
    const kind = isColon ? kindOf(words, capitals, knowledge) : (knowledge.headings.get(headingKey(words)) ?? -1);
    if (kind >= 0 && (isColon || /^[A-Z]/.test(words))) return { start: from, end, kind, content };
    if (isColon && capitals && isUnknownHeading(words, MOST_WORDS) && !isProblem(line, { start: from, end }, standing))
      return { start: from, end, kind: -1, content };
  }
  if (line.end - from > LONGEST) return null;
  const whole = text.slice(from, line.end);
  if (!/^[\p{Lu}\d*#_[]/u.test(whole)) return null;
  const end = from + lengthOf(whole);
  const capitals = isCapitals(whole);
  const key = headingKey(whole);
  const kind = knowledge.headings.get(key) ?? (capitals ? kindOf(whole, false, knowledge) : -1);
  // "2. Lymph node." is an item of a list, whatever heading it could be elsewhere.
  if (kind >= 0 && (line.mark === "none" || capitals)) return { start: from, end, kind, content: line.end };
  if (kind >= 0) return null;
  const bare =
    capitals && line.mark === "none" && line.blankBefore && !standing.planning && !/[.,:;]$|\d{3}/.test(whole);
  if (bare && key.length >= 8 && isUnknownHeading(whole, MOST_BARE_WORDS))
    return { start: from, end, kind: -1, content: line.end };
  return null;
}

/**
 * Kind of the words before a colon: as listed; as two listed headings together ("MEDICATIONS/ALLERGIES"); with a letter
 * wrong; and for capitals, by the listed heading that they end with ("KNEE EXAMINATION").
 */
function kindOf(words: string, capitals: boolean, knowledge: Knowledge): number {
  const key = headingKey(words);
  const exact = knowledge.headings.get(key) ?? knowledge.headings.get(headingKey(words.replace(remark, "")));
  if (exact !== undefined) return exact;
  if (words.length > LONGEST || !/^[\p{Lu}*_#[]/u.test(words)) return -1;
  const parts = words.split(/\s*[/,&]\s*|\s+(?:and|AND)\s+/).filter((p) => p !== "");
  if (parts.length > 1) {
    const kinds = parts.map((p) => knowledge.headings.get(headingKey(p)) ?? -1);
    if (kinds.every((k) => k >= 0)) return kinds[0];
  }
  // "HX (obtained from the wife)": what stands in brackets behind a heading is no part of its name.
  const bracket = /\s*\([^()]*\)$/.exec(words.trimEnd());
  if (bracket) return kindOf(words.trimEnd().slice(0, bracket.index), capitals, knowledge);
  const near = misspelt(key, knowledge.headings);
  if (near >= 0 || !capitals || /\b(?:OF|FOR|IN|TO|BY|AT|FROM|WITH)\b/.test(words)) return near;
  for (let space = key.indexOf(" "); space >= 0; space = key.indexOf(" ", space + 1)) {
    const rest = key.slice(space + 1);
    if (rest.length < 4) break;
    const kind = knowledge.headings.get(rest);
    if (kind !== undefined) return kind;
  }
  return -1;
}

/** Under an assessment, a number or the name of a disease in capitals is a problem and opens no section. */
const isProblem = (line: Line, span: Span, standing: Standing) =>
  standing.planning && (line.mark !== "none" || standing.names(span));
const isUnknownHeading = (words: string, most: number) => !stopInside.test(words) && words.split(/\s+/).length <= most;
const isCapitals = (words: string) => /[A-Z]{3}/.test(words) && !/[a-z]/.test(words);

/** Length of a heading without the signs that close it. */
function lengthOf(words: string): number {
  let end = words.length;
  while (end > 0 && /[\s*_#=:]/.test(words[end - 1])) end--;
  return end;
}
function pastEmphasis(text: string, at: number, end: number): number {
  emphasis.lastIndex = at;
  emphasis.test(text);
  return Math.min(end, Math.max(at, emphasis.lastIndex));
}
