import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../models/files.js";

export { projectFolder };

export function version(): string {
  return (JSON.parse(readFileSync(join(projectFolder(), "package.json"), "utf8")) as { version: string }).version;
}
