import type { Knowledge } from "../pipeline/knowledge.js";
import { type Models, noModels } from "../pipeline/models.js";
import { embeddedKnowledge } from "./codesets/in-force.js";

/**
 * The trained models, or none where the user asked for none (`--no-models`, or `CITECODE_MODELS=none`). What a site learnt from
 * its own decisions (`citecode learn`) corrects the ranker.
 * @throws InputError when a site's version is in use and cannot be read
 */
export async function modelsFor(knowledge: Knowledge, options: { readonly models?: boolean } = {}): Promise<Models> {
  if (options.models === false || process.env.CITECODE_MODELS === "none") return noModels;
  // Loaded late, so that doing without costs nothing.
  const { loadModels } = await import("../models/load.js");
  const { withSite } = await import("../models/site/apply.js");
  const { shippedBase, siteFolder } = await import("../models/site/file.js");
  const embedded = embeddedKnowledge(knowledge);
  const { nearest, ...rest } = await loadModels(embedded);
  // Vectors stand for the codes of the embedded release, by position.
  const loaded = nearest && embedded.hash === knowledge.hash ? { ...rest, nearest } : rest;
  return withSite(loaded, siteFolder(), shippedBase(), (message) => console.error(`citecode: ${message}`));
}
