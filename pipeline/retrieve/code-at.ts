import type { Knowledge } from "../knowledge.js";
import type { Code } from "../types.js";

/** The diagnosis at a position of the code table. */
export function codeAt(position: number, knowledge: Knowledge): Code {
  return { system: "icd-10-cm", value: knowledge.codes.code(position), release: knowledge.codes.release };
}
