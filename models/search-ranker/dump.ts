import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { candidates, NEAR_ASKED, readQuery } from "../../pipeline/search/index.js";
import { loadKnowledge } from "../../rules/load.js";
import { projectFolder } from "../files.js";
import { loadEncoder } from "../load.js";

/**
 * Writes what `train.py` learns from: queries with their candidates' features, one JSON object a line.
 * `CITECODE_MODELS=<folder> node dist/models/search-ranker/dump.js <shared> <out>`, with a term encoder trained without the
 * queries asked here (HOLD=5,3), since nearness to what an encoder has seen says too much.
 */
const [shared, out] = process.argv.slice(2);
const knowledge = loadKnowledge();
const models = await loadEncoder(knowledge);
const table = (name: string) =>
  gunzipSync(readFileSync(join(shared, "codesets", name)))
    .toString("utf8")
    .split("\n");
type Item = { query: string; code: string; from: "index" | "doid" | "own" };
const items: Item[] = [];
table("icd10cm-index-dev.ndjson.gz").forEach((line, i) => {
  if (line !== "" && i % 10 === 3)
    items.push({ ...(JSON.parse(line) as { query: string; code: string }), from: "index" });
});
table("doid-synonyms.tsv.gz")
  .slice(1)
  .forEach((line, i) => {
    const [query, code] = line.split("\t");
    if (code && i % 10 === 3) items.push({ query, code, from: "doid" });
  });
const tests = readFileSync(join(projectFolder(), "pipeline", "search", "search.test.ts"), "utf8");
for (const [, query, code] of tests.matchAll(/\["([^"]+)", "([A-Z][0-9A-Z.]+)", \d+\]/g))
  items.push({ query, code, from: "own" });

const file = createWriteStream(out);
for (const { query, code, from } of items) {
  const [near] = (await models.nearest?.([query], NEAR_ASKED)) ?? [[]];
  const found = candidates(readQuery(query, knowledge), knowledge, near);
  const wanted = code.replace(/[-.]+$/, "").replace(".", "");
  file.write(
    `${JSON.stringify({
      from,
      right: found.map((c) => Number(knowledge.codes.code(c.position).replace(".", "").startsWith(wanted))),
      features: found.map((c) => c.features.map((f) => Math.round(f * 1e4) / 1e4)),
    })}\n`,
  );
}
file.end();
