import { type Trace, trace, whyNot } from "../pipeline/explain.js";
import type { Knowledge } from "../pipeline/knowledge.js";
import type { Ledger } from "../pipeline/stage.js";
import { type Reading, read } from "../pipeline/text/index.js";
import type { Encounter, Fact, FactId, Kind, Place } from "../pipeline/types.js";
import { titleOf } from "./titles.js";

/** One fact of a walk, with the facts that it rests on. `place` is what it says of the note. */
export type Step = {
  readonly fact: FactId;
  readonly kind: Kind;
  readonly says: string;
  /** What made it: a rule, a lexicon entry, a cue, a model, or a stage. */
  readonly by: string;
  readonly cite?: { readonly doc: string; readonly section: string };
  readonly place?: Place;
  /** Empty where the same fact was walked before. */
  readonly from: readonly Step[];
};
/** A term that leads to a code, and the places of its words in the notes; it is found when none is missing. */
export type Term = {
  readonly term: string;
  readonly found: boolean;
  readonly missing: readonly string[];
  readonly places: readonly Place[];
};
export type Why = {
  readonly code: string;
  readonly title: string;
  readonly because: "suggested" | "alternative" | "dropped" | "never-candidate" | "unknown-code";
  /** Walks from the code, or from the rulings against it, to the words. */
  readonly walk: readonly Step[];
  /** Codes that won the same words, or others of the category: what was taken in its place. */
  readonly instead: readonly { readonly code: string; readonly title: string; readonly walk: Step }[];
  /** For a code that was never a candidate: the title, lexicon and index terms that were looked for. */
  readonly terms: readonly Term[];
};

const MOST_INSTEAD = 5;
const MOST_TERMS = 12;

/**
 * Why a code is or is not proposed, for any code: a walk to the words, or the words that were missed.
 * @param code with or without its dot, in any case
 */
export function why(ledger: Ledger, encounter: Encounter, knowledge: Knowledge, code: string): Why {
  const at = knowledge.codes.find(code);
  const wanted = at < 0 ? code.toUpperCase() : knowledge.codes.code(at);
  const answer = whyNot(ledger, wanted);
  const system = at < 0 ? knowledge.services.find((s) => s.code === wanted)?.system : "icd-10-cm";
  const title = system ? titleOf({ system, value: wanted, release: "" }, knowledge) : "";
  const seen = new Set<number>();
  const walk = (fact: Fact) => stepOf(trace(ledger, fact.id), knowledge, seen);
  const taken = (candidates: readonly Fact<"candidate">[]) => {
    const codes = new Map<string, Fact<"candidate">>();
    for (const c of candidates)
      if (c.body.code.value !== wanted && !codes.has(c.body.code.value)) codes.set(c.body.code.value, c);
    return [...codes.values()].slice(0, MOST_INSTEAD).map((c) => ({
      code: c.body.code.value,
      title: titleOf(c.body.code, knowledge),
      walk: stepOf(trace(ledger, c.id), knowledge, new Set()),
    }));
  };
  const base = { code: wanted, title, because: answer.because, terms: [] };
  switch (answer.because) {
    case "suggested":
      return { ...base, walk: [walk(answer.suggestion)], instead: [] };
    case "alternative":
      return { ...base, walk: [walk(answer.suggestion)], instead: taken(leadersOf(ledger, wanted)) };
    case "dropped":
      return { ...base, walk: answer.rulings.map(walk), instead: taken(leadersOf(ledger, wanted)) };
    case "never-candidate": {
      const terms = at >= 0 ? codeTerms(at, encounter, knowledge) : serviceTerms(wanted, encounter, knowledge);
      const because = system ? answer.because : "unknown-code";
      return { ...base, because, walk: [], instead: taken(answer.near.filter((c) => !c.body.runnerUp)), terms };
    }
  }
}

/** Candidates that lead for the words for which a code stood. */
function leadersOf(ledger: Ledger, code: string): Fact<"candidate">[] {
  const candidates = ledger.of("candidate");
  const words = new Set(candidates.filter((c) => c.body.code.value === code).map((c) => c.body.assertion));
  return candidates.filter((c) => !c.body.runnerUp && words.has(c.body.assertion));
}

type Note = { readonly id: string; readonly reading: Reading };
const notesOf = (encounter: Encounter, knowledge: Knowledge): Note[] =>
  encounter.notes.map((n) => ({ id: n.id, reading: read(n.text, knowledge.lexicon) }));

/** Terms of a diagnosis: those of its title, inclusion terms and lexicon names, those nearest to the note first. */
function codeTerms(at: number, encounter: Encounter, knowledge: Knowledge): Term[] {
  const { codeEntry, entryStart, entryStems } = knowledge.search;
  const notes = notesOf(encounter, knowledge);
  const texts = new Map<string, Term>();
  const add = (stems: Int32Array) => {
    const term = termOf([...stems], notes, knowledge);
    if (stems.length > 0 && !texts.has(term.term)) texts.set(term.term, term);
  };
  const { wordStart, words } = knowledge.codes;
  add(words.subarray(wordStart[at], wordStart[at + 1]));
  for (let e = codeEntry[at]; e < codeEntry[at + 1]; e++) add(entryStems.subarray(entryStart[e], entryStart[e + 1]));
  for (let i = 0; i < knowledge.lexiconConcepts; i++) {
    const { seeds, name } = knowledge.concept(i);
    if (seeds.some((s) => s <= at && at <= knowledge.codes.lastOf[s])) add(Int32Array.from(name));
  }
  return [...texts.values()].sort((a, b) => a.missing.length - b.missing.length).slice(0, MOST_TERMS);
}

/** Terms of a service that Citecode knows, by its rules. */
function serviceTerms(code: string, encounter: Encounter, knowledge: Knowledge): Term[] {
  const notes = notesOf(encounter, knowledge);
  const terms = new Set(knowledge.services.filter((s) => s.code === code).flatMap((s) => s.terms));
  return [...terms]
    .map((term) => ({
      ...termOf(
        term.split(/\s+/).map((w) => knowledge.lexicon.stem(w)),
        notes,
        knowledge,
      ),
      term,
    }))
    .slice(0, MOST_TERMS);
}

function termOf(stems: readonly number[], notes: readonly Note[], knowledge: Knowledge): Term {
  const places: Place[] = [];
  const missing: string[] = [];
  for (const stem of new Set(stems)) {
    let place: Place | undefined;
    for (const { id, reading } of notes) {
      const token = stem < 0 ? -1 : reading.stems.indexOf(stem);
      if (token >= 0) place ??= { note: id, start: reading.start[token], end: reading.end[token] };
    }
    if (place) places.push(place);
    else missing.push(stem < 0 ? "?" : knowledge.lexicon.stemText(stem));
  }
  const term = stems.map((s) => (s < 0 ? "?" : knowledge.lexicon.stemText(s))).join(" ");
  return { term, found: missing.length === 0, missing, places };
}

function stepOf({ fact, from }: Trace, knowledge: Knowledge, seen: Set<number>): Step {
  const known = seen.has(fact.id);
  seen.add(fact.id);
  const rule = fact.by.type === "rule" ? citeOf(fact.by.id, knowledge) : undefined;
  const place = placeOf(fact);
  return {
    fact: fact.id,
    kind: fact.kind,
    says: sayOf(fact, knowledge),
    by: fact.by.type === "stage" ? fact.stage : `${fact.by.type} ${fact.by.id}`,
    ...(rule ? { cite: rule } : {}),
    ...(place ? { place } : {}),
    from: known ? [] : from.map((f) => stepOf(f, knowledge, seen)),
  };
}

/** Where a rule stands in its source; nothing for what is no rule. */
export function citeOf(id: string, knowledge: Knowledge): Step["cite"] {
  const { guidelines, services, queries, limits, poa, visits, claim } = knowledge;
  if (id === "icd10cm.poa") return poa.cite;
  for (const rules of [
    guidelines,
    services,
    queries,
    limits,
    visits.families,
    visits.timed,
    claim.edits,
    claim.modifiers,
  ]) {
    const found = rules.find((r: { id: string }) => r.id === id);
    if (found) return found.cite;
  }
  return undefined;
}

function placeOf(fact: Fact): Place | undefined {
  switch (fact.kind) {
    case "mention":
      return fact.body.place;
    case "assertion":
      return fact.body.cue;
    case "section":
      return fact.body.heading ?? undefined;
    case "problem":
      return fact.body.heading;
    case "sentence":
      return fact.body.place;
    case "question":
    case "poa":
      return fact.body.places[0];
    default:
      return undefined;
  }
}

const percent = (p: number) => `${Math.round(p * 100)} %`;
function sayOf(fact: Fact, knowledge: Knowledge): string {
  switch (fact.kind) {
    case "suggestion": {
      const { code, probability, role } = fact.body;
      return `${code.value} ${percent(probability)}, ${role}, release ${code.release}`;
    }
    case "candidate": {
      const { code, fit, matched } = fact.body;
      return `${code.value}: ${titleOf(code, knowledge)} (fit ${fit.toFixed(2)}; words ${matched.join(", ")})`;
    }
    case "score":
      return Object.entries(fact.body.parts)
        .map(([k, v]) => `${k} ${v}`)
        .join(", ");
    case "estimate":
      return percent(fact.body.probability);
    case "ruling":
      return `${fact.body.verdict}: ${fact.body.says}`;
    case "question":
      return `${fact.body.text} (${fact.body.options.join("; ")})`;
    case "poa":
      return fact.body.indicator;
    case "assertion":
      return `${fact.body.certainty}, ${fact.body.time}, ${fact.body.subject}`;
    case "relation":
      return fact.body.role;
    case "section":
      return fact.body.is;
    default:
      return "";
  }
}
