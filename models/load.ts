import "./telemetry.js";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Tensor } from "onnxruntime-node";
import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models, Near } from "../pipeline/models.js";
import { round } from "../pipeline/probability.js";
import { readSnapshot } from "../rules/snapshot.js";
import { modelsFolder, sha256Of, vectorsPath } from "./files.js";
import { openSession } from "./session.js";
import { DIMENSIONS, encode } from "./term-encoder/encode.js";

/** A model file that is not what its manifest says, or that goes with other knowledge. */
export class ModelError extends Error {
  override name = "ModelError";
}

type Manifest = { readonly id: string; readonly files: Readonly<Record<string, string>> };

/**
 * The models of this checkout, ready to run.
 * @throws ModelError when a file is not what its manifest says, or the vectors were made from other knowledge
 */
export async function loadModels(knowledge: Knowledge): Promise<Models> {
  const encoder = await loadEncoder(knowledge);
  const searchRanker = await loadSearchRanker();
  const ranker = await loadRanker();
  const versions = { ...encoder.versions, ...searchRanker.versions, ...ranker.versions };
  return { ...encoder, ...searchRanker, ...ranker, versions };
}

/** The manifest of a model whose files are what it says. */
function checked(model: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(modelsFolder(), model, "manifest.json"), "utf8")) as Manifest;
  for (const [file, hash] of Object.entries(manifest.files))
    if (sha256Of(model, file) !== hash)
      throw new ModelError(`models/${model}/${file} is not the file of its manifest. Restore it, or train again.`);
  return manifest;
}

export async function loadEncoder(knowledge: Knowledge): Promise<Models> {
  const manifest = checked("term-encoder");
  // Proposing codes for notes asks for no neighbours, and the vectors are the largest thing that there is.
  let opened: ReturnType<typeof openEncoder> | undefined;
  return {
    versions: { "term-encoder": manifest.id },
    nearest(texts, most) {
      opened ??= openEncoder(knowledge, manifest);
      return opened.then((nearest) => nearest(texts, most));
    },
  };
}

async function openEncoder(knowledge: Knowledge, manifest: Manifest): Promise<NonNullable<Models["nearest"]>> {
  const path = vectorsPath();
  if (!existsSync(path)) throw new ModelError(`${path} is missing. Run "npm run build", which computes it.`);
  const { arrays, json } = readSnapshot(path);
  const made = json as { knowledge: string; model: string };
  if (made.knowledge !== knowledge.hash || made.model !== manifest.files["model.onnx"])
    throw new ModelError(`${path} was made from other knowledge. Run "npm run build".`);
  const positions = arrays.positions as Int32Array;
  const bytes = arrays.vectors as Uint8Array;
  // As floats, which hold such small whole numbers exactly and which the product of matrices takes fastest.
  const whole = Float32Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const codes = new Tensor("float32", whole, [DIMENSIONS, positions.length]);
  const encoder = await openSession("term-encoder", "model.onnx");
  const scan = await openSession("term-encoder", "nearest.onnx");
  return async (texts, most) => {
    if (texts.length === 0) return [];
    const vector = new Tensor("int8", await encode(encoder, texts), [texts.length, DIMENSIONS]);
    const found = await scan.run({
      vector,
      codes,
      most: new Tensor("int64", BigInt64Array.from([BigInt(most)]), [1]),
    });
    const best = found.best.data as Float32Array;
    const rows = found.positions.data as BigInt64Array;
    return texts.map((_, t) =>
      Array.from({ length: most }, (_, i): Near => {
        const at = t * most + i;
        return { position: positions[Number(rows[at])], near: best[at] / LONGEST_PRODUCT };
      }),
    );
  };
}

async function loadSearchRanker(): Promise<Models> {
  const manifest = checked("search-ranker");
  let opened: ReturnType<typeof openSession> | undefined;
  return {
    versions: { "search-ranker": manifest.id },
    async fits(features) {
      if (features.length === 0) return [];
      opened ??= openSession("search-ranker", "model.onnx");
      const session = await opened;
      const rows = Float32Array.from(features.flat());
      const { score } = await session.run({
        features: new Tensor("float32", rows, [features.length, features[0].length]),
      });
      // Floats differ in their last bits between machines.
      return Array.from(score.data as Float32Array, round);
    },
  };
}
/** The parts that the trees look at, and the linear scorer that they mend, as `ranker/train.py` writes them. */
type RankerInputs = {
  readonly parts: readonly string[];
  readonly weights: Readonly<Record<string, number>>;
  readonly bias: number;
};

async function loadRanker(): Promise<Models> {
  const manifest = checked("ranker");
  const inputs = JSON.parse(readFileSync(join(modelsFolder(), "ranker", "inputs.json"), "utf8")) as RankerInputs;
  const session = await openSession("ranker", "model.onnx");
  const width = inputs.parts.length;
  return {
    versions: { ranker: manifest.id },
    async reports(candidates) {
      if (candidates.length === 0) return [];
      const rows = new Float32Array(candidates.length * width);
      const linear = new Float32Array(candidates.length);
      candidates.forEach(({ parts }, c) => {
        for (const [p, name] of inputs.parts.entries()) rows[c * width + p] = parts[name] ?? 0;
        let sum = inputs.bias;
        for (const [name, value] of Object.entries(parts)) sum += (inputs.weights[name] ?? 0) * value;
        linear[c] = sum;
      });
      const { probability } = await session.run({
        features: new Tensor("float32", rows, [candidates.length, width]),
        linear: new Tensor("float32", linear, [candidates.length, 1]),
      });
      return Array.from(probability.data as Float32Array, round);
    },
  };
}
/** The product of a direction with itself: seven bits squared. */
const LONGEST_PRODUCT = 63 * 63;
