import type { Ledger } from "./stage.js";
import type { Fact, FactId, Kind } from "./types.js";

/** A fact with the facts that it rests on, down to the spans of the note. */
export type Trace = { readonly fact: Fact; readonly from: readonly Trace[] };

/** Walks back from a fact along `from`. A fact that several rest on appears under each. */
export function trace(ledger: Ledger, id: FactId): Trace {
  const fact = ledger.facts[id];
  if (!fact) throw new Error(`The ledger has no fact ${id}; it has ${ledger.facts.length}.`);
  return { fact, from: fact.from.map((f) => trace(ledger, f)) };
}

export type WhyNot =
  /** It is proposed: there is nothing to explain away. */
  | { readonly because: "suggested"; readonly suggestion: Fact<"suggestion"> }
  /** It stands in the ranking below the cut, or behind another code for the same words. */
  | { readonly because: "alternative"; readonly suggestion: Fact<"suggestion"> }
  /** Rules dropped it; each ruling with its walk back to the words. */
  | { readonly because: "dropped"; readonly rulings: readonly Fact<"ruling">[] }
  /** No words of the note led to it; near codes that were candidates help to see why. */
  | { readonly because: "never-candidate"; readonly near: readonly Fact<"candidate">[] };

/** Why a code is not among the suggestions. @param code with its dot */
export function whyNot(ledger: Ledger, code: string): WhyNot {
  const wanted = code.toUpperCase();
  const suggestion = ledger.of("suggestion").find((s) => s.body.code.value === wanted);
  if (suggestion) return { because: suggestion.body.shown ? "suggested" : "alternative", suggestion };
  const candidates = ledger.of("candidate").filter((c) => c.body.code.value === wanted);
  if (candidates.length > 0) {
    // A runner-up falls with the code that won its words: that code's rulings say why.
    const assertions = new Set<number>(candidates.map((c) => c.body.assertion));
    const ids = new Set<number>(
      ledger
        .of("candidate")
        .filter((c) => assertions.has(c.body.assertion))
        .map((c) => c.id),
    );
    return {
      because: "dropped",
      rulings: ledger.of("ruling").filter((r) => ids.has(r.body.candidate) && r.body.verdict === "drop"),
    };
  }
  const category = wanted.slice(0, 3);
  return {
    because: "never-candidate",
    near: ledger.of("candidate").filter((c) => c.body.code.value.startsWith(category)),
  };
}

/** Facts of one kind in a trace, nearest first, each once. */
export function within<K extends Kind>(start: Trace, kind: K): Fact<K>[] {
  const found = new Map<number, Fact<K>>();
  const queue = [start];
  for (let i = 0; i < queue.length; i++) {
    const { fact, from } = queue[i];
    if (fact.kind === kind) found.set(fact.id, fact as unknown as Fact<K>);
    queue.push(...from);
  }
  return [...found.values()];
}
