import { type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import type { View } from "../stage.js";
import type { Fact, FactId } from "../types.js";
import type { Taken } from "./elements.js";
import type { Named } from "./problems.js";

type Reads = "mention" | "assertion" | "relation" | "candidate" | "ruling";
const conditions = new Set(["condition", "finding", "injury"]);
const relating = new Set(["due-to", "with"]);

/** What earlier stages say that the visit rests on. */
export function readFacts(see: View<Reads>, note: string, knowledge: Knowledge) {
  const dropped = new Set<FactId>();
  for (const { body } of see.of("ruling")) if (body.verdict === "drop") dropped.add(body.candidate);
  const codeOf = new Map<FactId, string>();
  const services = new Set<string>();
  for (const { id, body } of see.of("candidate")) {
    if (body.runnerUp) continue;
    if (body.code.system !== "icd-10-cm") {
      if (!dropped.has(id)) services.add(body.code.value);
    } else if (!codeOf.has(body.assertion)) codeOf.set(body.assertion, body.code.value);
  }
  const related = new Set<FactId>();
  for (const { body } of see.of("relation")) if (relating.has(body.role)) related.add(body.of).add(body.to);
  const named: Named[] = [];
  const taken: Taken[] = [];
  for (const { id, body } of see.of("assertion")) {
    if (body.subject !== "patient") continue;
    const over = body.time !== "current";
    const mention = see.get(body.mention);
    if (mention.body.place.note !== note) continue;
    const code = codeOf.get(id) ?? firstSeed(mention, knowledge);
    if (conditions.has(mention.body.kind) && code && (body.certainty === "present" || body.certainty === "possible"))
      named.push({ mention, certainty: body.certainty, code, related: related.has(mention.id), over });
    else if (!over && mention.body.kind === "drug" && body.certainty === "present") {
      const meaning = meaningOf(mention.body, knowledge);
      if (meaning.cls === PhraseClass.drug) taken.push({ mention, drug: meaning.drug });
    }
  }
  const durations = see.of("mention").filter((m) => m.body.kind === "duration" && m.body.place.note === note);
  const byPlace = (a: Fact<"mention">, b: Fact<"mention">) => a.body.place.start - b.body.place.start;
  return {
    named: named.sort((a, b) => byPlace(a.mention, b.mention)),
    taken,
    durations: [...durations].sort(byPlace),
    services,
  };
}

/** The first code that a name stands for: a problem counts though no code of it can be told apart. */
function firstSeed(mention: Fact<"mention">, knowledge: Knowledge): string | null {
  const meaning = conditions.has(mention.body.kind) ? meaningOf(mention.body, knowledge) : null;
  const seed = meaning?.cls === PhraseClass.concept ? meaning.concept.seeds[0] : undefined;
  return seed === undefined ? null : knowledge.codes.code(seed);
}
