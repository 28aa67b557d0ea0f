import { assert } from "./assert/index.js";
import { extract } from "./extract/index.js";
import { guideline } from "./guideline/index.js";
import type { Knowledge } from "./knowledge.js";
import { rank } from "./rank/index.js";
import { relate } from "./relate/index.js";
import { retrieve } from "./retrieve/index.js";
import { segment } from "./segment/index.js";
import { createPipeline, type Ledger } from "./stage.js";
import { suggest } from "./suggest/index.js";
import { type Reading, read } from "./text/index.js";
import type { Encounter } from "./types.js";

/** The stages in order: the table of contents of the whole system. */
export const stages = [
  segment, //   sections, sentences, problems
  extract, //   mentions: what each sentence names
  assert, //    certainty, time and subject of each
  relate, //    what belongs together
  retrieve, //  candidate codes
  rank, //      named score parts
  guideline, // rulings by dated, cited rules
  suggest, //   one suggestion a code, ordered, with its evidence
];

const whole = createPipeline(stages);
/** The stages that say what a note says, before any code is looked for. */
export const readingStages = stages.slice(0, stages.indexOf(relate) + 1);
const reading = createPipeline(readingStages);

/** Runs all stages. The same encounter and knowledge give the same facts, byte for byte. */
export function run(encounter: Encounter, knowledge: Knowledge, pipeline = whole): Ledger {
  const readings = new Map<string, Reading>();
  const readingOf = (id: string): Reading => {
    let reading = readings.get(id);
    if (!reading) {
      const note = encounter.notes.find((n) => n.id === id);
      if (!note) throw new Error(`Encounter "${encounter.id}" has no note "${id}".`);
      reading = read(note.text, knowledge.lexicon);
      readings.set(id, reading);
    }
    return reading;
  };
  return pipeline.run(encounter, knowledge, readingOf);
}

/** Runs the reading stages alone: sections, sentences, problems, mentions, assertions and relations. */
export const understand = (encounter: Encounter, knowledge: Knowledge): Ledger => run(encounter, knowledge, reading);

export { search } from "./search/index.js";
