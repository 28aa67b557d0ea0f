import { createHash } from "node:crypto";
import { run, runWith } from "../pipeline/index.js";
import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models } from "../pipeline/models.js";
import type { Ledger } from "../pipeline/stage.js";
import type { Encounter, Fact, FactId, Role, Span, System, Versions } from "../pipeline/types.js";
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
    /** Of a service: up to four codes of diagnoses that support it, best first. */
    pointers?: readonly string[];
  }[];
  readonly alternatives: readonly { system: System; code: string; score: number }[];
  readonly queries: readonly { text: string; evidence: readonly Span[] }[];
  readonly dropped: readonly { system: System; code: string; reason: string; rule: string }[];
  /** Claim checks that found something, worst first. */
  readonly edits?: readonly {
    rule: string;
    severity: "error" | "warning" | "information";
    codes: readonly string[];
    says: string;
    remedy?: { readonly modifiers: readonly string[]; readonly note: string };
    evidence: readonly Span[];
  }[];
  readonly warnings?: readonly Warning[];
};

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
  const lines = new Map<FactId, Fact<"line">["body"]>();
  for (const { body } of ledger.of("line")) lines.set(body.suggestion, body);
  const edits = ledger.of("edit").map(({ body: { places, ...edit } }) => ({ ...edit, evidence: places.map(spanOf) }));
  return {
    id: encounter.id,
    suggestions: suggestions
      .filter((s) => s.body.shown)
      .map(({ id, body }) => {
        const line = lines.get(id);
        const modifiers = line?.modifiers.map((m) => m.modifier) ?? [];
        const units = body.units ?? (line && line.units > 1 ? line.units : undefined);
        return {
          system: body.code.system,
          code: body.code.value,
          ...(modifiers.length > 0 ? { modifiers } : {}),
          ...(units === undefined ? {} : { units }),
          score: body.probability,
          role: body.role,
          evidence: body.evidence.map(spanOf),
          ...(line && line.pointers.length > 0 ? { pointers: pointersOf(line, ledger) } : {}),
        };
      }),
    alternatives: suggestions
      .filter((s) => !s.body.shown)
      .slice(0, MOST_ALTERNATIVES)
      .map(({ body }) => ({ system: body.code.system, code: body.code.value, score: body.probability })),
    queries: [...queries].map(([text, evidence]) => ({ text, evidence })),
    dropped: [...dropped.values()],
    ...(edits.length > 0 ? { edits } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

const spanOf = ({ start, end }: Span): Span => ({ start, end });

/** Codes of the diagnoses that a claim line points to. */
export function pointersOf(line: Fact<"line">["body"], ledger: Ledger): string[] {
  return line.pointers.map((p) => (ledger.facts[p.suggestion] as Fact<"suggestion">).body.code.value);
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
