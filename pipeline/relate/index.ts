import { type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf, tokenAt } from "../mention.js";
import { stage } from "../stage.js";
import { type Hit, hitsWithin, type Reading, TokenKind } from "../text/index.js";
import type { Fact, FactId, Source } from "../types.js";
import { type Defined, definitionOf, rememberDefinition } from "./definitions.js";
import { dosesOf } from "./doses.js";
import { causedByDrugs } from "./drugs.js";
import { type Described, saidElsewhere } from "./elsewhere.js";

const self: Source = { type: "stage", id: "relate" };
const heads = new Set(["condition", "finding", "injury", "external-cause", "status"]);
const LATERALITY = "laterality";
const ENCOUNTER = "encounter";
/** A qualifier or site further from its head than this many counted tokens is somebody else's. */
const FARTHEST = 10;

type Node = { readonly fact: Fact<"mention">; readonly from: number; readonly to: number };

/** What belongs together: sites and qualifiers to the mention they describe, causes and companions to each other. */
export const relate = stage({
  name: "relate",
  reads: ["sentence", "mention", "assertion"],
  writes: ["relation"],
  run(see, write, _encounter, knowledge) {
    const assertionOf = new Map<FactId, Fact<"assertion">>();
    for (const a of see.of("assertion")) assertionOf.set(a.body.mention, a);
    const bySentence = new Map<FactId, Fact<"mention">[]>();
    for (const m of see.of("mention")) {
      const list = bySentence.get(m.body.sentence);
      if (list) list.push(m);
      else bySentence.set(m.body.sentence, [m]);
    }
    const described: Described[] = [];
    const defined: Defined = new Map();
    const coveredOf = new Map<string, Uint8Array>();
    for (const mentions of bySentence.values()) {
      const reading = see.reading(mentions[0].body.place.note);
      const nodes = mentions
        .map((fact) => ({
          fact,
          from: tokenAt(reading, fact.body.place.start),
          to: tokenAt(reading, fact.body.place.end - 1) + 1,
        }))
        .sort((a, b) => a.from - b.from || a.fact.id - b.fact.id);
      for (const { of, to } of dosesOf(nodes, reading))
        write("relation", self, [of.id, to.id], { of: of.id, to: to.id, role: "dose" });
      const headNodes = nodes.filter((n) => heads.has(n.fact.body.kind));
      if (headNodes.length === 0) continue;
      for (const { of, to, by } of causedByDrugs(nodes, reading, knowledge))
        write("relation", { type: "lexicon", id: by }, [of.id, to.id], { of: of.id, to: to.id, role: "due-to" });
      const modifiers = nodes.filter((n) => n.fact.body.kind === "anatomy" || n.fact.body.kind === "qualifier");
      const { note } = mentions[0].body.place;
      const covered = coveredOf.get(note) ?? new Uint8Array(reading.count);
      coveredOf.set(note, covered);
      for (const m of modifiers) covered.fill(1, m.from, m.to);
      const own = new Map<Node, Node[]>(headNodes.map((h) => [h, []]));
      for (const m of modifiers) {
        const head = nearestHead(m, headNodes, covered, reading);
        if (head) own.get(head)?.push(m);
      }
      for (let i = 1; i < headNodes.length; i++)
        rememberDefinition(headNodes[i - 1].fact, headNodes[i].fact, reading, defined);
      headNodes.forEach((head, i) => {
        // "knee pain and swelling": the second of two joined heads shares the site and side of the first.
        const previous = headNodes[i - 1];
        if (
          previous &&
          !own.get(head)?.some((m) => m.fact.body.kind === "anatomy") &&
          joined(previous, head, covered, reading)
        ) {
          const placed = hitsWithin(reading, head.from, head.to, PhraseClass.anatomy).length > 0;
          const sided = own.get(head)?.some((m) => isSide(m.fact, knowledge));
          for (const m of own.get(previous) ?? [])
            if (
              isSide(m.fact, knowledge) ? !sided && (placed || m.to <= previous.to) : !placed && m.to <= previous.from
            )
              if (isSide(m.fact, knowledge) || m.fact.body.kind === "anatomy") own.get(head)?.push(m);
        }
        for (const m of own.get(head) ?? [])
          write("relation", self, [head.fact.id, m.fact.id], {
            of: head.fact.id,
            to: m.fact.id,
            role: m.fact.body.kind === "anatomy" ? "site" : "qualifier",
          });
        const attached = own.get(head) ?? [];
        described.push({
          head: head.fact,
          present: isPresent(assertionOf.get(head.fact.id)),
          sides: attached.filter((m) => isSide(m.fact, knowledge)).map((m) => m.fact),
          phases: attached.filter((m) => isOn(ENCOUNTER, m.fact, knowledge)).map((m) => m.fact),
          sites: attached.filter((m) => m.fact.body.kind === "anatomy").map((m) => m.fact),
          siteKeys: siteKeys(head, attached, reading),
        });
      });
      for (let i = 1; i < headNodes.length; i++) {
        const tie = connectorBetween(headNodes[i - 1], headNodes[i], reading, knowledge);
        if (!tie) continue;
        const [of, to] = tie.reversed
          ? [headNodes[i].fact, headNodes[i - 1].fact]
          : [headNodes[i - 1].fact, headNodes[i].fact];
        write("relation", { type: "lexicon", id: tie.id }, [of.id, to.id], { of: of.id, to: to.id, role: tie.role });
      }
    }
    if (defined.size > 0)
      for (const m of see.of("mention")) {
        const long = heads.has(m.body.kind) ? definitionOf(m, see.reading(m.body.place.note), defined) : undefined;
        if (long && long !== m)
          write("relation", { type: "stage", id: "relate.defined-as" }, [m.id, long.id], {
            of: m.id,
            to: long.id,
            role: "defined-as",
          });
      }
    for (const { of, to, role } of saidElsewhere(described))
      write("relation", { type: "stage", id: "relate.elsewhere" }, [of.id, to.id], { of: of.id, to: to.id, role });
  },
});

const isPresent = (a: Fact<"assertion"> | undefined) =>
  a !== undefined && a.body.certainty !== "absent" && a.body.subject === "patient";

function nearestHead(m: Node, headNodes: readonly Node[], covered: Uint8Array, reading: Reading): Node | null {
  let best: Node | null = null;
  let least = FARTHEST + 1;
  for (const head of headNodes) {
    const before = m.to <= head.from;
    const [a, b] = before ? [m.to, head.from] : [head.to, m.from];
    let gap = before ? 0 : 0.5;
    for (let i = a; i < b && gap <= FARTHEST; i++) gap += cost(i, covered, reading, headNodes);
    if (gap < least) {
      least = gap;
      best = head;
    }
  }
  return best;
}

const light = new Set([
  "of",
  "in",
  "on",
  "at",
  "to",
  "with",
  "is",
  "was",
  "involving",
  "affecting",
  "over",
  "-",
  "(",
  ")",
  "and",
]);
function cost(i: number, covered: Uint8Array, reading: Reading, headNodes: readonly Node[]): number {
  if (covered[i] || reading.kind[i] === TokenKind.passed) return 0;
  const norm = reading.norm[i];
  if (norm === ";" || norm === "but") return FARTHEST;
  if (norm === ",") return 1.5;
  if (headNodes.some((h) => i >= h.from && i < h.to)) return 3;
  return light.has(norm) ? (norm === "and" ? 1 : 0.2) : 1;
}

const between = new Set([",", "and", "or", "/", "&"]);
/** Nothing but joiners between two heads, and places and sides of the first: "fracture of the left radius and [ulna]". */
function joined(a: Node, b: Node, covered: Uint8Array, reading: Reading): boolean {
  if (b.from <= a.to) return false;
  let joiner = false;
  for (let i = a.to; i < b.from; i++)
    if (between.has(reading.norm[i])) joiner = true;
    else if (!covered[i] && reading.kind[i] !== TokenKind.passed && reading.norm[i] !== "of") return false;
  return joiner;
}

/** Whether a mention is a value of an axis that means something in titles. */
const isOn = (axis: string, m: Fact<"mention">, knowledge: Knowledge): boolean => {
  if (m.body.kind !== "qualifier") return false;
  const meaning = meaningOf(m.body, knowledge);
  if (meaning.cls !== PhraseClass.qualifier || meaning.qualifier.words.length === 0) return false;
  return knowledge.axes[meaning.qualifier.axis].id === axis;
};
const isSide = (m: Fact<"mention">, knowledge: Knowledge): boolean => isOn(LATERALITY, m, knowledge);

/** Anatomy inside a head's own words ("knee pain") and attached to it. */
function siteKeys(head: Node, attached: readonly Node[], reading: Reading): Set<number> {
  const keys = new Set<number>();
  for (const hit of hitsWithin(reading, head.from, head.to, PhraseClass.anatomy)) keys.add(hit.index);
  for (const m of attached) if (m.fact.body.kind === "anatomy") keys.add(Number(m.fact.body.concept.split(":")[1]));
  return keys;
}

/** The longest connector between two heads that stand close together. */
function connectorBetween(a: Node, b: Node, reading: Reading, knowledge: Knowledge) {
  if (b.from < a.to || b.from - a.to > 8) return null;
  let best: Hit | null = null;
  for (const hit of hitsWithin(reading, a.to, b.from, PhraseClass.connector))
    if (!best || hit.to - hit.from > best.to - best.from) best = hit;
  return best ? knowledge.connectors[best.index] : null;
}
