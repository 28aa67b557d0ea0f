import { stage } from "../stage.js";
import type { FactId, Source, Span } from "../types.js";
import { type Heading, headingsOf } from "./headings.js";
import { type Line, linesOf } from "./lines.js";
import { type Problem, problemsOf } from "./problems.js";
import { sentencesOf } from "./sentences.js";

const self: Source = { type: "stage", id: "segment" };
/** Before the first heading, and under headings that nobody knows. */
const PREAMBLE = { id: "preamble", role: "narrative" };
const UNKNOWN = { id: "unknown", role: "narrative" };
/** Kinds that are parts of an examination or review wherever they stand. */
const organ = /^(exam|review)-/;
const planning = new Set(["assessment", "plan"]);

type Open = Span & {
  readonly heading: Span | null;
  readonly kind: { readonly id: string; readonly role: string };
  readonly content: number;
  /** Belongs to the section before it that is not nested itself. */
  readonly nested: boolean;
};

/** Sections, sentences, and the problems of assessments, with exact places. */
export const segment = stage({
  name: "segment",
  reads: [],
  writes: ["section", "problem", "sentence"],
  run(_see, write, encounter, knowledge) {
    for (const note of encounter.notes) {
      const { text } = note;
      const lines = linesOf(text);
      const kindOf = (h: Heading) => (h.kind >= 0 ? knowledge.sections[h.kind] : UNKNOWN);
      const opened = openSections(text, lines, (line) =>
        headingsOf(text, line, knowledge).map((h) => ({ ...h, is: kindOf(h) })),
      );
      let parent: { id: FactId<"section">; role: string } | null = null;
      let problems: readonly Problem[] = [];
      let problemIds: readonly FactId<"problem">[] = [];
      let cursor = 0;
      let at = 0;
      for (let s = 0; s < opened.length; s++) {
        const { start, end, heading, kind, content, nested } = opened[s];
        const role: string = nested && parent && organ.test(kind.id) ? parent.role : kind.role;
        const id: FactId<"section"> = write("section", self, nested && parent ? [parent.id] : [], {
          place: { note: note.id, start, end },
          heading: heading ? { note: note.id, ...heading } : null,
          is: kind.id,
          role,
          parent: nested && parent ? parent.id : null,
        });
        if (!nested) {
          parent = { id, role };
          let whole = end;
          for (let n = s + 1; n < opened.length && opened[n].nested; n++) whole = opened[n].end;
          problems = planning.has(role) ? problemsOf(text, between(lines, content, whole), content, whole) : [];
          problemIds = problems.map((p) =>
            write("problem", self, [id], {
              place: { note: note.id, ...p.place },
              heading: { note: note.id, ...p.heading },
            }),
          );
          at = 0;
        }
        while (cursor < lines.length && lines[cursor].end < content) cursor++;
        const own: Line[] = [];
        for (let l = cursor; l < lines.length && lines[l].start < end; l++) own.push(lines[l]);
        for (const span of sentencesOf(text, own, content, end)) {
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
  headings: (line: Line) => (Heading & { is: { id: string; role: string } })[],
): Open[] {
  type Start = Omit<Open, "end">;
  const starts: Start[] = [{ start: 0, heading: null, kind: PREAMBLE, content: 0, nested: false }];
  let top: Start = starts[0];
  for (const line of lines)
    for (const h of headings(line)) {
      const labelled = line.mark === "bullet" && h.content < line.end && planning.has(top.kind.role);
      const nested = top.heading !== null && (organ.test(h.is.id) || labelled);
      const start = { start: h.start, heading: { start: h.start, end: h.end }, kind: h.is, content: h.content, nested };
      starts.push(start);
      if (!nested) top = start;
    }
  const opened = starts.map((s, i) => ({ ...s, end: i + 1 < starts.length ? starts[i + 1].start : text.length }));
  return opened[0].end === 0 || text.slice(0, opened[0].end).trim() === "" ? opened.slice(1) : opened;
}

const between = (lines: readonly Line[], from: number, to: number) =>
  lines.filter((l) => l.end >= from && l.start < to);
