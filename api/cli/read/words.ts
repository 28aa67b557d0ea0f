import type { Span } from "../../../pipeline/types.js";
import type { Asserted, Mark, Section } from "./view.js";

const signs: Record<string, string> = {
  absent: "no",
  possible: "maybe",
  hypothetical: "if",
  past: "past",
  family: "family",
  other: "other",
};
/** The legend: each sign with the word of the glossary that it stands for. */
export const legend: readonly (readonly [string, string])[] = Object.entries(signs).map(([word, sign]) => [sign, word]);

/** Short words that stand before a mention: "no", "maybe past". Empty for what the patient has now. */
export const signOf = (a: Asserted | null): string =>
  a ? [a.certainty, a.time, a.subject].flatMap((value) => signs[value] ?? []).join(" ") : "";

/** "absent", "present, past, family": the certainty, and what is out of the ordinary. */
export const readingOf = (a: Asserted): string =>
  [a.certainty, a.time === "current" ? "" : a.time, a.subject === "patient" ? "" : a.subject]
    .filter(Boolean)
    .join(", ");

/** Words of a span on one line. */
export const quoteOf = (text: string, { start, end }: Span): string => text.slice(start, end).replace(/\s+/g, " ");

/** What decided an assertion: the cue with its place, or the section where it says more than "present". */
export function deciderOf(mark: Mark, section: Section | undefined, text: string): string {
  const a = mark.assertion;
  if (!a) return "";
  if (a.cue) return `cue "${quoteOf(text, a.cue)}" at ${a.cue.start}-${a.cue.end}`;
  return signOf(a) && section ? `section ${section.is}` : "";
}

export const knownBy = (section: Section, text: string): string =>
  section.known === "words"
    ? "inferred from its words"
    : section.heading
      ? `${section.known === "none" ? "unknown heading" : "heading"} "${quoteOf(text, section.heading)}"`
      : "no heading";

/** The first names of a mark and how many more there are. */
export function namesOf(mark: Mark, most: number): string {
  const shown = mark.names.slice(0, most).join(" | ");
  return mark.names.length > most ? `${shown} | and ${mark.names.length - most} more` : shown;
}

/** Offset of the first word at or behind an offset; headings of problems may begin with a space. */
export function firstWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at])) at++;
  return at;
}
