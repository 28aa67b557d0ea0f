import { Reach } from "../knowledge.js";
import type { Reading } from "../text/index.js";
import type { CueHit } from "./cues.js";
import { endsClause, isWord, type Stretch } from "./stretch.js";

export const axes = ["certainty", "time", "subject"] as const;
export type Axis = (typeof axes)[number];
/** Tokens `from` to `to` whose mentions the cue changes. */
export type Scope = { readonly hit: CueHit; readonly from: number; readonly to: number; readonly forward: boolean };

/** No cue reaches farther than this many tokens: the work stays in step with the note, whatever its sentences. */
export const FARTHEST = 250;

/** Words that may stand between a cue and the one mention before it that it speaks of. */
const NEAR = 6;

/** What each cue of a sentence reaches: cut off by terminators of its axes, by other clauses, by its own reach. */
export function scopesOf(hits: readonly CueHit[], stretch: Stretch, reading: Reading): Scope[] {
  const scopes: Scope[] = [];
  if (!hits.some((h) => speaks(h))) return scopes;
  const { first, last } = stretch;
  const bounds = boundsOf(hits, stretch, reading);
  for (const hit of hits) {
    const limit = speaks(hit) ? withinName(hit, stretch) : null;
    if (limit === null) continue;
    const { reach, direction } = hit.cue;
    const own = axes.filter((a) => hit.cue[a]);
    if (direction !== "backward") {
      let to = Math.min(last, limit, hit.to + FARTHEST);
      for (const a of own) to = Math.min(to, bounds.next[a][hit.to - first]);
      if (reach > 0) to = Math.min(to, afterWords(reading, hit.to, reach, to));
      if (reach === Reach.clause) to = Math.min(to, bounds.clauseEnd[Math.min(hit.to + 1, last) - first]);
      if (reach === Reach.mention) to = Math.min(to, bounds.mentionAfter[hit.to - first]);
      if (hit.cue.certainty === "absent") to = colonBehind(bounds.mentionEnd, reading, hit.to, to, first);
      scopes.push({ hit, from: hit.to, to, forward: true });
    }
    if (direction !== "forward") {
      let from = Math.max(first, hit.from - FARTHEST);
      for (const a of own) from = Math.max(from, bounds.previous[a][hit.from - first]);
      if (reach > 0) from = Math.max(from, beforeWords(reading, hit.from, reach, from));
      if (reach === Reach.clause) from = Math.max(from, bounds.clauseStart[Math.max(hit.from - 1, first) - first]);
      if (reach === Reach.mention) {
        if (bounds.mentionEnd[hit.from - first] < beforeWords(reading, hit.from, NEAR, from)) continue;
        from = Math.max(from, bounds.mentionBefore[hit.from - first]);
      }
      scopes.push({ hit, from, to: hit.from, forward: false });
    }
  }
  return scopes;
}

const speaks = (hit: CueHit) => hit.cue.kind === "cue" || hit.cue.kind === "year";

/**
 * The end of a longer name that the cue opens, when the cue says nothing about what stands behind it: "old MI, asthma"
 * and "grandmother's disease" end with the name, "family history of breast cancer and diabetes" goes on. Null when the
 * cue counts for nothing: it stands elsewhere in a name, or the name is of a thing that lacks something.
 */
function withinName(hit: CueHit, { first, last, coveredFrom, coveredTo }: Stretch): number | null {
  const to = coveredTo[hit.from - first];
  if (to < hit.to) return last;
  const opens = coveredFrom[hit.from - first] === hit.from && to > hit.to;
  const closes = to === hit.to && coveredFrom[hit.from - first] < hit.from && hit.cue.direction === "backward";
  if (closes) return last;
  if (!opens) return null;
  // "Non-Hodgkin lymphoma" is a name; "ruled out for infarction" is a denial, of what it names and no more.
  if (hit.cue.certainty === "absent") return hit.to - hit.from > 1 ? to : null;
  return hit.cue.reach > 0 ? to : last;
}

/** For each token of the stretch and one beyond: the nearest borders behind it and before it. One walk each way. */
function boundsOf(hits: readonly CueHit[], stretch: Stretch, reading: Reading) {
  const { first, last, mentions } = stretch;
  const size = last - first + 1;
  const array = () => new Int32Array(size);
  const next = { certainty: array(), time: array(), subject: array() };
  const previous = { certainty: array(), time: array(), subject: array() };
  const clauseEnd = array();
  const clauseStart = array();
  const mentionAfter = array();
  const mentionBefore = array();
  const mentionEnd = array();
  const begin = array();
  const end = array();
  for (const axis of axes) {
    next[axis].fill(last);
    previous[axis].fill(first);
  }
  for (const t of hits) {
    if (t.cue.kind !== "terminate") continue;
    for (const axis of axes) {
      if (t.cue.of.length > 0 && !t.cue.of.includes(axis)) continue;
      if (t.cue.direction !== "backward") next[axis][t.from - first] = t.from;
      if (t.cue.direction !== "forward") previous[axis][t.to - first] = Math.max(previous[axis][t.to - first], t.to);
    }
  }
  for (const m of mentions) {
    if (m.from < first || m.to > last) continue;
    // Of mentions that begin or end together the longest counts.
    end[m.from - first] = Math.max(end[m.from - first], m.to);
    begin[m.to - first] = begin[m.to - first] ? Math.min(begin[m.to - first], m.from + 1) : m.from + 1;
  }
  clauseEnd[size - 1] = mentionAfter[size - 1] = last;
  for (let i = size - 2; i >= 0; i--) {
    clauseEnd[i] = endsClause(reading.norm[first + i]) ? first + i : clauseEnd[i + 1];
    mentionAfter[i] = end[i] || mentionAfter[i + 1];
    for (const axis of axes) next[axis][i] = Math.min(next[axis][i], next[axis][i + 1]);
  }
  clauseStart[0] = mentionBefore[0] = first;
  for (let i = 1; i < size; i++) {
    clauseStart[i] = endsClause(reading.norm[first + i - 1]) ? first + i : clauseStart[i - 1];
    mentionBefore[i] = begin[i] ? begin[i] - 1 : mentionBefore[i - 1];
    mentionEnd[i] = begin[i] ? first + i : mentionEnd[i - 1];
    for (const axis of axes) previous[axis][i] = Math.max(previous[axis][i], previous[axis][i - 1]);
  }
  return { next, previous, clauseEnd, clauseStart, mentionAfter, mentionBefore, mentionEnd };
}

/** A denial ends at a colon behind what it denies: "no leak, no abscess: ileus", while "denies: fever" goes on. */
function colonBehind(mentionEnd: Int32Array, reading: Reading, from: number, to: number, first: number): number {
  for (let i = from; i < to; i++) if (reading.norm[i] === ":" && mentionEnd[i - first] > from) return i;
  return to;
}

function afterWords(reading: Reading, from: number, words: number, limit: number): number {
  let i = from;
  for (let n = 0; i < limit && n < words; i++) if (isWord(reading, i)) n++;
  return i;
}
function beforeWords(reading: Reading, to: number, words: number, limit: number): number {
  let i = to;
  for (let n = 0; i > limit && n < words; i--) if (isWord(reading, i - 1)) n++;
  return i;
}
