import type { Knowledge } from "../pipeline/knowledge.js";
import { type Models, noModels } from "../pipeline/models.js";

/** The trained models, or none where the user asked for none (`--no-models`, or `CITECODE_MODELS=none`). */
export async function modelsFor(knowledge: Knowledge, options: { readonly models?: boolean } = {}): Promise<Models> {
  if (options.models === false || process.env.CITECODE_MODELS === "none") return noModels;
  // Loaded late, so that doing without costs nothing.
  const { loadModels } = await import("../models/load.js");
  return loadModels(knowledge);
}
