import "../telemetry.js";
import { type InferenceSession, Tensor } from "onnxruntime-node";
import { BUCKETS, featuresOf } from "./features.js";

export const DIMENSIONS = 64;

/** Texts as directions of `DIMENSIONS` whole numbers from -63 to 63, one after another. */
export async function encode(session: InferenceSession, texts: readonly string[]): Promise<Int8Array> {
  if (texts.length === 0) return new Int8Array(0);
  const found = texts.map(featuresOf);
  const width = Math.max(1, ...found.map((f) => f.length));
  const ids = new Int32Array(texts.length * width).fill(BUCKETS);
  found.forEach((f, i) => {
    ids.set(f, i * width);
  });
  const { vector } = await session.run({ features: new Tensor("int32", ids, [texts.length, width]) });
  return vector.data as Int8Array;
}
