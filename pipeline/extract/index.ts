import { PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import { firstEndingAfter } from "../spans.js";
import { stage } from "../stage.js";
import type { Reading } from "../text/index.js";
import type { Fact, FactId, Span } from "../types.js";
import { type Chosen, chooseHits } from "./choose.js";
import { coordinate } from "./coordination.js";
import { nameDetails } from "./detail.js";
import { nameOfHeading } from "./headings.js";
import { shareWords } from "./shared-words.js";
import type { Value } from "./value.js";
import { valuesIn } from "./values.js";

const names = new Set(["condition", "finding", "injury", "status"]);

/** Mentions: what each sentence names, each with the lexicon entry or title that knew the words. */
export const extract = stage({
  name: "extract",
  reads: ["section", "problem", "sentence"],
  writes: ["mention"],
  run(see, write, encounter, knowledge) {
    const sections = see.of("section");
    const sentences = see.of("sentence");
    for (const note of encounter.notes) {
      const reading = see.reading(note.id);
      const own = sentences.filter((s) => s.body.place.note === note.id);
      const ownSections = sections.filter((s) => s.body.place.note === note.id);
      const named: Span[] = [];
      let at = 0;
      const chosen = chooseHits(reading, knowledge, ownSections);
      const values = valuesIn(reading, knowledge, chosen, encounter.date);
      const together = shareWords(
        coordinate(nameDetails(chosen, reading, knowledge), reading, knowledge),
        reading,
        knowledge,
      );
      for (const hit of merged(together, values, reading)) {
        const { end } = hit;
        while (at < own.length && own[at].body.place.end <= hit.start) at++;
        const sentence: Fact<"sentence"> | undefined = own[at];
        // "PULSE: 80": the name is a heading, and the number alone stands in a sentence.
        const split = hit.figure !== undefined && sentence && sentence.body.place.start > hit.start;
        const start = split ? hit.figure : hit.start;
        // Words of a heading belong to no sentence and name nothing by themselves.
        if (!sentence || sentence.body.place.start > start || sentence.body.place.end < end) continue;
        if (names.has(hit.kind)) named.push({ start, end });
        write("mention", { type: hit.by, id: hit.key }, [sentence.id], {
          place: { note: note.id, start, end },
          concept: hit.concept,
          kind: hit.kind,
          sentence: sentence.id,
          ...(hit.value ? { value: hit.value } : {}),
          ...(hit.date === undefined ? {} : { date: hit.date }),
        });
      }
      for (const problem of see.of("problem")) {
        const { heading } = problem.body;
        if (heading.note !== note.id || see.get(problem.from[0] as FactId<"section">).body.role !== "assessment")
          continue;
        const next = named[firstEndingAfter(named, heading.start, (span) => span)];
        if (next && next.start < heading.end) continue;
        const found = nameOfHeading(heading, reading, knowledge);
        if (!found) continue;
        const sentence = own[firstEndingAfter(own, found.span.start, (s) => s.body.place)];
        if (!sentence || sentence.body.place.start > found.span.start || sentence.body.place.end < found.span.end)
          continue;
        const body = {
          place: { note: note.id, ...found.span },
          concept: found.concept,
          kind: "condition" as const,
          sentence: sentence.id,
        };
        const meaning = meaningOf(body, knowledge);
        if (meaning.cls === PhraseClass.concept)
          write("mention", { type: "codeset", id: meaning.concept.id }, [sentence.id, problem.id], {
            ...body,
            kind: meaning.concept.kind,
          });
      }
    }
  },
});

type Named = Omit<Value, "from" | "to" | "shy"> & { readonly by: "lexicon" | "codeset" };
/** Names and values in the order of the note, names first where both begin. */
function merged(names: readonly Chosen[], values: readonly Value[], reading: Reading): Named[] {
  const out: Named[] = [];
  let v = 0;
  const upTo = (start: number) => {
    while (v < values.length && values[v].start < start) out.push({ ...values[v++], by: "lexicon" });
  };
  for (const { from, to, cls, index, kind, key, by } of names) {
    const start = reading.start[from];
    upTo(start);
    out.push({ start, end: reading.end[to - 1], kind, key, by, concept: `${cls}:${index}` });
  }
  upTo(Infinity);
  return out;
}
