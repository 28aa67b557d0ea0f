import { type Abbreviation, type Knowledge, PhraseClass } from "../knowledge.js";
import type { Hit, Reading } from "../text/index.js";

/** How far, in tokens, words that tell senses apart are looked for on either side. */
const NEAR = 25;
/** What a section, or the sense's own long form elsewhere in the note, counts for: as much as two words near by. */
const SECTION = 2;
const NAMED = 2;
/** What a neighbour counts for: it stands beside the short form itself ("98% RA"). */
const BESIDE = 4;
/** Senses are marked by bits of one number. */
const MOST = 31;

/** For each abbreviation the senses that a word near by speaks for, as bits. Made once. */
const tables = new WeakMap<Abbreviation, ReadonlyMap<number, number>>();
function nearTable(abbreviation: Abbreviation): ReadonlyMap<number, number> {
  let table = tables.get(abbreviation);
  if (!table) {
    const made = new Map<number, number>();
    abbreviation.senses.slice(0, MOST).forEach((sense, s) => {
      for (const stem of sense.near) made.set(stem, (made.get(stem) ?? 0) | (1 << s));
    });
    tables.set(abbreviation, made);
    table = made;
  }
  return table;
}

/**
 * The sense of each short form: by its very neighbours, the words near it, its section and what the note names elsewhere;
 * otherwise the first. Null when it names nothing coded.
 */
export function senseOf(reading: Reading, knowledge: Knowledge, sectionAt: (token: number) => string) {
  let spelled: Set<number> | undefined;
  // Made at the first short form with a choice; most of what a note names it also writes out.
  const inFull = () => {
    if (!spelled) {
      spelled = new Set();
      for (const hit of reading.hits)
        if (hit.to - hit.from > 1 && hit.cls !== PhraseClass.abbreviation) spelled.add(keyOf(hit));
    }
    return spelled;
  };
  return (hit: Hit): Hit | null => {
    const abbreviation = knowledge.abbreviations[hit.index];
    const { senses } = abbreviation;
    let best = senses[0];
    if (senses.length > 1) {
      const scores = new Array<number>(senses.length).fill(0);
      const near = nearTable(abbreviation);
      const end = Math.min(reading.count, hit.to + NEAR);
      for (let i = Math.max(0, hit.from - NEAR); i < end; i++) {
        const bits = reading.stems[i] < 0 ? undefined : near.get(reading.stems[i]);
        if (bits !== undefined) for (let s = 0; s < senses.length; s++) if (bits & (1 << s)) scores[s]++;
      }
      const section = sectionAt(hit.from);
      senses.forEach((sense, s) => {
        if (sense.sections.includes(section)) scores[s] += SECTION;
        if (sense.means && inFull().has(keyOf(sense.means))) scores[s] += NAMED;
        if (beside(sense, hit, reading)) scores[s] += BESIDE;
      });
      let most = 0;
      scores.forEach((score, s) => {
        if (score > most) {
          most = score;
          best = senses[s];
        }
      });
    }
    return best.means ? { ...hit, cls: best.means.cls, index: best.means.index } : null;
  };
}

const keyOf = ({ cls, index }: { readonly cls: number; readonly index: number }) => index * 16 + cls;
const number = /^\d/;
/** Whether the token just before or behind is one that the sense asks for; "#" is any number. */
function beside({ before, after }: Abbreviation["senses"][number], hit: Hit, reading: Reading): boolean {
  const is = (i: number, wanted: readonly string[]) =>
    wanted.length > 0 &&
    i >= 0 &&
    i < reading.count &&
    (wanted.includes(reading.norm[i]) || (wanted.includes("#") && number.test(reading.norm[i])));
  return is(hit.from - 1, after) || is(hit.to, before);
}
