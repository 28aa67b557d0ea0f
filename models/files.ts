import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout, found from the sources and from the built files alike. */
export function projectFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
/** `CITECODE_MODELS` names another folder, for trying models that are not the checkout's. */
export const modelsFolder = () => process.env.CITECODE_MODELS || join(projectFolder(), "models");
/** Where the vectors of codes stand: beside the models of a folder of one's own, otherwise in `dist/`. */
export const vectorsPath = () => join(process.env.CITECODE_MODELS || join(projectFolder(), "dist"), "vectors.bin");
export const sha256Of = (model: string, file: string) =>
  createHash("sha256")
    .update(readFileSync(join(modelsFolder(), model, file)))
    .digest("hex");
