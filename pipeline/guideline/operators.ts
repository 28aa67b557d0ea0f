import { type Condition, type Knowledge, PhraseClass } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import { axisTable } from "../search/index.js";
import { type Hit, hitsWithin, type Reading } from "../text/index.js";
import type { Bodies, Code, Encounter, Fact, Place } from "../types.js";

/** One candidate with all that a rule may ask about it. */
export type Subject = {
  readonly candidate: Fact<"candidate">;
  readonly assertion: Bodies["assertion"];
  readonly mention: Fact<"mention">;
  readonly sentence: Fact<"sentence">;
  readonly section: Bodies["section"];
  readonly problem: Bodies["problem"] | null;
  /** Position in the code table, or -1 for other systems. */
  readonly position: number;
  readonly probability: number;
  /** Relations of the mention, with the other mention's leading candidate where it has one. */
  readonly relations: readonly { readonly role: string; readonly other: Subject | null }[];
};
export type Scene = {
  readonly encounter: Encounter;
  readonly knowledge: Knowledge;
  /** Leading candidates in the order of the note. */
  readonly leading: readonly Subject[];
  reading(note: string): Reading;
  /** Drugs that the patient takes, by the status code of their long-term use. */
  readonly drugs: readonly { readonly longTerm: number; readonly place: Place }[];
  /** Codes, and headers of codes, that a drug which the patient takes is given for. */
  readonly treats: ReadonlySet<number>;
  /** Whether a rule has dropped a candidate by now. */
  isDropped(subject: Subject): boolean;
};
export type Test = (subject: Subject, scene: Scene) => boolean;

const listed = <T>(values: readonly T[]) => {
  const set = new Set<T>(values);
  return (value: T) => set.has(value);
};

/** Turns a condition into a function once; a run asks it about thousands of candidates. */
export function compileCondition(condition: Condition, knowledge: Knowledge): Test {
  const inner = (c: Condition) => compileCondition(c, knowledge);
  if ("all" in condition) {
    const tests = condition.all.map(inner);
    return (s, scene) => tests.every((t) => t(s, scene));
  }
  if ("any" in condition) {
    const tests = condition.any.map(inner);
    return (s, scene) => tests.some((t) => t(s, scene));
  }
  if ("not" in condition) {
    const test = inner(condition.not);
    return (s, scene) => !test(s, scene);
  }
  if ("code" in condition) {
    const within = codeTest(condition.code, knowledge);
    return (s) => within(s);
  }
  if ("list" in condition) {
    const within = codeTest(knowledge.lists[condition.list] ?? [], knowledge);
    return (s) => within(s);
  }
  if ("setting" in condition) {
    const has = listed(condition.setting);
    return (_s, scene) => has(scene.encounter.setting);
  }
  if ("certainty" in condition) {
    const has = listed(condition.certainty);
    return (s) => has(s.assertion.certainty);
  }
  if ("time" in condition) {
    const has = listed(condition.time);
    return (s) => has(s.assertion.time);
  }
  if ("subject" in condition) {
    const has = listed(condition.subject);
    return (s) => has(s.assertion.subject);
  }
  if ("kind" in condition) {
    const has = listed(condition.kind);
    return (s) => has(s.mention.body.kind);
  }
  if ("section" in condition) {
    const has = listed(condition.section);
    return (s) => has(s.section.is);
  }
  if ("role" in condition) {
    const has = listed(condition.role);
    return (s) => has(s.section.role);
  }
  if ("age" in condition) {
    const { min = -Infinity, max = Infinity } = condition.age;
    return (_s, { encounter }) =>
      encounter.patient.age !== undefined && encounter.patient.age >= min && encounter.patient.age <= max;
  }
  if ("sex" in condition) {
    const has = listed(condition.sex);
    return (_s, { encounter }) => encounter.patient.sex !== undefined && has(encounter.patient.sex);
  }
  if ("status" in condition) {
    const has = listed(condition.status);
    return (_s, { encounter }) => encounter.patient.status !== undefined && has(encounter.patient.status);
  }
  if ("with" in condition) return withTest(condition.with, knowledge);
  if ("words" in condition) {
    const phrases = new Set(condition.words.any.map((term) => knowledge.phrase.get(term) ?? -1));
    const { where } = condition.words;
    return (s, scene) => wordsIn(phrases, where, s, scene, 1).length > 0;
  }
  if ("relation" in condition) {
    const has = listed<string>(condition.relation.role);
    const within = condition.relation.code ? codeTest(condition.relation.code, knowledge) : null;
    return (s) => s.relations.some((r) => has(r.role) && (!within || (r.other !== null && within(r.other))));
  }
  if ("drug" in condition) {
    const wanted = new Set(condition.drug.map((code) => knowledge.codes.find(code)));
    const answers = new WeakMap<Scene, boolean>();
    return (_s, scene) => {
      const known = answers.get(scene) ?? scene.drugs.some((d) => wanted.has(d.longTerm));
      answers.set(scene, known);
      return known;
    };
  }
  if ("treated" in condition) {
    const { treated } = condition;
    return (s, scene) => isTreated(s, scene) === treated;
  }
  if ("every" in condition) {
    const test = inner(condition.every);
    return (s, scene) => (liveOfCode(scene).get(s.position) ?? [s]).every((o) => test(o, scene));
  }
  if ("open" in condition) {
    const has = listed(condition.open);
    return (s) => s.candidate.body.open.some(has);
  }
  const { pair } = condition;
  return (s, scene) => pairs[pair](s, scene) !== null;
}

/** Whether a rule can hold for a code at all, as far as its conditions speak of the code alone. */
export function coverOf(condition: Condition, knowledge: Knowledge): (code: Code, position: number) => boolean {
  const parts = "all" in condition ? condition.all : [condition];
  const tests = parts.flatMap((c) =>
    "code" in c
      ? [prefixTest(c.code, knowledge)]
      : "list" in c
        ? [prefixTest(knowledge.lists[c.list] ?? [], knowledge)]
        : [],
  );
  return (code, position) => tests.every((t) => t(code, position));
}

type CodeTest = (s: Subject) => boolean;
/** Places that tell as much as all of them; a long note has no end of them. */
const ENOUGH = 4;

const phraseTables = new WeakMap<Reading, ReadonlyMap<number, Hit[]>>();
/** The phrases of rules in a note, by phrase. */
function phrasesOf(reading: Reading): ReadonlyMap<number, Hit[]> {
  let table = phraseTables.get(reading);
  if (!table) {
    const made = new Map<number, Hit[]>();
    for (const hit of reading.hits) {
      if (hit.cls !== PhraseClass.words) continue;
      const list = made.get(hit.index);
      if (list) list.push(hit);
      else made.set(hit.index, [hit]);
    }
    table = made;
    phraseTables.set(reading, table);
  }
  return table;
}

/** Where one of the phrases stands in the sentence, problem or note of a candidate: the first few places. */
function wordsIn(
  phrases: ReadonlySet<number>,
  where: "sentence" | "problem" | "note",
  s: Subject,
  scene: Scene,
  most = ENOUGH,
): Place[] {
  const { note } = s.mention.body.place;
  const reading = scene.reading(note);
  const place = where === "sentence" ? s.sentence.body.place : where === "problem" ? s.problem?.place : undefined;
  let hits: Hit[];
  if (place) {
    if (place.end <= place.start) return [];
    const to = tokenAt(reading, place.end - 1) + 1;
    hits = hitsWithin(reading, tokenAt(reading, place.start), to, PhraseClass.words).filter((h) =>
      phrases.has(h.index),
    );
  } else {
    const table = phrasesOf(reading);
    hits = [...phrases].flatMap((phrase) => table.get(phrase)?.slice(0, most) ?? []).sort((x, y) => x.from - y.from);
  }
  return hits.slice(0, most).map((h) => ({ note, start: reading.start[h.from], end: reading.end[h.to - 1] }));
}

/** The words and drugs that a condition was satisfied by: evidence for what it adds. */
export function placesOf(condition: Condition, s: Subject, scene: Scene): Place[] {
  if ("all" in condition || "any" in condition)
    return ("all" in condition ? condition.all : condition.any).flatMap((c) => placesOf(c, s, scene));
  if ("drug" in condition) {
    const wanted = new Set(condition.drug.map((code) => scene.knowledge.codes.find(code)));
    const places: Place[] = [];
    for (const d of scene.drugs) {
      if (wanted.has(d.longTerm)) places.push(d.place);
      if (places.length === ENOUGH) break;
    }
    return places;
  }
  if ("words" in condition) {
    const phrases = new Set(condition.words.any.map((term) => scene.knowledge.phrase.get(term) ?? -1));
    return wordsIn(phrases, condition.words.where, s, scene);
  }
  return [];
}

/** Whether a drug that the patient takes is given for the code or a header of it. */
function isTreated(s: Subject, { treats, knowledge: { codes } }: Scene): boolean {
  for (let at = s.position; at >= 0; at = codes.parent(at)) if (treats.has(at)) return true;
  return false;
}

const liveTables = new WeakMap<Scene, ReadonlyMap<number, readonly Subject[]>>();
/** All live candidates by the position of their code. */
function liveOfCode(scene: Scene): ReadonlyMap<number, readonly Subject[]> {
  let found = liveTables.get(scene);
  if (!found) {
    const made = new Map<number, Subject[]>();
    for (const s of scene.leading) {
      if (s.position < 0 || !isLive(s, scene)) continue;
      const list = made.get(s.position);
      if (list) list.push(s);
      else made.set(s.position, [s]);
    }
    found = made;
    liveTables.set(scene, found);
  }
  return found;
}

/** Prefixes as ranges of positions for diagnoses, as texts for other systems. */
function codeTest(prefixes: readonly string[], knowledge: Knowledge): CodeTest {
  const test = prefixTest(prefixes, knowledge);
  return (s) => test(s.candidate.body.code, s.position);
}
function prefixTest(prefixes: readonly string[], knowledge: Knowledge): (code: Code, position: number) => boolean {
  const { codes } = knowledge;
  const ranges: [number, number][] = [];
  const texts: string[] = [];
  for (const prefix of prefixes) {
    const at = codes.find(prefix);
    if (at >= 0) ranges.push([at, codes.lastOf[at]]);
    else texts.push(prefix.replace(".", ""));
  }
  // Lists of edits hold hundreds of ranges; those of a code and of one of its headers may overlap.
  ranges.sort((a, b) => a[0] - b[0]);
  const most = Int32Array.from(ranges, ([, to]) => to);
  for (let i = 1; i < most.length; i++) most[i] = Math.max(most[i], most[i - 1]);
  const isWithin = (position: number): boolean => {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle][0] <= position) low = middle + 1;
      else high = middle;
    }
    return low > 0 && most[low - 1] >= position;
  };
  return (code, position) => {
    if (position >= 0) {
      if (isWithin(position)) return true;
      if (texts.length === 0) return false;
    }
    const value = code.value.replace(".", "");
    return texts.some((t) => value.startsWith(t));
  };
}

function withTest(
  asked: { code: readonly string[]; certainty?: readonly string[]; where?: string },
  knowledge: Knowledge,
): Test {
  const within = codeTest(asked.code, knowledge);
  const certain = listed<string>(asked.certainty ?? ["present"]);
  // Which candidates could be meant is settled once a run; a long note would be asked about each of its mentions otherwise.
  const { where } = asked;
  const keyOf = (o: Subject): unknown =>
    where === "sentence" ? o.sentence.id : where === "problem" ? o.problem : "encounter";
  const answers = new WeakMap<Scene, ReadonlyMap<unknown, readonly Subject[]>>();
  const meant = (scene: Scene): ReadonlyMap<unknown, readonly Subject[]> => {
    let found = answers.get(scene);
    if (!found) {
      let list = scene.leading.filter(
        (o) => certain(o.assertion.certainty) && isCurrent(o, scene) && o.assertion.subject === "patient" && within(o),
      );
      if (where === undefined || where === "encounter") list = oneEach(list);
      const made = new Map<unknown, Subject[]>();
      for (const o of list) {
        const key = keyOf(o);
        const beside = made.get(key);
        if (beside) beside.push(o);
        else made.set(key, [o]);
      }
      found = made;
      answers.set(scene, found);
    }
    return found;
  };
  return (s, scene) => {
    const key = keyOf(s);
    return (
      key !== null &&
      (meant(scene)
        .get(key)
        ?.some((o) => o.mention.id !== s.mention.id) ??
        false)
    );
  };
}

/** At most two mentions of each code: enough to answer whether another one stands somewhere. */
function oneEach(subjects: readonly Subject[]): Subject[] {
  const count = new Map<string, number>();
  return subjects.filter((s) => {
    const { value } = s.candidate.body.code;
    const n = (count.get(value) ?? 0) + 1;
    count.set(value, n);
    return n <= 2;
  });
}

const liveCodes = new WeakMap<Scene, readonly Subject[]>();
/** The most probable live candidate of each diagnosis. */
function livePerCode(scene: Scene): readonly Subject[] {
  let found = liveCodes.get(scene);
  if (!found) {
    const best = new Map<number, Subject>();
    for (const s of scene.leading) {
      if (s.position < 0 || !isLive(s, scene) || scene.isDropped(s)) continue;
      const known = best.get(s.position);
      if (!known || outranks(s, known)) best.set(s.position, s);
    }
    found = [...best.values()];
    liveCodes.set(scene, found);
  }
  return found;
}

/** Conditions that a section of past history lists without ending them. */
const ALWAYS_CURRENT = "chronic-always-current";
const chronicTests = new WeakMap<Knowledge, CodeTest>();
function isCurrent(s: Subject, scene: Scene): boolean {
  if (s.assertion.time === "current") return true;
  if (s.assertion.cue) return false;
  let chronic = chronicTests.get(scene.knowledge);
  if (!chronic) {
    chronic = codeTest(scene.knowledge.lists[ALWAYS_CURRENT] ?? [], scene.knowledge);
    chronicTests.set(scene.knowledge, chronic);
  }
  return chronic(s);
}

export const isLive = (s: Subject, scene: Scene) =>
  s.assertion.certainty === "present" && s.assertion.subject === "patient" && isCurrent(s, scene);

/** How two codes of the code set stand to each other; each answers with the other candidate, or null. */
export const pairs: Record<
  "excludes1" | "more-specific" | "code-first" | "named-more-fully" | "sibling-specified",
  (s: Subject, scene: Scene) => Subject | null
> = {
  /** A candidate at least as probable that the Tabular List says cannot be coded together with this one. */
  excludes1: (s, scene) => {
    if (s.position < 0 || !isLive(s, scene)) return null;
    for (const o of livePerCode(scene))
      if (
        o.position !== s.position &&
        outranks(o, s) &&
        (inNotes(s.position, o.position, "excludes1", scene.knowledge) ||
          inNotes(o.position, s.position, "excludes1", scene.knowledge))
      )
        return o;
    return null;
  },
  /** A candidate of the same category that says more, where this one leaves it unspecified. */
  "more-specific": (s, scene) => {
    const { flags } = scene.knowledge.codes;
    if (s.position < 0 || !(flags[s.position] & VAGUE)) return null;
    const category = categoryOf(s.position, scene.knowledge);
    for (const o of livePerCode(scene))
      if (
        o.position !== s.position &&
        categoryOf(o.position, scene.knowledge) === category &&
        !(flags[o.position] & VAGUE)
      )
        return o;
    return null;
  },
  /** A sibling under the same header that gives the side or detail which this one leaves unspecified. */
  "sibling-specified": (s, scene) => {
    const { codes } = scene.knowledge;
    if (s.position < 0) return null;
    const header = headerOf(s.position, scene.knowledge);
    if (!(codes.flags[baseOf(s.position, scene.knowledge)] & flagUnspecified)) return null;
    for (const o of livePerCode(scene))
      if (
        o.position !== s.position &&
        headerOf(o.position, scene.knowledge) === header &&
        !(codes.flags[baseOf(o.position, scene.knowledge)] & flagUnspecified) &&
        saysMoreByAxes(baseOf(o.position, scene.knowledge), baseOf(s.position, scene.knowledge), scene.knowledge)
      )
        return o;
    return null;
  },
  /** Another mention whose words hold all of this one's and more: the same fact, said in full. */
  "named-more-fully": (s, scene) => {
    const own = wordsOf(s, scene);
    if (s.position < 0 || own.size === 0) return null;
    for (const o of livePerCode(scene)) {
      if (o.position === s.position || o.mention.id === s.mention.id) continue;
      const words = wordsOf(o, scene);
      if (words.size > own.size && [...own].every((stem) => words.has(stem))) return o;
    }
    return null;
  },
  /** A candidate that the Tabular List wants before this one. */
  "code-first": (s, scene) => {
    if (s.position < 0) return null;
    for (const o of livePerCode(scene)) if (inNotes(s.position, o.position, "codeFirst", scene.knowledge)) return o;
    return null;
  },
};

const stemsOfMention = new WeakMap<Fact<"mention">, ReadonlySet<number>>();
/** Stems of the mention's own words. */
function wordsOf(s: Subject, scene: Scene): ReadonlySet<number> {
  let words = stemsOfMention.get(s.mention);
  if (!words) {
    const { note, start, end } = s.mention.body.place;
    const reading = scene.reading(note);
    const found = new Set<number>();
    for (let i = tokenAt(reading, start); i < reading.count && reading.start[i] < end; i++)
      if (reading.stems[i] >= 0) found.add(reading.stems[i]);
    words = found;
    stemsOfMention.set(s.mention, words);
  }
  return words;
}

/** Flags of titles that leave something unspecified, or stand for the residue of a category. */
const VAGUE = 3;

const outranks = (o: Subject, s: Subject) =>
  o.probability > s.probability || (o.probability === s.probability && o.mention.id < s.mention.id);

/** Whether a title differs from its sibling's by values of axes alone ("left" for "unspecified"), so that both name one thing. */
function saysMoreByAxes(position: number, sibling: number, knowledge: Knowledge): boolean {
  const { words, wordStart } = knowledge.codes;
  const { axisOf } = axisTable(knowledge);
  const known = new Set(words.subarray(wordStart[sibling], wordStart[sibling + 1]));
  return words.subarray(wordStart[position], wordStart[position + 1]).every((w) => known.has(w) || axisOf[w] >= 0);
}

const flagUnspecified = 1;
/** A code without its 7th character. */
const baseOf = (position: number, { codes }: Knowledge) =>
  codes.seventh[position] ? codes.parent(position) : position;
const headerOf = (position: number, knowledge: Knowledge) => knowledge.codes.parent(baseOf(position, knowledge));

function categoryOf(position: number, { codes }: Knowledge): number {
  let at = position;
  while (codes.parent(at) >= 0) at = codes.parent(at);
  return at;
}

/** Whether a note of `position` or of one of its headers names `other`. */
function inNotes(position: number, other: number, which: "excludes1" | "codeFirst", { codes }: Knowledge): boolean {
  const start = which === "excludes1" ? codes.excludes1Start : codes.codeFirstStart;
  const flat = which === "excludes1" ? codes.excludes1 : codes.codeFirst;
  for (let at = position; at >= 0; at = codes.parent(at))
    for (let r = start[at]; r < start[at + 1]; r += 2)
      // A note that names the code's own category speaks of its siblings' other uses, not of this code.
      if (other >= flat[r] && other <= flat[r + 1] && !(position >= flat[r] && position <= flat[r + 1])) return true;
  return false;
}
