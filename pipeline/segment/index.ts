import { stage } from "../stage.js";
import type { FactId, Source } from "../types.js";
import { headingsOf } from "./headings.js";
import { type Line, linesOf } from "./lines.js";
import { problemsOf } from "./problems.js";
import { sentencesOf } from "./sentences.js";

const self: Source = { type: "stage", id: "segment" };
/** Before the first heading, and under headings that nobody knows. */
const PREAMBLE = { id: "preamble", role: "narrative" };
const UNKNOWN = { id: "unknown", role: "narrative" };
const organ = /^(exam|review)-/;

/** Sections, sentences, and the problems of assessments, with exact places. */
export const segment = stage({
  name: "segment",
  reads: [],
  writes: ["section", "problem", "sentence"],
  run(_see, write, encounter, knowledge) {
    for (const note of encounter.notes) {
      const { text } = note;
      const lines = linesOf(text);
      type Open = { start: number; heading: { start: number; end: number } | null; kind: number; content: number };
      const opened: Open[] = [{ start: 0, heading: null, kind: -2, content: 0 }];
      for (const line of lines)
        for (const h of headingsOf(text, line, knowledge))
          opened.push({ start: h.start, heading: { start: h.start, end: h.end }, kind: h.kind, content: h.content });
      let parent: { id: FactId<"section">; role: string } | null = null;
      let cursor = 0;
      for (let s = 0; s < opened.length; s++) {
        const open = opened[s];
        const end = s + 1 < opened.length ? opened[s + 1].start : text.length;
        if (open.kind === -2 && text.slice(0, end).trim() === "") continue;
        const kind: { id: string; role: string } =
          open.kind >= 0 ? knowledge.sections[open.kind] : open.kind === -1 ? UNKNOWN : PREAMBLE;
        const nested = organ.test(kind.id);
        const role: string = nested && parent ? parent.role : kind.role;
        const id: FactId<"section"> = write("section", self, [], {
          place: { note: note.id, start: open.start, end },
          heading: open.heading ? { note: note.id, ...open.heading } : null,
          is: kind.id,
          role,
          parent: nested && parent ? parent.id : null,
        });
        if (!nested) parent = { id, role };
        while (cursor < lines.length && lines[cursor].end < open.content) cursor++;
        const own: Line[] = [];
        for (let l = cursor; l < lines.length && lines[l].start < end; l++) own.push(lines[l]);
        const problems = role === "assessment" || role === "plan" ? problemsOf(text, own, open.content, end) : [];
        const problemIds = problems.map((p) =>
          write("problem", self, [id], {
            place: { note: note.id, ...p.place },
            heading: { note: note.id, ...p.heading },
          }),
        );
        let at = 0;
        for (const span of sentencesOf(text, own, open.content, end)) {
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
