import type { Knowledge } from "../../../pipeline/knowledge.js";
import type { Ledger } from "../../../pipeline/stage.js";
import { namer } from "./view.js";

/**
 * The reading facts of a note as NDJSON, in the ledger's order: `note`, `id`, `kind`, `by`, `from`, then the fact's own fields;
 * places are `{start, end}`, ids are those of the same note's lines. Mentions have their `words` and `name` too.
 */
export function factLines(name: string, text: string, ledger: Ledger, knowledge: Knowledge): string {
  const nameOf = namer(knowledge);
  let out = "";
  for (const fact of ledger.facts) {
    const { id, kind, by, from } = fact;
    const body: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(fact.body)) body[key] = bare(value);
    if (fact.kind === "mention") {
      const { start, end } = fact.body.place;
      body.words = text.slice(start, end);
      body.name = nameOf(fact);
    }
    // The fields `kind` and `concept` of a mention would hide the fact's own kind.
    if (fact.kind === "mention") {
      body.is = body.kind;
      delete body.kind;
      delete body.concept;
    }
    out += `${JSON.stringify({ note: name, id, kind, by, from, ...body })}\n`;
  }
  return out;
}

/** A place without its note, which the line names already. */
function bare(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("note" in value)) return value;
  const { note: _, ...rest } = value;
  return rest;
}
