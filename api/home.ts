import { homedir } from "node:os";
import { join } from "node:path";

/** The folder of what this machine keeps: `CITECODE_HOME`, or `~/.citecode`. */
export const homeFolder = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  env.CITECODE_HOME || join(homedir(), ".citecode");
