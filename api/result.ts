import { createHash } from "node:crypto";
import { run, runWith } from "../pipeline/index.js";
import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models } from "../pipeline/models.js";
import type { Ledger } from "../pipeline/stage.js";
import type { Bodies, Encounter, Fact, FactId, Place, Role, Span, System, Versions } from "../pipeline/types.js";
import type { Warning } from "./encounter.js";

/** What `suggest` answers, on the command line and over HTTP. Offsets are UTF-16 units into the text that was given. */
export type Result = {
  readonly id: string;
  readonly suggestions: readonly {
    system: System;
    code: string;
    modifiers?: readonly string[];
    units?: number;
    score: number;
    role: Role;
    evidence: readonly Span[];
  }[];
  readonly alternatives: readonly { system: System; code: string; score: number }[];
  readonly queries: readonly { text: string; evidence: readonly Span[] }[];
  readonly dropped: readonly { system: System; code: string; reason: string; rule: string }[];
  /** How the visit's level was reached; only where the note holds a visit. */
  readonly visit?: Visit;
  readonly warnings?: readonly Warning[];
};
/** A worksheet with spans in place of places. */
export type Visit = Spans<Bodies["worksheet"]>;
type Spans<T> = T extends Place
  ? Span
  : T extends readonly (infer U)[]
    ? readonly Spans<U>[]
    : T extends object
      ? { readonly [K in keyof T]: Spans<T[K]> }
      : T;

/** How many alternatives a result carries; the ledger has them all. */
const MOST_ALTERNATIVES = 40;

/** The ledger of an encounter with no models: what tests of rules look at. */
export function suggestFor(encounter: Encounter, knowledge: Knowledge): Ledger {
  return run(encounter, knowledge);
}

/** The ledger of an encounter as coders see it. */
export function suggestWith(encounter: Encounter, knowledge: Knowledge, models: Models): Promise<Ledger> {
  return runWith(encounter, knowledge, models);
}

/** The ledger as the contract has it. Suggestions in order, alternatives by score, each dropped code once with the ruling that decided. */
export function toResult(ledger: Ledger, encounter: Encounter, warnings: readonly Warning[]): Result {
  const suggestions = ledger.of("suggestion");
  const proposed = new Set(suggestions.map((s) => `${s.body.code.system}:${s.body.code.value}`));
  const candidate = (id: FactId<"candidate">) => ledger.facts[id] as Fact<"candidate">;
  const shown = new Set(
    suggestions.filter((s) => s.body.shown).map((s) => `${s.body.code.system}:${s.body.code.value}`),
  );
  const dropped = new Map<string, Result["dropped"][number]>();
  const queries = new Map<string, Span[]>();
  // Runners-up of a dropped mention fall with it; naming each would bury the reason.
  for (const ruling of ledger.of("ruling")) {
    const { code, runnerUp } = candidate(ruling.body.candidate).body;
    if (runnerUp) continue;
    const key = `${code.system}:${code.value}`;
    if (ruling.body.verdict === "drop" && !proposed.has(key) && !dropped.has(key))
      dropped.set(key, { system: code.system, code: code.value, reason: ruling.body.says, rule: ruling.by.id });
    // A question about a code that the coder does not see would be noise.
    if (ruling.body.verdict === "query" && shown.has(key)) {
      const text = ruling.body.asks ?? ruling.body.says;
      const spans = queries.get(text) ?? [];
      const place = placeOf(ledger, ruling.body.candidate);
      if (!spans.some((s) => s.start === place.start && s.end === place.end)) spans.push(place);
      queries.set(text, spans);
    }
  }
  const visit = visitOf(ledger);
  if (visit?.asks) queries.set(visit.asks, [...visit.places]);
  return {
    id: encounter.id,
    suggestions: suggestions
      .filter((s) => s.body.shown)
      .map(({ body }) => ({
        system: body.code.system,
        code: body.code.value,
        ...(body.modifiers === undefined ? {} : { modifiers: body.modifiers }),
        ...(body.units === undefined ? {} : { units: body.units }),
        score: body.probability,
        role: body.role,
        evidence: body.evidence.map(({ start, end }) => ({ start, end })),
      })),
    alternatives: suggestions
      .filter((s) => !s.body.shown)
      .slice(0, MOST_ALTERNATIVES)
      .map(({ body }) => ({ system: body.code.system, code: body.code.value, score: body.probability })),
    queries: [...queries].map(([text, evidence]) => ({ text, evidence })),
    dropped: [...dropped.values()],
    ...(visit ? { visit } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** The worksheet of the encounter's visit, where there is one. */
export function visitOf(ledger: Ledger): Visit | undefined {
  const sheet = ledger.of("worksheet")[0]?.body;
  const spans = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(spans);
    if (typeof value !== "object" || value === null) return value;
    if ("note" in value && "start" in value) return { start: (value as Place).start, end: (value as Place).end };
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, spans(v)]));
  };
  return sheet && (spans(sheet) as Visit);
}

/** The words of a candidate's mention. */
export function placeOf(ledger: Ledger, id: FactId<"candidate">): Span {
  const assertion = ledger.facts[(ledger.facts[id] as Fact<"candidate">).body.assertion] as Fact<"assertion">;
  const { start, end } = (ledger.facts[assertion.body.mention] as Fact<"mention">).body.place;
  return { start, end };
}

/** What a result depends on, for an auditor to run again. */
export function versionsOf(knowledge: Knowledge, models: Models, engine: string): Versions {
  return {
    engine,
    knowledge: knowledge.hash,
    releases: { "icd-10-cm": knowledge.codes.release },
    models: {
      ranker: knowledge.ranking.id,
      ...models.versions,
      ...(knowledge.sectionModel ? { sections: knowledge.sectionModel.id } : {}),
    },
  };
}

/** SHA-256 of a ledger's facts, for comparing two runs. */
export function ledgerHash(ledger: Ledger): string {
  return createHash("sha256").update(JSON.stringify(ledger.facts)).digest("hex");
}
