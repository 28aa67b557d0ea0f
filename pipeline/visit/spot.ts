import { type Knowledge, PhraseClass, type Spotter } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import { firstHitFrom, type Reading } from "../text/index.js";
import type { Bodies, Fact, Place, Span } from "../types.js";

/** How far into a note its title and opening reach, in UTF-16 units. */
const OPENING = 450;
const TITLE = 130;
/** How many tokens before its words a denial or a condition is looked for, and behind them. */
const DENIAL = 4;
const DOUBT = 7;
const BEHIND = 3;
const REASON = "reason";
const INSTRUCTIONS = "instructions";
const stops = new Set([".", ";", ":", "\n", "(", "?"]);

/** Words of a rule where they count: their place and the sentence or line that they stand in. */
export type Spot = { readonly place: Place; readonly within: Span };
export type Section = Fact<"section">;
export type Sentence = Fact<"sentence">;
type Finder = {
  readonly of: ReadonlyMap<number, readonly Spotter[]>;
  readonly phrases: (terms: readonly string[]) => readonly number[];
};

const finders = new WeakMap<Knowledge, Finder>();
function finderOf(knowledge: Knowledge): Finder {
  let finder = finders.get(knowledge);
  if (!finder) {
    const numbers = new WeakMap<readonly string[], readonly number[]>();
    const phrases = (terms: readonly string[]) => {
      let found = numbers.get(terms);
      if (!found) {
        found = terms.map((t) => knowledge.phrase.get(t) ?? -1);
        numbers.set(terms, found);
      }
      return found;
    };
    const of = new Map<number, Spotter[]>();
    const { tables: _, ...lists } = knowledge.visits;
    for (const rule of Object.values(lists).flat() as Spotter[])
      for (const n of phrases(rule.terms ?? [])) {
        const list = of.get(n);
        if (list) list.push(rule);
        else of.set(n, [rule]);
      }
    finder = { of, phrases };
    finders.set(knowledge, finder);
  }
  return finder;
}

/** One note as the stage asks about it: rules' words, phrases of stretches, sections of places. */
export class Page {
  private readonly spots = new Map<string, Spot[]>();
  private readonly phrasesOf = new Map<number, ReadonlySet<number>>();
  private whole: ReadonlySet<number> | null = null;
  private readonly deny: ReadonlySet<string>;
  private readonly doubt: ReadonlySet<string>;
  private readonly behind: ReadonlySet<string>;
  private readonly finder: Finder;

  constructor(
    readonly note: string,
    readonly reading: Reading,
    readonly sections: readonly Section[],
    readonly sentences: readonly Sentence[],
    readonly knowledge: Knowledge,
    date: string,
  ) {
    this.finder = finderOf(knowledge);
    this.deny = new Set(knowledge.visits.tables.deny);
    this.doubt = new Set(knowledge.visits.tables.doubt);
    this.behind = new Set(knowledge.visits.tables.denyBehind);
    for (const hit of reading.hits) {
      if (hit.cls !== PhraseClass.words) continue;
      const rules = this.finder.of.get(hit.index);
      if (!rules) continue;
      const span = { start: reading.start[hit.from], end: reading.end[hit.to - 1] };
      const within = this.around(span.start);
      for (const rule of rules) {
        const { from, to } = rule.effective;
        if (from > date || (to !== undefined && to < date)) continue;
        if (!this.counts(rule, span, within) || (!rule.plain && (this.doubted(hit.from) || this.deniedBehind(hit.to))))
          continue;
        const list = this.spots.get(rule.id);
        const spot = { place: { note, ...span }, within };
        if (list) list.push(spot);
        else this.spots.set(rule.id, [spot]);
      }
    }
  }

  /** Where a rule's words count, in the order of the note. */
  found(rule: Spotter): readonly Spot[] {
    return this.spots.get(rule.id) ?? [];
  }

  /** Whether one of the terms stands in a stretch; the whole note when none is given. */
  says(terms: readonly string[], within?: Span): boolean {
    const set = within ? this.phrasesIn(within) : this.all();
    return this.finder.phrases(terms).some((n) => set.has(n));
  }

  /** Whether one of the terms stands where the note opens. */
  opensWith(terms: readonly string[]): boolean {
    return this.says(terms, { start: 0, end: Math.min(OPENING, this.reading.text.length) });
  }

  /** Where the first of the terms stands in a stretch behind an offset, or the end of the stretch. */
  untilSaid(terms: readonly string[], from: number, to: number): number {
    const wanted = this.finder.phrases(terms);
    for (let h = firstHitFrom(this.reading, tokenAt(this.reading, from)); h < this.reading.hits.length; h++) {
      const hit = this.reading.hits[h];
      if (this.reading.start[hit.from] >= to) break;
      if (hit.cls === PhraseClass.words && wanted.includes(hit.index)) return this.reading.start[hit.from];
    }
    return to;
  }

  /** The section that a place stands in. */
  section(start: number): Bodies["section"] | null {
    return at(this.sections, start)?.body ?? null;
  }

  sentence(start: number): Sentence | null {
    return at(this.sentences, start);
  }

  /** Whether a denial, or a condition, stands shortly before a token. */
  doubted(token: number): boolean {
    const { norm } = this.reading;
    let listed = true;
    for (let i = token - 1; i >= 0 && i >= token - DOUBT; i--) {
      if (stops.has(norm[i]) || this.reading.text.slice(this.reading.end[i], this.reading.start[i + 1]).includes("\n"))
        return false;
      if (norm[i] === ",") listed = false;
      if (this.doubt.has(norm[i]) || (listed && i >= token - DENIAL && this.deny.has(norm[i]))) return true;
    }
    return false;
  }

  private deniedBehind(token: number): boolean {
    const { norm, count } = this.reading;
    for (let i = token; i < count && i < token + BEHIND; i++) {
      if (stops.has(norm[i]) || norm[i] === ",") return false;
      if (this.behind.has(norm[i])) return true;
    }
    return false;
  }

  private counts(rule: Spotter, span: Span, within: Span): boolean {
    const section = this.section(span.start);
    const role = section?.role ?? "";
    if (rule.title && span.start > TITLE) return false;
    if (rule.opening && span.start > OPENING && role !== REASON) return false;
    if (rule.roles ? !(rule.roles.includes(role) || (rule.opening && span.start <= OPENING)) : role === INSTRUCTIONS)
      return false;
    if (rule.without && this.says(rule.without, within)) return false;
    return (rule.with ?? []).every((group) => this.says(group, within));
  }

  /** The sentence at an offset, or the line where none stands, as in a heading. */
  private around(start: number): Span {
    const sentence = this.sentence(start);
    if (sentence) return sentence.body.place;
    const { text } = this.reading;
    const end = text.indexOf("\n", start);
    return { start: text.lastIndexOf("\n", start - 1) + 1, end: end < 0 ? text.length : end };
  }

  private all(): ReadonlySet<number> {
    this.whole ??= new Set(this.reading.hits.filter((h) => h.cls === PhraseClass.words).map((h) => h.index));
    return this.whole;
  }

  private phrasesIn({ start, end }: Span): ReadonlySet<number> {
    const key = start * 4_194_304 + (end - start);
    let found = this.phrasesOf.get(key);
    if (!found) {
      const last = tokenAt(this.reading, end - 1) + 1;
      const set = new Set<number>();
      for (let h = firstHitFrom(this.reading, tokenAt(this.reading, start)); h < this.reading.hits.length; h++) {
        const hit = this.reading.hits[h];
        if (hit.from >= last) break;
        if (hit.cls === PhraseClass.words && hit.to <= last) set.add(hit.index);
      }
      found = set;
      this.phrasesOf.set(key, found);
    }
    return found;
  }
}

/** The fact of a sorted list whose place holds an offset; the innermost, since parts follow what they are part of. */
function at<T extends { readonly body: { readonly place: Place } }>(list: readonly T[], start: number): T | null {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].body.place.start <= start) low = middle + 1;
    else high = middle;
  }
  const found = list[low - 1];
  return found && start < found.body.place.end ? found : null;
}
