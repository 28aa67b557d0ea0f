import type { SectionKind } from "../knowledge.js";
import type { Certainty, Subject, Time } from "../types.js";
import type { CueHit } from "./cues.js";
import { axes, FARTHEST, type Scope } from "./scopes.js";
import type { Named } from "./stretch.js";

const strength: Record<Certainty | Time | Subject, number> = {
  present: 0,
  possible: 1,
  hypothetical: 2,
  absent: 3,
  current: 0,
  past: 1,
  patient: 0,
  family: 1,
  other: 1,
};

const illness = new Set(["condition", "injury"]);

/**
 * What is read of one mention. On each axis a firm cue goes before others, then the nearest decides; at equal distance
 * what is strongest: denial, the past. Where no cue speaks, the section's own implication holds.
 * @param stay whether the text tells of a stay in hospital
 */
export function decide(
  { from, to, kind }: Named,
  scopes: readonly Scope[],
  implied: SectionKind | undefined,
  stay: boolean,
) {
  const best: { [A in (typeof axes)[number]]?: CueHit } = {};
  const nearest = { certainty: 1e9, time: 1e9, subject: 1e9 };
  for (let s = firstWithin(scopes, from - 2 * FARTHEST); s < scopes.length; s++) {
    const scope = scopes[s];
    const { hit } = scope;
    const { cue } = hit;
    if (hit.from > to + FARTHEST) break;
    if (cue.for.length > 0 && !cue.for.includes(kind)) continue;
    // A mention may begin in the cue's last word or end in its first ("no acute | distress").
    if (scope.forward) {
      if (from <= hit.from || to <= scope.from || from >= scope.to) continue;
      if (cue.reach > 0 && to > scope.to) continue;
    } else if (to >= hit.to || from >= scope.to || to <= scope.from || (cue.reach > 0 && from < scope.from)) continue;
    const distance = Math.max(0, scope.forward ? from - hit.to : hit.from - to) - (cue.firm ? 1e6 : 0);
    for (const axis of axes) {
      const value = cue[axis];
      // What got well during the stay was treated in it.
      if (stay && cue.ended && axis === "time" && illness.has(kind)) continue;
      if (!value || distance > nearest[axis]) continue;
      const before = best[axis]?.cue[axis];
      if (distance === nearest[axis] && before && strength[value] <= strength[before]) continue;
      nearest[axis] = distance;
      best[axis] = hit;
    }
  }
  const certainty = best.certainty?.cue.certainty ?? implied?.certainty ?? "present";
  const denied = certainty === "absent" ? implied?.denied : null;
  return {
    certainty,
    time: best.time?.cue.time ?? denied ?? implied?.time ?? "current",
    subject: best.subject?.cue.subject ?? implied?.subject ?? "patient",
    cue: best.certainty ?? best.time ?? best.subject,
  } as const;
}

/** Position of the first scope whose cue begins at or behind a token; scopes stand in the order of their cues. */
function firstWithin(scopes: readonly Scope[], token: number): number {
  let low = 0;
  let high = scopes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scopes[middle].hit.from < token) low = middle + 1;
    else high = middle;
  }
  return low;
}
