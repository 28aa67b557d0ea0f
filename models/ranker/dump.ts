import { writeFileSync } from "node:fs";
import { toEncounter } from "../../api/encounter.js";
import { suggestFor } from "../../api/result.js";
import { standing } from "../../pipeline/estimate/index.js";
import type { Fact } from "../../pipeline/types.js";
import { loadKnowledge } from "../../rules/load.js";
import { isHeldOut, readCodedNotes } from "./notes.js";

/**
 * Writes what `train.py` learns from: the diagnoses that stand in each invented note, with the parts of their scores and
 * whether the author of the note reports them. `node dist/models/ranker/dump.js <out>`
 */
const knowledge = loadKnowledge();
const lines = readCodedNotes().map(({ gold, file, ...input }) => {
  const { encounter } = toEncounter(input, knowledge, "2026-01-01");
  const ledger = suggestFor(encounter, knowledge);
  const wanted = new Set(gold.map((g) => g.code));
  const rows = standing(ledger.of("candidate"), ledger.of("score"), ledger.of("ruling"))
    .filter(({ code }) => code.system === "icd-10-cm")
    .map(({ score, parts, code }) => {
      const { runnerUp } = (ledger.facts[score.body.candidate] as Fact<"candidate">).body;
      return { code: code.value, parts, leads: !runnerUp, right: wanted.has(code.value) };
    });
  return JSON.stringify({ id: input.id, file, held: isHeldOut(input.id), wanted: wanted.size, rows });
});
writeFileSync(process.argv[2], `${lines.join("\n")}\n`);
