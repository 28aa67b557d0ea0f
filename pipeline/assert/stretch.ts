import { tokenAt } from "../mention.js";
import { type Reading, TokenKind } from "../text/index.js";
import type { Fact, MentionKind, Place } from "../types.js";

/** Tokens `from` to `to` (exclusive) of a mention. */
export type Named = { readonly from: number; readonly to: number; readonly kind: MentionKind };
/** A sentence as cues see it: its tokens and what they name. */
export type Stretch = {
  readonly first: number;
  readonly last: number;
  /** All that were given, in the order of the mention facts. */
  readonly named: readonly Named[];
  /** Those that cues look at. */
  readonly mentions: readonly Named[];
  /** Per token from `first`: kinds of the mentions that begin there. */
  readonly begins: ReadonlyMap<number, ReadonlySet<MentionKind>>;
  /** Per token from `first`: end of the longest mention of several words that begins at or before it and covers it, else 0. */
  readonly coveredTo: Int32Array;
  /** Begin of that mention. */
  readonly coveredFrom: Int32Array;
};

export function stretchOf(
  place: Place,
  reading: Reading,
  facts: readonly Fact<"mention">[],
  seen: (m: Fact<"mention">) => boolean = () => true,
): Stretch {
  const first = openingOf(reading, tokenAt(reading, place.start));
  const last = Math.max(first, tokenAt(reading, place.end - 1) + 1);
  const named = facts.map((m) => ({
    from: tokenAt(reading, m.body.place.start),
    to: tokenAt(reading, m.body.place.end - 1) + 1,
    kind: m.body.kind,
  }));
  const mentions = named.filter((_, i) => seen(facts[i]));
  const begins = new Map<number, Set<MentionKind>>();
  const coveredTo = new Int32Array(last - first);
  const coveredFrom = new Int32Array(last - first);
  for (const { from, to, kind } of mentions) {
    const set = begins.get(from);
    if (set) set.add(kind);
    else begins.set(from, new Set([kind]));
    if (to - from > 1)
      for (let i = Math.max(from, first); i < Math.min(to, last); i++)
        if (to - from > coveredTo[i - first] - coveredFrom[i - first]) {
          coveredTo[i - first] = to;
          coveredFrom[i - first] = from;
        }
  }
  return { first, last, named, mentions, begins, coveredTo, coveredFrom };
}

/** A question mark or a bracketed sign before the first word ("? cellulitis") looks like a bullet and belongs to the sentence. */
function openingOf(reading: Reading, first: number): number {
  let i = first;
  while (
    i > 0 &&
    first - i < 3 &&
    (reading.norm[i - 1] === "?" || reading.norm[i - 1] === ")" || reading.norm[i - 1] === "(")
  ) {
    if (reading.text.slice(reading.end[i - 1], reading.start[i]).includes("\n")) break;
    i--;
  }
  // What ends the line or sentence before belongs to that.
  const opens = i === 0 || reading.text.slice(reading.end[i - 1], reading.start[i]).includes("\n");
  return opens ? i : first;
}
export const isWord = (reading: Reading, i: number) => reading.kind[i] !== TokenKind.punctuation;
/** The next token that is no article or possessive. */
export function pastArticles(reading: Reading, i: number, last: number): number {
  while (i < last && reading.kind[i] === TokenKind.passed) i++;
  return i;
}
const clauseMarks = new Set([",", ";", ":", "(", ")", "."]);
export const endsClause = (norm: string) => clauseMarks.has(norm);
