import type { Knowledge } from "../pipeline/knowledge.js";
import type { Code } from "../pipeline/types.js";

/** The title of a diagnosis, our own label of a service. */
export function titleOf(code: Code, knowledge: Knowledge): string {
  if (code.system === "icd-10-cm") {
    const at = knowledge.codes.find(code.value);
    return at < 0 ? "" : knowledge.codes.title(at);
  }
  const { families, timed } = knowledge.visits;
  const visit = [...families.flatMap((f) => f.codes), ...timed.flatMap((t) => t.bands)].find(
    (c) => c.system === code.system && c.code === code.value,
  );
  if (visit) return visit.label;
  return knowledge.services.find((s) => s.system === code.system && s.code === code.value)?.label ?? "";
}
