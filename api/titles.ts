import type { Knowledge } from "../pipeline/knowledge.js";
import type { Code } from "../pipeline/types.js";

/** The title of a diagnosis, our own label of a service. */
export function titleOf(code: Code, knowledge: Knowledge): string {
  if (code.system === "icd-10-cm") {
    const at = knowledge.codes.find(code.value);
    return at < 0 ? "" : knowledge.codes.title(at);
  }
  return knowledge.services.find((s) => s.system === code.system && s.code === code.value)?.label ?? "";
}
