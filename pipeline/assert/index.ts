import type { SectionKind } from "../knowledge.js";
import { stage } from "../stage.js";
import type { Reading } from "../text/index.js";
import type { Fact, FactId, Place, Source } from "../types.js";
import { type CueHit, cuesIn } from "./cues.js";
import { decide } from "./decide.js";
import { scopesOf } from "./scopes.js";
import { stretchOf } from "./stretch.js";

const self: Source = { type: "stage", id: "assert" };
const asserted = new Set([
  "condition",
  "finding",
  "injury",
  "external-cause",
  "status",
  "service",
  "drug",
  "measurement",
]);

/** Roles of the sections that sum up a hospital stay. */
const ofStay = new Set<string>(["assessment", "narrative", "plan"]);

/** Certainty, time and subject of each mention, each with the cue that decided it. */
export const assert = stage({
  name: "assert",
  reads: ["section", "sentence", "mention"],
  writes: ["assertion"],
  run(see, write, encounter, knowledge) {
    const bySentence = new Map<FactId, Fact<"mention">[]>();
    for (const mention of see.of("mention")) {
      if (!asserted.has(mention.body.kind)) continue;
      const list = bySentence.get(mention.body.sentence);
      if (list) list.push(mention);
      else bySentence.set(mention.body.sentence, [mention]);
    }
    const kinds = new Map(knowledge.sections.map((s) => [s.id, s]));
    const year = Number(encounter.date.slice(0, 4));
    for (const sentence of see.of("sentence")) {
      const mentions = bySentence.get(sentence.id);
      if (!mentions) continue;
      const { note } = sentence.body.place;
      const reading = see.reading(note);
      const section = see.get(sentence.body.section).body;
      const implied: SectionKind | undefined = kinds.get(section.is);
      const stay = encounter.setting === "inpatient" && ofStay.has(section.role);
      // Numbers are asserted too, but stand in no cue's way: "no fever, 98.6" denies the fever as it did without them.
      const stretch = stretchOf(sentence.body.place, reading, mentions, (m) => m.body.kind !== "measurement");
      const scopes = scopesOf(cuesIn(stretch, reading, knowledge, year), stretch, reading);
      mentions.forEach((mention, i) => {
        const read = decide(stretch.named[i], scopes, implied, stay);
        write("assertion", read.cue ? { type: "cue", id: read.cue.cue.id } : self, [mention.id], {
          mention: mention.id,
          certainty: read.certainty,
          time: read.time,
          subject: read.subject,
          ...(read.cue ? { cue: placeOf(read.cue, reading, note) } : {}),
        });
      });
    }
  },
});

const placeOf = (hit: CueHit, reading: Reading, note: string): Place => ({
  note,
  start: reading.start[hit.from],
  end: reading.end[hit.to - 1],
});
