import { type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import { hitsWithin, type Reading, TokenKind } from "../text/index.js";
import type { Fact } from "../types.js";

type Place = { readonly fact: Fact<"mention">; readonly from: number; readonly to: number };
type Cause = { readonly of: Fact<"mention">; readonly to: Fact<"mention">; readonly by: string };

/** Only what ails the patient can be an adverse effect: an allergy or a poisoning is named for its drug otherwise. */
const ailments = new Set(["condition", "finding"]);
/** Tokens between an ailment, the words that tie, and the drug. */
const FARTHEST = 8;
/** Tokens between a drug and the word behind it that ties ("steroid-induced"). */
const BEHIND = 2;

/**
 * Ailments with the drugs that the note blames for them: "cough from lisinopril", "opioid-induced constipation",
 * "insomnia, stimulant related", "statin myalgia". @param nodes of one sentence, in order
 */
export function causedByDrugs(nodes: readonly Place[], reading: Reading, knowledge: Knowledge): Cause[] {
  const ailing = nodes.filter((n) => ailments.has(n.fact.body.kind));
  const links: Cause[] = [];
  for (const drug of nodes) {
    if (drug.fact.body.kind !== "drug") continue;
    const found =
      within(drug, ailing, reading, knowledge) ??
      blamedBehind(drug, ailing, reading, knowledge) ??
      blamedAhead(drug, ailing, reading, knowledge) ??
      adjoining(drug, ailing, reading, knowledge);
    if (found) links.push({ of: found.ailment.fact, to: drug.fact, by: found.by });
  }
  return links;
}

type Found = { readonly ailment: Place; readonly by: string };

/** A name that holds the drug and says that it is the cause. */
function within(drug: Place, ailing: readonly Place[], reading: Reading, knowledge: Knowledge): Found | null {
  const ailment = ailing.find((a) => a.from <= drug.from && a.to >= drug.to);
  const tie = ailment && tieIn(ailment.from, ailment.to, reading, knowledge);
  return ailment && tie ? { ailment, by: tie.id } : null;
}

/** "Cough from lisinopril": the ailment before words of cause, nothing else that ails between them and the drug. */
function blamedBehind(drug: Place, ailing: readonly Place[], reading: Reading, knowledge: Knowledge): Found | null {
  const ailment = lastBefore(drug.from, ailing);
  if (!ailment || drug.from - ailment.to > FARTHEST) return null;
  const tie = tieIn(ailment.to, drug.from, reading, knowledge);
  return tie && !tie.reversed ? { ailment, by: tie.id } : null;
}

/** "Steroid-induced hyperglycemia", "nitrate causing headache"; or the ailment first: "insomnia, stimulant related". */
function blamedAhead(drug: Place, ailing: readonly Place[], reading: Reading, knowledge: Knowledge): Found | null {
  const next = ailing.find((a) => a.from >= drug.to);
  if (next && next.from - drug.to <= FARTHEST) {
    const tie = tieIn(drug.to, next.from, reading, knowledge);
    if (tie?.reversed) return { ailment: next, by: tie.id };
  }
  const before = lastBefore(drug.from, ailing);
  const tie = tieIn(drug.to, Math.min(reading.count, drug.to + BEHIND), reading, knowledge);
  return before && tie?.reversed && drug.from - before.to <= BEHIND ? { ailment: before, by: tie.id } : null;
}

/** "Statin myalgia": the drug's name just before what it is not given for. */
function adjoining(drug: Place, ailing: readonly Place[], reading: Reading, knowledge: Knowledge): Found | null {
  const ailment = ailing.find((a) => a.from === drug.to);
  if (!ailment || reading.text.slice(reading.end[drug.to - 1], reading.start[drug.to]).includes("\n")) return null;
  const given = meaningOf(drug.fact.body, knowledge);
  const named = meaningOf(ailment.fact.body, knowledge);
  if (given.cls !== PhraseClass.drug || named.cls !== PhraseClass.concept) return null;
  const { lastOf } = knowledge.codes;
  const meets = (a: number, b: number) => a <= lastOf[b] && b <= lastOf[a];
  const treated = named.concept.seeds.some((seed) => given.drug.treats.some((t) => meets(seed, t)));
  return treated ? null : { ailment, by: given.drug.id };
}

/** The longest words of cause in a stretch, unless a semicolon ends what they say. */
function tieIn(from: number, to: number, reading: Reading, knowledge: Knowledge) {
  let best: { readonly length: number; readonly index: number } | null = null;
  for (let i = from; i < to; i++) if (reading.kind[i] === TokenKind.punctuation && reading.norm[i] === ";") return null;
  for (const hit of hitsWithin(reading, from, to, PhraseClass.connector))
    if (!best || hit.to - hit.from > best.length) best = { length: hit.to - hit.from, index: hit.index };
  const tie = best && knowledge.connectors[best.index];
  return tie?.role === "due-to" && !tie.loose ? tie : null;
}

function lastBefore(token: number, places: readonly Place[]): Place | undefined {
  let last: Place | undefined;
  for (const p of places) if (p.to <= token) last = p;
  return last;
}
