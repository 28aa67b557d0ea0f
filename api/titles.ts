import type { Knowledge } from "../pipeline/knowledge.js";
import type { Code } from "../pipeline/types.js";
import { knowledgeOn, siteTitle } from "./codesets/in-force.js";

/** The title of a code on a day: of a diagnosis the official one in force, of a service that of an installed release, otherwise our label. */
export function titleOn(code: Code, knowledge: Knowledge, day: string): string {
  return (
    (code.system === "icd-10-cm" ? "" : siteTitle(knowledge, code, day)) || titleOf(code, knowledgeOn(knowledge, day))
  );
}

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
