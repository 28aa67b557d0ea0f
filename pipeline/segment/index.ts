import { type Knowledge, PhraseClass, type SectionKind } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import { stage } from "../stage.js";
import { firstHitFrom, type Reading } from "../text/index.js";
import type { FactId, Source, Span } from "../types.js";
import { headingsOf } from "./headings.js";
import { kindByContent } from "./kinds.js";
import { type Line, linesOf } from "./lines.js";
import { openingOf } from "./openings.js";
import { type Problem, problemsOf } from "./problems.js";
import { sentencesOf } from "./sentences.js";

const self: Source = { type: "stage", id: "segment" };
/** Before the first heading, and under headings that nobody knows. */
const PREAMBLE: Kind = { id: "preamble", role: "narrative", within: [] };
/** Under an examination or review, words that nobody knows are a part of it, unless a blank line sets them off. */
const UNKNOWN: Kind = { id: "unknown", role: "narrative", within: [] };
const UNKNOWN_PART: Kind = { ...UNKNOWN, within: ["exam", "review"] };
/** What follows a section that its line or paragraph ended: under no heading again. */
const LOOSE: Kind = { id: "unknown", role: "narrative", within: [] };
/** More paragraphs without a heading are read as one. */
const MOST_PARAGRAPHS = 400;
const planning = new Set(["assessment", "plan"]);

type Kind = Pick<SectionKind, "id" | "role" | "within">;
type Open = Span & {
  readonly heading: Span | null;
  readonly kind: Kind;
  readonly content: number;
  /** Who says what kind it is. */
  readonly by: Source;
  /** Belongs to the section before it that is not nested itself. */
  readonly nested: boolean;
};

/** Sections, sentences, and the problems of assessments, with exact places. */
export const segment = stage({
  name: "segment",
  reads: [],
  writes: ["section", "problem", "sentence"],
  run(see, write, encounter, knowledge) {
    for (const note of encounter.notes) {
      const { text } = note;
      const lines = linesOf(text);
      const reading = see.reading(note.id);
      const headed = openSections(text, lines, knowledge, (span) => namesDisease(span, reading, knowledge));
      const opened = knowledge.sectionModel ? byContent(headed, lines, reading, knowledge) : headed;
      let parent: { id: FactId<"section">; role: string } | null = null;
      let problems: readonly Problem[] = [];
      let problemIds: readonly FactId<"problem">[] = [];
      let cursor = 0;
      let at = 0;
      for (let s = 0; s < opened.length; s++) {
        const { start, end, heading, kind, content, nested, by } = opened[s];
        const role: string = nested && parent && kind.within.includes(parent.role) ? parent.role : kind.role;
        const id: FactId<"section"> = write("section", by, nested && parent ? [parent.id] : [], {
          place: { note: note.id, start, end },
          heading: heading ? { note: note.id, ...heading } : null,
          is: kind.id,
          role,
          parent: nested && parent ? parent.id : null,
        });
        while (cursor < lines.length && lines[cursor].end < content) cursor++;
        if (!nested) {
          parent = { id, role };
          let whole = end;
          for (let n = s + 1; n < opened.length && opened[n].nested; n++) whole = opened[n].end;
          problems = planning.has(role) ? problemsOf(text, linesWithin(lines, cursor, whole), content, whole) : [];
          problemIds = problems.map((p) =>
            write("problem", self, [id], {
              place: { note: note.id, ...p.place },
              heading: { note: note.id, ...p.heading },
            }),
          );
          at = 0;
        }
        for (const span of sentencesOf(text, linesWithin(lines, cursor, end), content, end)) {
          while (at < problems.length && problems[at].place.end <= span.start) at++;
          const problem = at < problems.length && problems[at].place.start <= span.start ? problemIds[at] : null;
          write("sentence", self, problem === null ? [id] : [id, problem], {
            place: { note: note.id, ...span },
            section: id,
            problem,
          });
        }
      }
    }
  },
});

/**
 * Where sections begin and end. Organ headings are parts of the examination or review that they stand in; labelled
 * bullets under a problem ("- Medical Treatment: ...") are parts of the assessment.
 */
function openSections(
  text: string,
  lines: readonly Line[],
  knowledge: Knowledge,
  names: (span: Span) => boolean,
): Open[] {
  type Start = Omit<Open, "end">;
  const starts: Start[] = [{ start: 0, heading: null, kind: PREAMBLE, content: 0, by: self, nested: false }];
  let top: Start = starts[0];
  /** What the text goes back to when a section ends that was opened and filled within one line. */
  let after: { readonly kind: Kind; readonly from: "line" | "blank" } | null = null;
  let planned = false;
  for (let l = 0; l < lines.length; l++) {
    const line = lines[l];
    const standing = { planning: planning.has(top.kind.role), names };
    const headings = headingsOf(text, line, knowledge, standing);
    const opens = headings.length === 0 ? openingOf(text, line, knowledge) : -1;
    if (headings.length === 0 && opens < 0 && line.textStart < line.end) {
      const list = !planned && startsProblems(text, lines, l, top, names);
      const back = list ? knowledge.sections[knowledge.headings.get("assessment") ?? -1] : undefined;
      const kind = back ?? (after && (after.from === "line" || line.blankBefore) ? after.kind : null);
      if (kind) {
        top = { start: line.start, heading: null, kind, content: line.textStart, by: self, nested: false };
        starts.push(top);
        after = null;
        planned ||= planning.has(kind.role);
      }
    }
    const outer = top;
    if (opens >= 0) {
      // A signature or an addendum has words of its own and no heading.
      const kind = knowledge.sections[opens];
      top = { start: line.textStart, heading: null, kind, content: line.textStart, by: self, nested: false };
      starts.push(top);
    }
    for (const h of headings) {
      const kind = h.kind >= 0 ? knowledge.sections[h.kind] : line.blankBefore ? UNKNOWN : UNKNOWN_PART;
      const labelled = line.mark === "bullet" && h.content < line.end && planning.has(top.kind.role);
      const nested = top.heading !== null && (kind.within.includes(top.kind.role) || labelled);
      const start = {
        start: h.start,
        heading: { start: h.start, end: h.end },
        kind,
        content: h.content,
        by: self,
        nested,
      };
      starts.push(start);
      if (!nested) top = start;
      if (planning.has(kind.role)) planned = true;
    }
    const last = headings.at(-1);
    if (last || opens >= 0) after = null;
    if (last && top.heading?.start === last.start && last.content < line.end) {
      const within = last.start > line.bodyStart && headings[0].start > line.bodyStart;
      if (within && passing.has(top.kind.role))
        after = { kind: outer.kind, from: isWrapped(text, line, lines[l + 1]) ? "blank" : "line" };
      else if (brief.has(top.kind.role)) after = { kind: LOOSE, from: "blank" };
    }
  }
  const opened = starts.map((s, i) => ({ ...s, end: i + 1 < starts.length ? starts[i + 1].start : text.length }));
  return opened[0].end === 0 || text.slice(0, opened[0].end).trim() === "" ? opened.slice(1) : opened;
}

/** A section of these roles that opens in the middle of a line is a remark: it ends with the line. */
const passing = new Set(["history", "review", "exam", "results", "medications", "family", "social", "administrative"]);
/** A section of these roles whose text begins in the line of its heading ends at a blank line. */
const brief = new Set(["history", "review", "medications", "family", "social"]);
/** Lines longer than this were not broken by hand. */
const WRAPPED = 100;
/** Whether a line may go on in the next one. */
const isWrapped = (text: string, line: Line, next: Line | undefined) =>
  next !== undefined &&
  next.mark === "none" &&
  (/\p{Ll}/u.test(text[next.textStart] ?? "") ||
    (line.end - line.start <= WRAPPED && line.end - line.start > WRAPPED / 2));

/** A numbered list behind a blank line that begins with a disease, in a note without an assessment so far, is one. */
function startsProblems(
  text: string,
  lines: readonly Line[],
  at: number,
  top: { readonly content: number; readonly kind: Kind },
  names: (span: Span) => boolean,
): boolean {
  const line = lines[at];
  if (line.mark !== "number" || !line.blankBefore || !/^\(?1\D/.test(text.slice(line.textStart, line.end)))
    return false;
  if (top.kind.role === "instructions" || text.slice(top.content, line.start).trim() === "") return false;
  let second = at + 1;
  while (second < lines.length && lines[second].mark !== "number") second++;
  if (second >= lines.length || !/^\(?2\D/.test(text.slice(lines[second].textStart, lines[second].end))) return false;
  return names({ start: line.bodyStart, end: line.end });
}

/** Sections of these roles are read as past, as a relative's or as a template: only a heading may say so, never a guess. */
const quiet = new Set(["history", "review", "family", "instructions", "administrative"]);

/** Asks the model about text under no heading, paragraph by paragraph, and under headings that nobody knows. */
function byContent(headed: readonly Open[], lines: readonly Line[], reading: Reading, knowledge: Knowledge): Open[] {
  const { text } = reading;
  const model = knowledge.sectionModel;
  if (!model) return [...headed];
  const source: Source = { type: "model", id: model.id };
  const named = (open: Open, span: Span): Pick<Open, "kind" | "by"> => {
    // One sentence by itself is a remark, not a section.
    const several = /[.;!?\n]\s+\S/.test(text.slice(span.start, span.end).trim());
    const at = several ? kindByContent(span, reading, knowledge, model) : -1;
    const kind = at < 0 ? null : knowledge.sections[at];
    return kind && !quiet.has(kind.role) ? { kind, by: source } : { kind: open.kind, by: self };
  };
  const out: Open[] = [];
  for (const open of headed) {
    if (open.kind === PREAMBLE || open.kind === LOOSE) {
      const first = out.length;
      for (const place of paragraphs(lines, open)) {
        const found = named(open, place);
        const before = out.length > first ? out[out.length - 1] : null;
        if (before && before.kind === found.kind) out[out.length - 1] = { ...before, end: place.end };
        else out.push({ ...open, ...place, ...found, content: place.start });
      }
    } else if (open.kind.id === UNKNOWN.id && !open.nested)
      out.push({ ...open, ...named(open, { start: open.content, end: open.end }) });
    else out.push(open);
  }
  return out;
}

/** Stretches between blank lines that together cover a span. */
function paragraphs(lines: readonly Line[], { start, end }: Span): Span[] {
  const starts = [start];
  for (const line of lines) {
    if (line.start >= end) break;
    if (line.start > start && line.blankBefore && line.textStart < line.end && starts.length < MOST_PARAGRAPHS)
      starts.push(line.start);
  }
  return starts.map((s, i) => ({ start: s, end: starts[i + 1] ?? end }));
}

/** Lines from a position on that begin before an offset. */
function linesWithin(lines: readonly Line[], from: number, to: number): Line[] {
  const own: Line[] = [];
  for (let l = from; l < lines.length && lines[l].start < to; l++) own.push(lines[l]);
  return own;
}

const diseases = new Set(["condition", "finding", "injury"]);
function namesDisease(span: Span, reading: Reading, knowledge: Knowledge): boolean {
  const from = tokenAt(reading, span.start);
  for (let h = firstHitFrom(reading, from); h < reading.hits.length; h++) {
    const hit = reading.hits[h];
    if (reading.start[hit.from] >= span.end) return false;
    if (hit.cls === PhraseClass.concept && diseases.has(knowledge.concept(hit.index).kind)) return true;
  }
  return false;
}
