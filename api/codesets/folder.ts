import { join } from "node:path";
import { homeFolder } from "../home.js";

/**
 * Where installed code sets lie, the same for all processes: `CITECODE_DATA`, otherwise `codesets` in the home folder
 * (`CITECODE_HOME`, or `~/.citecode`).
 */
export const dataFolder = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  env.CITECODE_DATA || join(homeFolder(env), "codesets");
