import { PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import { firstEndingAfter } from "../spans.js";
import { stage } from "../stage.js";
import type { Fact, FactId, Span } from "../types.js";
import { chooseHits } from "./choose.js";
import { coordinate } from "./coordination.js";
import { nameOfHeading } from "./headings.js";
import { shareWords } from "./shared-words.js";

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
      const chosen = coordinate(chooseHits(reading, knowledge, ownSections), reading, knowledge);
      for (const hit of shareWords(chosen, reading, knowledge)) {
        const start = reading.start[hit.from];
        const end = reading.end[hit.to - 1];
        while (at < own.length && own[at].body.place.end <= start) at++;
        const sentence: Fact<"sentence"> | undefined = own[at];
        // Words of a heading belong to no sentence and name nothing by themselves.
        if (!sentence || sentence.body.place.start > start || sentence.body.place.end < end) continue;
        if (names.has(hit.kind)) named.push({ start, end });
        write("mention", { type: hit.by, id: hit.key }, [sentence.id], {
          place: { note: note.id, start, end },
          concept: `${hit.cls}:${hit.index}`,
          kind: hit.kind,
          sentence: sentence.id,
          ...(hit.value ? { value: hit.value } : {}),
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
