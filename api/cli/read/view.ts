import type { Knowledge } from "../../../pipeline/knowledge.js";
import type { Ledger } from "../../../pipeline/stage.js";
import type { Certainty, Fact, FactId, Span, Subject, Time } from "../../../pipeline/types.js";

/** What was understood of one note, ready to show. Spans are UTF-16 units into `text`. */
export type View = {
  readonly name: string;
  readonly text: string;
  readonly sections: readonly Section[];
  readonly sentences: readonly Span[];
  readonly problems: readonly (Span & { readonly heading: Span })[];
  /** By place; at the same place the longer first. */
  readonly marks: readonly Mark[];
};
export type Section = Span & {
  readonly id: number;
  readonly is: string;
  readonly role: string;
  readonly heading: Span | null;
  /** How its kind is known: by its heading, by its words, or not at all. */
  readonly known: "heading" | "words" | "none";
  readonly nested: boolean;
};
/** Mentions of one kind with the same words at the same place, which are read alike. */
export type Mark = Span & {
  /** The first mention's fact. */
  readonly id: number;
  readonly kind: string;
  /** What the words stand for: lexicon entries, titles of codes, labels of services. */
  readonly names: readonly string[];
  readonly value: string;
  /** Null for places and qualifiers, which belong to other mentions. */
  readonly assertion: Asserted | null;
  readonly ties: readonly Tie[];
  /** Position in `sections`. */
  readonly section: number;
};
export type Asserted = {
  readonly certainty: Certainty;
  readonly time: Time;
  readonly subject: Subject;
  readonly cue: (Span & { readonly id: string }) | null;
};
export type Tie = { readonly role: string; readonly outward: boolean; readonly other: Span & { readonly id: number } };

/** The facts of the reading stages as a person looks at them. */
export function viewOf(name: string, text: string, ledger: Ledger, knowledge: Knowledge): View {
  const sections = ledger.of("section");
  const sectionAt = new Map(sections.map((s, i) => [s.id as number, i]));
  const assertions = new Map(ledger.of("assertion").map((a) => [a.body.mention as number, a]));
  const ties = tiesOf(ledger);
  const nameOf = namer(knowledge);
  const groups = new Map<string, Fact<"mention">[]>();
  for (const mention of ledger.of("mention")) {
    const { place, kind } = mention.body;
    const a = assertions.get(mention.id);
    const key = `${place.start} ${place.end} ${kind} ${a ? `${a.body.certainty} ${a.body.time} ${a.body.subject}` : ""}`;
    const group = groups.get(key);
    if (group) group.push(mention);
    else groups.set(key, [mention]);
  }
  const marks = [...groups.values()].map((group): Mark => {
    const { body, id } = group[0];
    const sentence = ledger.facts[body.sentence] as Fact<"sentence">;
    return {
      start: body.place.start,
      end: body.place.end,
      id,
      kind: body.kind,
      names: [...new Set(group.map(nameOf))],
      value: valueWords(body.value),
      assertion: assertedOf(assertions.get(id)),
      ties: distinct(group.flatMap((m) => ties.get(m.id) ?? [])),
      section: sectionAt.get(sentence.body.section) ?? 0,
    };
  });
  marks.sort((a, b) => a.start - b.start || b.end - a.end || a.id - b.id);
  return {
    name,
    text,
    sections: sections.map(({ id, by, body }) => ({
      id,
      start: body.place.start,
      end: body.place.end,
      is: body.is,
      role: body.role,
      heading: body.heading,
      known: by.type === "model" ? "words" : body.heading && body.is !== "unknown" ? "heading" : "none",
      nested: body.parent !== null,
    })),
    sentences: ledger.of("sentence").map((s) => s.body.place),
    problems: ledger.of("problem").map(({ body }) => ({ ...body.place, heading: body.heading })),
    marks,
  };
}

function assertedOf(fact: Fact<"assertion"> | undefined): Asserted | null {
  if (!fact) return null;
  const { certainty, time, subject, cue } = fact.body;
  return { certainty, time, subject, cue: cue ? { start: cue.start, end: cue.end, id: fact.by.id } : null };
}

function tiesOf(ledger: Ledger): Map<number, Tie[]> {
  const ties = new Map<number, Tie[]>();
  const add = (at: FactId<"mention">, to: FactId<"mention">, role: string, outward: boolean) => {
    const { start, end } = (ledger.facts[to] as Fact<"mention">).body.place;
    const list = ties.get(at) ?? [];
    list.push({ role, outward, other: { start, end, id: to } });
    ties.set(at, list);
  };
  for (const { body } of ledger.of("relation")) {
    add(body.of, body.to, body.role, true);
    add(body.to, body.of, body.role, false);
  }
  return ties;
}

function distinct(ties: readonly Tie[]): Tie[] {
  const seen = new Map<string, Tie>();
  for (const tie of ties) {
    const key = `${tie.role} ${tie.outward} ${tie.other.start} ${tie.other.end}`;
    if (!seen.has(key)) seen.set(key, tie);
  }
  return [...seen.values()];
}

/** Names for people: a code with its title, a service with its label, else the id of the lexicon entry. */
export function namer(knowledge: Knowledge): (mention: Fact<"mention">) => string {
  const services = new Map(knowledge.services.map((s) => [s.id, `${s.code} ${s.label}`]));
  return ({ by, body }) => {
    if (body.kind === "service") return services.get(by.id) ?? by.id;
    if (by.type !== "codeset") return by.id;
    const at = knowledge.codes.find(by.id);
    return at < 0 ? by.id : `${knowledge.codes.code(at)} ${knowledge.codes.title(at)}`;
  };
}

/** A value's parts in their order; kinds of value may come that this file does not know. */
function valueWords(value: object | undefined): string {
  return Object.values(value ?? {})
    .filter((part) => part !== "" && (typeof part === "string" || typeof part === "number"))
    .join(" ");
}
