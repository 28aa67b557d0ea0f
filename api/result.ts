import { createHash } from "node:crypto";
import { run, runWith } from "../pipeline/index.js";
import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models } from "../pipeline/models.js";
import type { Ledger } from "../pipeline/stage.js";
import type {
  Bodies,
  Code,
  Encounter,
  Fact,
  FactId,
  Place,
  Poa,
  Role,
  Span,
  System,
  Versions,
} from "../pipeline/types.js";
import { choiceFor, knowledgeOn } from "./codesets/in-force.js";
import type { Warning } from "./encounter.js";
import { titleOn } from "./titles.js";

/** Words of a note; `note` names it where the encounter has several. */
export type Evidence = Span & { readonly note?: string };

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
    evidence: readonly Evidence[];
    /** Present on admission, for diagnoses of inpatients. */
    poa?: Poa;
    /** Of a service: up to four codes of diagnoses that support it, best first. */
    pointers?: readonly string[];
  }[];
  readonly alternatives: readonly { system: System; code: string; score: number }[];
  readonly queries: readonly {
    /** The rule that asks. */
    id?: string;
    text: string;
    options?: readonly string[];
    evidence: readonly Evidence[];
  }[];
  readonly dropped: readonly { system: System; code: string; reason: string; rule: string }[];
  /** How the visit's level was reached; only where the note holds a visit. */
  readonly visit?: Visit;
  /** Claim checks that found something, worst first. */
  readonly edits?: readonly {
    rule: string;
    severity: "error" | "warning" | "information";
    codes: readonly string[];
    says: string;
    remedy?: { readonly modifiers: readonly string[]; readonly note: string };
    evidence: readonly Evidence[];
  }[];
  readonly warnings?: readonly Warning[];
};
/** A worksheet with spans in place of places. */
export type Visit = Spans<Bodies["worksheet"]>;
type Spans<T> = T extends Place
  ? Evidence
  : T extends readonly (infer U)[]
    ? readonly Spans<U>[]
    : T extends object
      ? { readonly [K in keyof T]: Spans<T[K]> }
      : T;

/** How many alternatives a result carries; the ledger has them all. */
const MOST_ALTERNATIVES = 40;

/** The ledger of an encounter with no models: what tests of rules look at. */
export function suggestFor(encounter: Encounter, knowledge: Knowledge): Ledger {
  return run(encounter, knowledgeOn(knowledge, encounter.date));
}

/** The ledger of an encounter as coders see it. */
export function suggestWith(encounter: Encounter, knowledge: Knowledge, models: Models): Promise<Ledger> {
  return runWith(encounter, knowledgeOn(knowledge, encounter.date), models);
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
  const queries = new Map<string, { id: string; text: string; options: readonly string[]; evidence: Evidence[] }>();
  const found = new Map<string, Warning>();
  const poa = new Map<FactId, Poa>(ledger.of("poa").map((p) => [p.body.suggestion, p.body.indicator]));
  const named = ({ note, start, end }: Place): Evidence =>
    encounter.notes.length > 1 ? { note, start, end } : { start, end };
  // Runners-up of a dropped mention fall with it; naming each would bury the reason.
  for (const ruling of ledger.of("ruling")) {
    const { code, runnerUp } = candidate(ruling.body.candidate).body;
    if (runnerUp) continue;
    const key = `${code.system}:${code.value}`;
    if (ruling.body.verdict === "drop" && !proposed.has(key) && !dropped.has(key))
      dropped.set(key, { system: code.system, code: code.value, reason: ruling.body.says, rule: ruling.by.id });
    if (ruling.body.verdict === "warn" && shown.has(key)) {
      const warning = found.get(`${ruling.by.id} ${key}`);
      const evidence = withSpan(warning?.evidence ?? [], named(placeOf(ledger, ruling.body.candidate)));
      found.set(`${ruling.by.id} ${key}`, {
        code: ruling.by.id,
        message: ruling.body.says,
        about: code.value,
        evidence,
      });
    }
  }
  for (const { by, body } of ledger.of("question")) {
    // A question about a code that the coder does not see would be noise.
    if (body.about !== undefined && !shown.has(keyOf(candidate(body.about).body.code))) continue;
    const query = queries.get(body.text) ?? { id: by.id, text: body.text, options: body.options, evidence: [] };
    for (const place of body.places) query.evidence = withSpan(query.evidence, named(place));
    queries.set(body.text, query);
  }
  const told = [...warnings, ...found.values()];
  const visit = visitOf(ledger, encounter.notes.length > 1);
  if (visit?.asks)
    queries.set(visit.asks, { id: visit.family, text: visit.asks, options: [], evidence: [...visit.places] });
  const lines = new Map<FactId, Fact<"line">["body"]>();
  for (const { body } of ledger.of("line")) lines.set(body.suggestion, body);
  const edits = ledger.of("edit").map(({ body: { places, ...edit } }) => ({ ...edit, evidence: places.map(named) }));
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
          evidence: body.evidence.map(named),
          ...(poa.has(id) ? { poa: poa.get(id) } : {}),
          ...(line && line.pointers.length > 0 ? { pointers: pointersOf(line, ledger) } : {}),
        };
      }),
    alternatives: suggestions
      .filter((s) => !s.body.shown)
      .slice(0, MOST_ALTERNATIVES)
      .map(({ body }) => ({ system: body.code.system, code: body.code.value, score: body.probability })),
    queries: [...queries.values()],
    dropped: [...dropped.values()],
    ...(visit ? { visit } : {}),
    ...(edits.length > 0 ? { edits } : {}),
    ...(told.length > 0 ? { warnings: told } : {}),
  };
}

const keyOf = ({ system, value }: Code) => `${system}:${value}`;
const withSpan = (spans: readonly Evidence[], span: Evidence): Evidence[] =>
  spans.some((s) => s.note === span.note && s.start === span.start && s.end === span.end)
    ? [...spans]
    : [...spans, span];
/** The worksheet of the encounter's visit, where there is one. @param named whether places name their note */
export function visitOf(ledger: Ledger, named = false): Visit | undefined {
  const sheet = ledger.of("worksheet")[0]?.body;
  const spans = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(spans);
    if (typeof value !== "object" || value === null) return value;
    if ("note" in value && "start" in value) {
      const { note, start, end } = value as Place;
      return named ? { note, start, end } : { start, end };
    }
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, spans(v)]));
  };
  return sheet && (spans(sheet) as Visit);
}

/** Codes of the diagnoses that a claim line points to. */
export function pointersOf(line: Fact<"line">["body"], ledger: Ledger): string[] {
  return line.pointers.map((p) => (ledger.facts[p.suggestion] as Fact<"suggestion">).body.code.value);
}

/** The words of a candidate's mention. */
export function placeOf(ledger: Ledger, id: FactId<"candidate">): Place {
  const assertion = ledger.facts[(ledger.facts[id] as Fact<"candidate">).body.assertion] as Fact<"assertion">;
  return (ledger.facts[assertion.body.mention] as Fact<"mention">).body.place;
}

/** A result with the title of each suggestion, for people. */
export type Titled = Omit<Result, "suggestions"> & {
  readonly suggestions: readonly (Result["suggestions"][number] & { readonly title: string })[];
};
export function titled(result: Result, knowledge: Knowledge, day: string): Titled {
  return {
    ...result,
    suggestions: result.suggestions.map((s) => ({
      ...s,
      title: titleOn({ system: s.system, value: s.code, release: "" }, knowledge, day),
    })),
  };
}

/** What the result of a day depends on: the releases in force on it, with the knowledge compiled for them. */
export function versionsOn(versions: Versions, knowledge: Knowledge, day: string): Versions {
  const there = knowledgeOn(knowledge, day);
  const releases: Record<string, string> = { ...versions.releases, "icd-10-cm": there.codes.release };
  for (const system of ["icd-10-pcs", "hcpcs", "cpt"] as const) {
    const chosen = choiceFor(knowledge, system, day);
    if (chosen) releases[system] = chosen.release.release;
  }
  return { ...versions, knowledge: there.hash, releases };
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
