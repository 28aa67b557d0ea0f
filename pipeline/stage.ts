import type { Knowledge } from "./knowledge.js";
import type { Reading } from "./text/index.js";
import type { Bodies, Encounter, Fact, FactId, Kind, Source } from "./types.js";

/** What a stage may see: the facts of the kinds that it reads, and each note's tokens with their lexicon hits. */
export type View<In extends Kind> = {
  /** Facts of a kind in the order in which they were written. */
  of<K extends In>(kind: K): readonly Fact<K>[];
  get<K extends In>(id: FactId<K>): Fact<K>;
  /** Tokens and lexicon hits of a note; computed once for a run. */
  reading(note: string): Reading;
};

/**
 * Appends a fact and returns its id, so that facts of one stage can rest on each other
 * (a ruling on the candidate that replaces another needs the id of the new one).
 */
export type Write<Out extends Kind> = <K extends Out>(
  kind: K,
  by: Source,
  from: readonly FactId[],
  body: Bodies[K],
) => FactId<K>;

export type Stage<In extends Kind = Kind, Out extends Kind = Kind> = {
  readonly name: string;
  readonly reads: readonly In[];
  readonly writes: readonly Out[];
  run(see: View<NoInfer<In>>, write: Write<NoInfer<Out>>, encounter: Encounter, knowledge: Knowledge): void;
};

/** The compiler's check of one stage; its kinds are erased when stages of different kinds stand in one list. */
export function stage<In extends Kind, Out extends Kind>(definition: Stage<In, Out>): AnyStage {
  return definition as unknown as AnyStage;
}
export type AnyStage = Stage<Kind, Kind>;

/** An append-only list of facts; `facts[i].id === i`. */
export type Ledger = { readonly facts: readonly Fact[]; of<K extends Kind>(kind: K): readonly Fact<K>[] };

export class PipelineError extends Error {
  override name = "PipelineError";
}

export type Pipeline = {
  readonly stages: readonly AnyStage[];
  run(
    encounter: Encounter,
    knowledge: Knowledge,
    readingOf: (note: string) => Reading,
    given?: readonly Fact[],
  ): Ledger;
};

/**
 * Checks the order of stages once and returns the runner that numbers, checks and freezes facts.
 * @param given kinds that a hand-made ledger brings, for tests of a single stage
 * @throws PipelineError when a stage reads a kind that nothing before it writes
 */
export function createPipeline(stages: readonly AnyStage[], given: readonly Kind[] = []): Pipeline {
  const known = new Set<Kind>(given);
  const names = new Set<string>();
  for (const s of stages) {
    if (names.has(s.name)) throw new PipelineError(`Two stages are named "${s.name}". Give each its own name.`);
    names.add(s.name);
    for (const kind of s.reads)
      if (!known.has(kind) && !s.writes.includes(kind))
        throw new PipelineError(
          `Stage "${s.name}" reads "${kind}", which no stage before it writes. Move it after the stage that does.`,
        );
    for (const kind of s.writes) known.add(kind);
  }
  return {
    stages,
    run: (encounter, knowledge, readingOf, facts = []) => runStages(stages, encounter, knowledge, readingOf, facts),
  };
}

function runStages(
  stages: readonly AnyStage[],
  encounter: Encounter,
  knowledge: Knowledge,
  readingOf: (note: string) => Reading,
  given: readonly Fact[],
): Ledger {
  const facts: Fact[] = [...given];
  const byKind = new Map<Kind, Fact[]>();
  const listOf = (kind: Kind): Fact[] => {
    let list = byKind.get(kind);
    if (!list) {
      list = [];
      byKind.set(kind, list);
    }
    return list;
  };
  for (const fact of facts) listOf(fact.kind).push(fact);
  const of = <K extends Kind>(kind: K) => listOf(kind) as unknown as readonly Fact<K>[];
  for (const s of stages) {
    const readable = new Set<Kind>([...s.reads, ...s.writes]);
    const see: View<Kind> = {
      of: (kind) => {
        if (!readable.has(kind)) throw new PipelineError(`Stage "${s.name}" did not declare that it reads "${kind}".`);
        return of(kind);
      },
      get: <K extends Kind>(id: FactId<K>) => {
        const fact = facts[id];
        if (!fact) throw new PipelineError(`Stage "${s.name}" asked for fact ${id}, which does not exist.`);
        if (!readable.has(fact.kind))
          throw new PipelineError(`Stage "${s.name}" did not declare that it reads "${fact.kind}".`);
        return fact as unknown as Fact<K>;
      },
      reading: readingOf,
    };
    const write: Write<Kind> = (kind, by, from, body) => {
      if (!s.writes.includes(kind))
        throw new PipelineError(`Stage "${s.name}" wrote "${kind}", which it does not declare.`);
      const id = facts.length;
      for (const f of from)
        if (!(f >= 0 && f < id))
          throw new PipelineError(`Stage "${s.name}" rests a fact on ${f}, which does not exist.`);
      const fact = Object.freeze({
        id,
        kind,
        stage: s.name,
        by,
        from: Object.freeze(from),
        body: Object.freeze(body),
      }) as unknown as Fact;
      facts.push(fact);
      listOf(kind).push(fact);
      return id as FactId<never>;
    };
    s.run(see, write, encounter, knowledge);
  }
  return { facts, of };
}
