import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models, Near } from "../pipeline/models.js";
import { readSnapshot } from "../rules/snapshot.js";
import { modelsFolder, projectFolder, sha256Of } from "./files.js";

/** A model file that is not what its manifest says, or that goes with other knowledge. */
export class ModelError extends Error {
  override name = "ModelError";
}

type Manifest = { readonly id: string; readonly files: Readonly<Record<string, string>> };
const manifestOf = (model: string) =>
  JSON.parse(readFileSync(join(modelsFolder(), model, "manifest.json"), "utf8")) as Manifest;

/**
 * The models of this checkout, ready to run.
 * @throws ModelError when a file is not what its manifest says, or the vectors were made from other knowledge
 */
export async function loadModels(knowledge: Knowledge): Promise<Models> {
  const encoder = await loadEncoder(knowledge);
  return encoder;
}

async function loadEncoder(knowledge: Knowledge): Promise<Models> {
  const path = join(projectFolder(), "dist", "vectors.bin");
  if (!existsSync(path)) throw new ModelError(`${path} is missing. Run "npm run build", which computes it.`);
  const manifest = manifestOf("term-encoder");
  for (const [file, hash] of Object.entries(manifest.files))
    if (sha256Of("term-encoder", file) !== hash)
      throw new ModelError(`models/term-encoder/${file} is not the file of its manifest. Restore it, or train again.`);
  const { arrays, json } = readSnapshot(path);
  const made = json as { knowledge: string; model: string };
  if (made.knowledge !== knowledge.hash || made.model !== manifest.files["model.onnx"])
    throw new ModelError(`${path} was made from other knowledge. Run "npm run build".`);
  const { Tensor } = await import("onnxruntime-node");
  const { DIMENSIONS, encode, openSession } = await import("./term-encoder/session.js");
  const positions = arrays.positions as Int32Array;
  const bytes = arrays.vectors as Uint8Array;
  const codes = new Tensor("int8", new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), [
    DIMENSIONS,
    positions.length,
  ]);
  const encoder: InferenceSession = await openSession(modelsFolder(), "model.onnx");
  const scan: InferenceSession = await openSession(modelsFolder(), "nearest.onnx");
  const most = new Map<number, InstanceType<typeof Tensor>>();
  const wanted = (k: number) => {
    const known = most.get(k) ?? new Tensor("int64", BigInt64Array.from([BigInt(k)]), [1]);
    most.set(k, known);
    return known;
  };
  return {
    versions: { [manifest.id.replace(/-\d+$/, "")]: manifest.id },
    async nearest(texts, k) {
      if (texts.length === 0) return [];
      const vector = new Tensor("int8", await encode(encoder, texts), [texts.length, DIMENSIONS]);
      const { best, positions: rows } = await scan.run({ vector, codes, most: wanted(k) });
      const scores = best.data as Float32Array;
      const found = rows.data as BigInt64Array;
      return texts.map((_, t) => {
        const list: Near[] = [];
        for (let i = t * k; i < (t + 1) * k; i++)
          list.push({ position: positions[Number(found[i])], near: scores[i] / LONGEST_PRODUCT });
        return list;
      });
    },
  };
}
/** The product of a direction with itself: seven bits squared. */
const LONGEST_PRODUCT = 63 * 63;
