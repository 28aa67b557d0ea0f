import { PhraseClass } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import type { Hit } from "../text/index.js";
import type { Place } from "../types.js";
import { hitsIn, placeOf, type Scene, type Shown, type Source } from "./scene.js";

export type Side = "right" | "left" | "bilateral";
export type Sided = { readonly side: Side; readonly places: readonly Place[] };

const isSide = (word: string): word is Side => word === "right" || word === "left" || word === "bilateral";

/**
 * The side on which a service was done: the one that its sentences say, both where they say both, else the only one that
 * its problem says, or its section where it is told apart as a procedure.
 */
export function sideOf(service: Shown, scene: Scene): Sided | null {
  const said = service.sources.flatMap((s) => nearest(s, sidesIn(s.sentence.body.place, scene), service, scene));
  const found = joined(said);
  if (found) return found;
  for (const { problem, section } of service.sources) {
    const around =
      problem !== null
        ? scene.see.get(problem).body.place
        : section.body.role === "procedure"
          ? section.body.place
          : null;
    if (!around) continue;
    const wide = joined(sidesIn(around, scene));
    if (wide && (wide.side !== "bilateral" || wide.places.length === 1)) return wide;
  }
  return null;
}

type Word = { readonly side: Side; readonly place: Place };

function sidesIn(place: Place, { see, knowledge }: Scene): Word[] {
  const reading = see.reading(place.note);
  const words: Word[] = [];
  let covered = 0;
  const take = (hit: Hit, side: string | null) => {
    if (side !== null && isSide(side)) words.push({ side, place: placeOf(place.note, reading, hit) });
  };
  // "Left ventricle" holds "left" and names no side: the longer phrase comes first.
  for (const hit of hitsIn(place, reading, PhraseClass.qualifier)) {
    const { id, axis } = knowledge.qualifiers[hit.index];
    if (knowledge.axes[axis].id !== "laterality" || hit.from < covered) continue;
    covered = hit.to;
    take(hit, id);
  }
  for (const hit of hitsIn(place, reading, PhraseClass.anatomy)) take(hit, knowledge.anatomy[hit.index].side);
  return words;
}

/** Where one sentence tells of several services, each has the side that stands next to it. */
function nearest(source: Source, words: Word[], service: Shown, scene: Scene): Word[] {
  const { sentence, mention } = source;
  const several = scene.services.some((s) => s !== service && s.sources.some((o) => o.sentence === sentence));
  if (!several || words.length < 2) return words;
  const reading = scene.see.reading(mention.body.place.note);
  const at = tokenAt(reading, mention.body.place.start);
  const far = (w: Word) => Math.abs(tokenAt(reading, w.place.start) - at);
  const least = Math.min(...words.map(far));
  return words.filter((w) => far(w) === least);
}

function joined(words: readonly Word[]): Sided | null {
  if (words.length === 0) return null;
  const sides = new Set(words.map((w) => w.side));
  const side = sides.has("bilateral") || sides.size > 1 ? "bilateral" : words[0].side;
  const first = new Map(words.toReversed().map((w) => [w.side, w.place]));
  const places = sides.has("bilateral") ? [first.get("bilateral") as Place] : [...first.values()].reverse();
  return { side, places };
}
