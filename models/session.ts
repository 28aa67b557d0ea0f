import "./telemetry.js";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { modelsFolder } from "./files.js";

/** One thread and one order of work, so that the same input gives the same numbers. */
const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  logSeverityLevel: 3,
};
export const openSession = (model: string, file: string): Promise<InferenceSession> =>
  InferenceSession.create(join(modelsFolder(), model, file), options);
