import { type Knowledge, PhraseClass } from "../knowledge.js";
import { sideStems } from "../mention.js";
import { hitsWithin, type Reading, TokenKind } from "../text/index.js";
import type { Chosen } from "./choose.js";
import { find, heads, joinerBefore, joins, mentionOf, wordStems } from "./coordination.js";

/** Members of one list that are followed. */
const MOST = 6;
/** Words before a joiner that may stand in place of the head's first ones ("type 1 and type 2 diabetes"). */
const BEFORE = 3;
const sign = /^(?:[a-z]|\d|i{1,3}|iv)$/;
const nothingPasses = () => false;

/**
 * Names that share words: "cervical and lumbar radiculopathy" names cervical radiculopathy too, "hepatitis B and C" both,
 * and "knee pain and swelling" is knee swelling. Put together as if each had been said in full; only what the lexicon
 * knows so counts, and only as the same kind of thing.
 */
export function shareWords(chosen: readonly Chosen[], reading: Reading, knowledge: Knowledge): Chosen[] {
  const taken = new Uint8Array(reading.count);
  const startsAt = new Map<number, Chosen>();
  const quality = new Uint8Array(reading.count);
  for (const c of chosen)
    if (c.cls === PhraseClass.concept || c.cls === PhraseClass.drug) {
      taken.fill(1, c.from, c.to);
      if (c.cls === PhraseClass.concept) startsAt.set(c.from, c);
    } else if (c.cls === PhraseClass.qualifier) quality.fill(1, c.from, c.to);
  // A name that was looked at and does not count there lends its words to no other.
  for (const hit of reading.hits) if (hit.cls === PhraseClass.concept) taken.fill(1, hit.from, hit.to);
  const sides = sideStems(knowledge);
  const replaced = new Set<Chosen>();
  const extra: Chosen[] = [];
  const named = (stems: readonly number[], head: Chosen): Chosen | null => {
    const said = find(stems, PhraseClass.concept, knowledge);
    if (!said || said.index === head.index || knowledge.concept(said.index).kind !== head.kind) return null;
    return mentionOf(head, said.index, knowledge);
  };
  const free = (i: number) =>
    i >= 0 &&
    i < reading.count &&
    reading.kind[i] === TokenKind.word &&
    !taken[i] &&
    reading.stems[i] >= 0 &&
    !sides.has(reading.stems[i]);

  for (const head of chosen) {
    if (head.cls !== PhraseClass.concept || !heads.has(head.kind)) continue;
    const stems = wordStems(reading, head.from, head.to);
    if (joins.has(reading.norm[head.from - 1])) sharedEnd(head, stems);
    if (joins.has(reading.norm[head.to]) || reading.norm[head.to] === ",") {
      sharedBegin(head, wordStems(reading, head.from, head.to - 1));
      sharedPlace(head);
    }
  }
  if (extra.length === 0) return [...chosen];
  return [...chosen.filter((c) => !replaced.has(c)), ...extra].sort(
    (a, b) => a.from - b.from || b.to - a.to || a.cls - b.cls || a.index - b.index,
  );

  /** "maxillary, ethmoid and [frontal sinusitis]" */
  function sharedEnd(head: Chosen, stems: readonly number[]): void {
    let at = head.from;
    for (let n = 0; n < MOST; n++) {
      const joint = joinerBefore(at, reading, nothingPasses, n > 0);
      if (joint < 0) return;
      let from = joint;
      let found: Chosen | null = null;
      let whole: Chosen | null = null;
      let begin = joint;
      while (from > 0 && joint - from < BEFORE && free(from - 1)) {
        from--;
        const words = wordStems(reading, from, joint);
        for (let cut = 1; cut < stems.length; cut++) {
          const said = named([...words, ...stems.slice(cut)], head);
          if (!said) continue;
          found = said;
          begin = from;
          // "Acute maxillary and frontal sinusitis": what stands before the first is said of the second too.
          const both = words.length > cut ? named([...words.slice(0, -cut), ...stems], head) : null;
          if (both) whole = both;
          break;
        }
      }
      // "Acute and chronic": two qualities of one thing, for which titles may have a code of their own.
      if (!found || quality.subarray(begin, joint).every((q) => q === 1)) return;
      if (whole && n === 0) {
        replaced.add(head);
        extra.push(whole);
      }
      extra.push({ ...found, from: begin, to: joint });
      taken.fill(1, begin, joint);
      at = begin;
    }
  }

  /** "[hepatitis B] and C" */
  function sharedBegin(head: Chosen, stems: readonly number[]): void {
    let at = head.to;
    for (let n = 0; n < MOST && stems.length > 0; n++) {
      let i = at;
      if (reading.norm[i] === ",") i++;
      if (i < reading.count && joins.has(reading.norm[i])) i++;
      if (i === at || !free(i) || !sign.test(reading.norm[i])) return;
      const said = named([...stems, reading.stems[i]], head);
      if (!said) return;
      extra.push({ ...said, from: i, to: i + 1 });
      taken[i] = 1;
      at = i + 1;
    }
  }

  /** "[knee pain] and swelling": the second finding is of the same place. */
  function sharedPlace(head: Chosen): void {
    const other = joins.has(reading.norm[head.to]) ? startsAt.get(head.to + 1) : undefined;
    if (!other || head.kind !== "finding" || other.kind !== "finding") return;
    const [place] = hitsWithin(reading, head.from, head.to, PhraseClass.anatomy);
    if (!place || place.from !== head.from || place.to === head.to) return;
    if (hitsWithin(reading, other.from, other.to, PhraseClass.anatomy).length > 0) return;
    const said = named(
      [...wordStems(reading, place.from, place.to), ...wordStems(reading, other.from, other.to)],
      other,
    );
    if (!said) return;
    replaced.add(other);
    extra.push(said);
  }
}
