import { ask } from "./ask/index.js";
import { assert } from "./assert/index.js";
import { claim } from "./claim/index.js";
import { edits } from "./edits/index.js";
import { estimateBy, standing } from "./estimate/index.js";
import { extract } from "./extract/index.js";
import { guideline } from "./guideline/index.js";
import type { Knowledge } from "./knowledge.js";
import type { Models } from "./models.js";
import { rank } from "./rank/index.js";
import { relate } from "./relate/index.js";
import { retrieve } from "./retrieve/index.js";
import { segment } from "./segment/index.js";
import { createPipeline, type Ledger } from "./stage.js";
import { suggest } from "./suggest/index.js";
import { type Reading, read } from "./text/index.js";
import type { Encounter, Source } from "./types.js";
import { visit } from "./visit/index.js";

/** The stages in order: the table of contents of the whole system. */
export const stages = [
  segment, //   sections, sentences, problems
  extract, //   mentions: what each sentence names
  assert, //    certainty, time and subject of each
  relate, //    what belongs together
  retrieve, //  candidate codes
  rank, //      named score parts
  guideline, // rulings by dated, cited rules
  visit, //     the level of the visit, its worksheet
  ask, //       questions to the provider
  estimateBy(), // how probable it is that a coder reports each
  suggest, //   one suggestion a code, ordered, with its evidence
  edits, //     present on admission, and how many diagnoses a claim holds
  claim, //     modifiers, units, pointers and edits of the services
];

const whole = createPipeline(stages);
/** The stages that say what a note says, before any code is looked for. */
export const readingStages = stages.slice(0, stages.indexOf(relate) + 1);
const reading = createPipeline(readingStages);
const judged = createPipeline(stages.slice(0, stages.indexOf(ask) + 1));
const written = judged.stages.flatMap((s) => s.writes);

/** Runs all stages without models. The same encounter and knowledge give the same facts, byte for byte. */
export function run(encounter: Encounter, knowledge: Knowledge, pipeline = whole): Ledger {
  return pipeline.run(encounter, knowledge, readingsOf(encounter, knowledge));
}

/** Runs all stages, with the ranker judging in place of the linear scorer where there is one. */
export async function runWith(encounter: Encounter, knowledge: Knowledge, models: Models): Promise<Ledger> {
  if (!models.reports) return run(encounter, knowledge);
  const readingOf = readingsOf(encounter, knowledge);
  const ledger = judged.run(encounter, knowledge, readingOf);
  const rows = standing(ledger.of("candidate"), ledger.of("score"), ledger.of("ruling"));
  const probabilities = await models.reports(rows);
  const by: Source = { type: "model", id: models.versions.ranker };
  const rest = createPipeline([estimateBy({ by, probabilities }), suggest, edits, claim], written);
  return rest.run(encounter, knowledge, readingOf, ledger.facts);
}

function readingsOf(encounter: Encounter, knowledge: Knowledge): (id: string) => Reading {
  const readings = new Map<string, Reading>();
  return (id) => {
    let reading = readings.get(id);
    if (!reading) {
      const note = encounter.notes.find((n) => n.id === id);
      if (!note) throw new Error(`Encounter "${encounter.id}" has no note "${id}".`);
      reading = read(note.text, knowledge.lexicon);
      readings.set(id, reading);
    }
    return reading;
  };
}

/** Runs the reading stages alone: sections, sentences, problems, mentions, assertions and relations. */
export const understand = (encounter: Encounter, knowledge: Knowledge): Ledger => run(encounter, knowledge, reading);

export { editsFor } from "./claim/edits.js";
export { search } from "./search/index.js";
