import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, from its sources and from the built files alike. */
export function projectFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

export function version(): string {
  return (JSON.parse(readFileSync(join(projectFolder(), "package.json"), "utf8")) as { version: string }).version;
}
