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
export const modelsFolder = () => join(projectFolder(), "models");
export const sha256Of = (model: string, file: string) =>
  createHash("sha256")
    .update(readFileSync(join(modelsFolder(), model, file)))
    .digest("hex");
