import { type Cue, type Knowledge, PhraseClass } from "../knowledge.js";
import { type Hit, hitsWithin, type Reading } from "../text/index.js";
import { endsClause, isWord, pastArticles, type Stretch } from "./stretch.js";

export type CueHit = Hit & { readonly cue: Cue };

const yearForm = /^(19|20)\d\ds?$/;

/**
 * Cues that count in a sentence. Longest first; a cue inside a longer one, above all inside a pseudo cue, does not count.
 * A pseudo cue that reaches into a mention is none: in "no change in hearing" the change itself may be what is named.
 */
export function cuesIn(stretch: Stretch, reading: Reading, knowledge: Knowledge, year: number): CueHit[] {
  const { first, last, mentions } = stretch;
  const all: CueHit[] = [];
  for (const hit of hitsWithin(reading, first, last, PhraseClass.cue)) {
    const cue = knowledge.cues[hit.index];
    if (stands(hit, cue, stretch, reading)) all.push({ ...hit, cue });
  }
  addYears(all, stretch, reading, knowledge, year);
  if (all.length === 0) return all;
  all.sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from || a.index - b.index);
  // Of a token that a kept cue holds: where that cue begins and ends. Cues over the very same words may speak of different axes.
  const heldFrom = new Int32Array(last - first).fill(-1);
  const heldTo = new Int32Array(last - first);
  const reached = mentionEnds(mentions, first, last);
  const kept: CueHit[] = [];
  for (const hit of all) {
    if (hit.cue.kind === "pseudo" && reached[hit.to - 1 - first] > hit.from && reached[hit.to - 1 - first] !== last + 1)
      continue;
    let free = true;
    for (let i = hit.from; i < hit.to && free; i++) {
      const at = heldFrom[i - first];
      if (at >= 0 && !(at === hit.from && heldTo[i - first] === hit.to)) free = false;
    }
    if (!free) continue;
    for (let i = hit.from; i < hit.to; i++) {
      heldFrom[i - first] = hit.from;
      heldTo[i - first] = hit.to;
    }
    kept.push(hit);
  }
  return kept.sort((a, b) => a.from - b.from || a.index - b.index);
}

/** For each token, the latest begin of a mention that holds it, or `last + 1` when none does. */
function mentionEnds(mentions: Stretch["mentions"], first: number, last: number): Int32Array {
  const begin = new Int32Array(last - first).fill(last + 1);
  for (const { from, to } of mentions)
    for (let i = Math.max(from, first); i < Math.min(to, last); i++)
      if (begin[i - first] === last + 1 || from > begin[i - first]) begin[i - first] = from;
  return begin;
}

/** What a cue asks of its neighbours: "no" answers a field only at the end of a line, "-" denies only before a name. */
function stands(hit: Hit, cue: Cue, stretch: Stretch, reading: Reading): boolean {
  const { first, last, begins } = stretch;
  if (cue.opens && hit.from > first) {
    const before = reading.norm[hit.from - 1];
    if (isWord(reading, hit.from - 1) || before === "-" || before === "/") return false;
  }
  if (cue.next.length === 0) return true;
  const next = pastArticles(reading, hit.to, last);
  return cue.next.some((n) => {
    if (n === "end") return next >= last || endsClause(reading.norm[next]) || isLineEnd(reading, next);
    if (n === "mention") return begins.has(hit.to) || begins.has(next);
    if (n === "number") return next < last && /^\d/.test(reading.norm[next]);
    return hitsWithin(reading, next, last, PhraseClass.drug, next + 1).length > 0;
  });
}
const isLineEnd = (reading: Reading, i: number) =>
  reading.text.slice(reading.end[i - 1], reading.start[i]).includes("\n");

/** Years before the last one, as cues like any other. */
function addYears(all: CueHit[], stretch: Stretch, reading: Reading, knowledge: Knowledge, year: number): void {
  const { first, last } = stretch;
  for (let i = first; i < last; i++) {
    if (!yearForm.test(reading.norm[i]) || Number(reading.norm[i].slice(0, 4)) >= year - 1) continue;
    const opens = i === first || (i === first + 1 && reading.norm[first] === "in");
    knowledge.cues.forEach((cue, index) => {
      if (cue.kind === "year" && (opens || !cue.opens))
        all.push({ from: i, to: i + 1, cls: PhraseClass.cue, index, cue });
    });
  }
}
