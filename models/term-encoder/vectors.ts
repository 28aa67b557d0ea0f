import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCodeSet } from "../../rules/codesets/table.js";
import { loadKnowledge } from "../../rules/load.js";
import { readRules } from "../../rules/schema.js";
import { writeSnapshot } from "../../rules/snapshot.js";
import { projectFolder, sha256Of, vectorsPath } from "../files.js";
import { openSession } from "../session.js";
import { DIMENSIONS, encode } from "./encode.js";

/** What a code's direction is made of besides its own title; `train.py` learns with the same shares. */
const PARENT = 0.3;
const NAMES = 0.3;
const SEVEN_BITS = 63;
const BATCH = 512;

/**
 * Computes a direction for each code that is no mere 7th character, from its title, the title above it, and the names that
 * `rules/` and the Tabular List know it by. Run by `npm run build` behind the compiler of rules.
 */
export async function computeVectors(out: string): Promise<number> {
  const root = projectFolder();
  const rules = readRules(join(root, "rules"));
  const { codes } = readCodeSet(join(root, "rules", "codesets", "icd-10-cm-fy2026.ndjson.gz"));
  const positions: number[] = [];
  const rowOf = new Map<string, number>();
  codes.forEach((line, i) => {
    if (line.c.length === 8) return;
    rowOf.set(line.c, positions.length);
    positions.push(i);
  });
  const session = await openSession("term-encoder", "model.onnx");
  const encodeAll = async (texts: readonly string[]) => {
    const all = new Float64Array(texts.length * DIMENSIONS);
    for (let at = 0; at < texts.length; at += BATCH)
      all.set(await encode(session, texts.slice(at, at + BATCH)), at * DIMENSIONS);
    return all;
  };
  const own = await encodeAll(positions.map((i) => codes[i].t));
  const names: { row: number; text: string }[] = [];
  const named = (code: string | undefined, texts: readonly string[]) => {
    for (let c = code ?? ""; c.length > 2; c = c.slice(0, -1).replace(/\.$/, "")) {
      const row = rowOf.get(c);
      if (row === undefined) continue;
      for (const text of texts) names.push({ row, text });
      return;
    }
  };
  for (const concept of rules.concepts)
    named(concept.default ?? (typeof concept.code === "string" ? concept.code : concept.code[0]), concept.terms);
  for (const line of codes) named(line.c, line.i ?? []);
  const said = await encodeAll(names.map((n) => n.text));
  const sum = new Float64Array(own.length);
  const count = new Int32Array(positions.length);
  names.forEach(({ row }, n) => {
    count[row]++;
    for (let d = 0; d < DIMENSIONS; d++) sum[row * DIMENSIONS + d] += said[n * DIMENSIONS + d];
  });
  // One dimension after another, as the product of matrices wants it.
  const vectors = new Int8Array(own.length);
  const mixed = new Float64Array(DIMENSIONS);
  positions.forEach((i, row) => {
    const above = rowOf.get(codes[i].p) ?? row;
    let square = 0;
    for (let d = 0; d < DIMENSIONS; d++) {
      const value =
        own[row * DIMENSIONS + d] +
        PARENT * own[above * DIMENSIONS + d] +
        (NAMES * sum[row * DIMENSIONS + d]) / Math.max(1, count[row]);
      mixed[d] = value;
      square += value * value;
    }
    const length = Math.sqrt(square) || 1;
    for (let d = 0; d < DIMENSIONS; d++)
      vectors[d * positions.length + row] = Math.round((mixed[d] / length) * SEVEN_BITS);
  });
  const header = { knowledge: loadKnowledge().hash, model: sha256Of("term-encoder", "model.onnx") };
  writeSnapshot(out, { positions: Int32Array.from(positions), vectors: new Uint8Array(vectors.buffer) }, header, []);
  return positions.length;
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1])
  console.log(`vectors of ${await computeVectors(vectorsPath())} codes`);
