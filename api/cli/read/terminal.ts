import util from "node:util";
import { cut } from "./cut.js";
import type { Mark, Section, View } from "./view.js";
import { deciderOf, firstWord, knownBy, legend, namesOf, quoteOf, readingOf, signOf } from "./words.js";

type Format = Parameters<typeof util.styleText>[0];
/** Paints words; without colour it leaves them as they are. Brackets and signs stand either way. */
type Paint = (format: Format, words: string) => string;
const MOST_NAMES = 2;
const colours: Readonly<Record<string, "green" | "red" | "yellow" | "magenta" | undefined>> = {
  present: "green",
  absent: "red",
  possible: "yellow",
  hypothetical: "magenta",
};

/** The note as it is written with what was understood marked, and behind it the mentions by section. */
export function showReading(view: View, colour: boolean): string {
  const paint: Paint = (format, words) => (colour ? util.styleText(format, words, { validateStream: false }) : words);
  const note = noteOf(view, paint);
  return [
    paint("bold", printable(view.name)),
    legendLine(paint),
    "",
    note.endsWith("\n") ? note.slice(0, -1) : note,
    "",
    ...listOf(view, paint),
    "",
  ].join("\n");
}

/** A note without the marks of `showReading`: its own text, when it holds none of the signs itself. */
export function stripMarks(marked: string): string {
  return util
    .stripVTControlCharacters(marked)
    .replace(/^── .* ──\n/gm, "")
    .replace(/⟨§ [^⟩]*⟩|⟦(?:(?:(?:no|maybe|if|past|family|other) ?)+: )?|[⟧‹›╎▸]/g, "");
}

function legendLine(paint: Paint): string {
  const certainty = legend.map(([sign, word]) => {
    const colour = colours[word];
    return paint(colour ? [colour, "underline"] : "italic", `⟦${sign}: ${word}⟧`);
  });
  return [
    paint(["green", "underline"], "⟦present⟧"),
    ...certainty,
    paint("dim", "‹place or qualifier›  ╎ sentence  ▸ problem  ── section ──"),
  ].join(" ");
}

/** The note with its marks. */
export function noteOf({ text, sections, sentences, problems, marks }: View, paint: Paint): string {
  const lineBegins = (at: number) => at === 0 || text[at - 1] === "\n";
  const before = new Map<number, string>();
  const put = (at: number, sign: string) => before.set(at, (before.get(at) ?? "") + sign);
  for (const section of sections) put(section.start, sectionSign(section, text, lineBegins(section.start), paint));
  const headings = new Set(problems.map((p) => firstWord(text, p.heading.start)));
  for (const at of headings) put(at, paint("dim", "▸"));
  for (const { start } of sentences)
    if (!headings.has(start) && !firstInLine(text, start)) put(start, paint("dim", "╎"));
  const pieces = cut(text.length, marks, [...before.keys()]);
  let out = "";
  for (let i = 0; i < pieces.length; i++) {
    const { start, over } = pieces[i];
    out += before.get(start) ?? "";
    const mark = leadOf(over);
    let end = pieces[i].end;
    // Pieces that the same mark leads stand in one bracket.
    while (mark && i + 1 < pieces.length && leadOf(pieces[i + 1].over) === mark && !before.has(pieces[i + 1].start))
      end = pieces[++i].end;
    const words = printable(text.slice(start, end));
    out += mark ? bracket(mark, words, paint) : words;
  }
  return out;
}

/** The mark that a stretch is shown as: what is asserted before places and qualifiers, then the longest. */
function leadOf(over: readonly Mark[]): Mark | null {
  let lead: Mark | null = null;
  for (const mark of over) {
    if (!lead) lead = mark;
    else if ((mark.assertion !== null) !== (lead.assertion !== null)) lead = mark.assertion ? mark : lead;
    else if (mark.end - mark.start > lead.end - lead.start) lead = mark;
  }
  return lead;
}

function bracket({ assertion }: Mark, words: string, paint: Paint): string {
  if (!assertion) return paint("dim", `‹${words}›`);
  const sign = signOf(assertion);
  const shown = paint(
    [
      colours[assertion.certainty] ?? "green",
      "underline",
      ...(assertion.time === "past" || assertion.subject !== "patient" ? (["italic"] as const) : []),
    ],
    words,
  );
  return `⟦${sign ? `${paint("bold", sign)}: ` : ""}${shown}⟧`;
}

function sectionSign(section: Section, text: string, ownLine: boolean, paint: Paint): string {
  const role = section.role === section.is ? "" : `, ${section.role}`;
  return ownLine
    ? `${paint(["bold", "blue"], `── ${printable(`${section.is}${role}, ${knownBy(section, text)}`)} ──`)}\n`
    : paint(["bold", "blue"], `⟨§ ${section.is}${role}⟩`);
}

function listOf({ text, sections, marks }: View, paint: Paint): string[] {
  const out: string[] = [];
  sections.forEach((section, i) => {
    const own = marks.filter((m) => m.section === i);
    if (own.length === 0) return;
    out.push(paint("bold", `${section.is} (${section.start}-${section.end})`));
    const rows = own.map((m) => [
      `${m.start}-${m.end}`,
      `"${printable(quoteOf(text, m))}"`,
      m.kind,
      `${printable(namesOf(m, MOST_NAMES))}${m.value ? ` = ${printable(m.value)}` : ""}`,
    ]);
    const widths = [0, 1, 2, 3].map((c) => Math.min(44, Math.max(...rows.map((r) => r[c].length))));
    rows.forEach((row, r) => {
      const mark = own[r];
      const decider = deciderOf(mark, section, text);
      const reading = mark.assertion
        ? paint(colours[mark.assertion.certainty] ?? "green", readingOf(mark.assertion)) +
          (decider ? ` (${printable(decider)})` : "")
        : "";
      const ties = mark.ties
        .filter((t) => t.outward)
        .map((t) => `${t.role} "${printable(quoteOf(text, t.other))}" at ${t.other.start}`);
      const cells = [
        ...row.map((cell, c) => cell.padEnd(widths[c])),
        reading,
        ties.length > 0 ? `→ ${ties.join("; ")}` : "",
      ];
      out.push(`  ${cells.join("  ").trimEnd()}`);
    });
  });
  return out;
}

/** Whether nothing but spaces stands before an offset in its line. */
function firstInLine(text: string, offset: number): boolean {
  let at = offset;
  while (at > 0 && text[at - 1] !== "\n" && /\s/.test(text[at - 1])) at--;
  return at === 0 || text[at - 1] === "\n";
}

/** Control characters could steer the terminal; each is shown as its picture, one unit for one. */
export const printable = (words: string): string =>
  words.replace(/\r(?!\n)|[^\P{Cc}\r\n\t]/gu, (c) => {
    const unit = c.charCodeAt(0);
    return unit < 0x20 ? String.fromCharCode(0x2400 + unit) : unit === 0x7f ? "␡" : "·";
  });
