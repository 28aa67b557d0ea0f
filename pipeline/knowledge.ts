import type { ClaimKnowledge } from "./claim-knowledge.js";
import type { NearIndex } from "./text/near.js";
import type { Certainty, MentionKind, RelationRole, Setting, Subject, System, Time, Verdict } from "./types.js";

/** What a lexicon phrase stands for. Numbers, since they sit in typed arrays of the snapshot. */
export const PhraseClass = {
  concept: 0,
  anatomy: 1,
  qualifier: 2,
  drug: 3,
  cue: 4,
  connector: 5,
  service: 6,
  abbreviation: 7,
  words: 8,
  measure: 9,
  unit: 10,
  dosing: 11,
  date: 12,
  visit: 13,
} as const;
export type PhraseClass = (typeof PhraseClass)[keyof typeof PhraseClass];

/** A name for a disease, finding, injury, cause or status, with the codes that the name alone supports. */
export type Concept = {
  readonly id: string;
  readonly kind: MentionKind;
  /** Positions in the code table; each stands for all its descendants. */
  readonly seeds: readonly number[];
  /** Position of the code when no other word helps, or -1. */
  readonly fallback: number;
  /** Stems of the entry's first name: every other name stands for it. */
  readonly name: readonly number[];
  /** Canonical stems of titles that the name itself implies. */
  readonly implies: readonly number[];
  readonly notBefore: readonly number[];
  readonly notAfter: readonly number[];
  readonly source: "lexicon" | "codeset";
};
export type Anatomy = {
  readonly id: string;
  readonly words: readonly number[];
  /** Stems of wider regions, nearest first. */
  readonly wider: readonly (readonly number[])[];
  readonly side: string | null;
};
export type Qualifier = { readonly id: string; readonly axis: number; readonly words: readonly number[] };
export type Axis = {
  readonly id: string;
  readonly exclusive: boolean;
  /** Positions of its values in `qualifiers`. */
  readonly values: readonly number[];
  readonly fallback: number;
};
export type Drug = {
  readonly id: string;
  readonly class: string;
  readonly treats: readonly number[];
  /** Positions of codes, each -1 when there is none: of its long-term use, */
  readonly longTerm: number;
  /** of its adverse effect, */
  readonly adverse: number;
  /** and of the encounter at which it is given. */
  readonly given: number;
};
/** What a number may be of. Where it has ranges the number chooses a code: that of the first range that holds it. */
export type Measure = {
  readonly id: string;
  /** Positions in `units`; a number with another unit is no such measurement. */
  readonly units: readonly number[];
  /** Whether it has two numbers: always ("120/80"), or sometimes; null when never. */
  readonly pair: "of" | "any" | null;
  /** The most that can be scored, where notes write it behind the score ("24/30"). */
  readonly outOf: readonly number[];
  /** Short names, in lower case, that count only beside another measurement. */
  readonly shy: readonly string[];
  readonly age: { readonly min?: number; readonly max?: number } | null;
  readonly least: number;
  readonly most: number;
  readonly ranges: readonly { readonly upTo: number; readonly code: number }[];
};
/** `factor` of one make one `of`. A unit that is not `alone` says something only behind a measurement's name. */
export type Unit = {
  readonly id: string;
  readonly kind: string;
  readonly of: string;
  readonly factor: number;
  readonly alone: boolean;
  /** Smaller units that may follow it in one quantity ("5 ft 10 in"). */
  readonly parts: readonly string[];
};
export type Dosing = { readonly id: string; readonly axis: "frequency" | "route" };
/** Lists of words around numbers, by what they say. */
export type ValueWord = "high" | "low" | "abnormal" | "between" | "pregnant" | "every" | "times" | "per";
export type Cue = {
  readonly id: string;
  /** `year`: every year before the last one counts as this cue. */
  readonly kind: "cue" | "pseudo" | "terminate" | "year";
  readonly certainty: Certainty | null;
  readonly time: Time | null;
  readonly subject: Subject | null;
  /** For terminators: which axes end; empty means all. */
  readonly of: readonly string[];
  readonly direction: "forward" | "backward" | "both";
  /** Tokens, or one of `Reach`. */
  readonly reach: number;
  /** Counts only at the beginning of a sentence or behind a comma, colon or bracket. */
  readonly opens: boolean;
  /** One of these must follow for the cue to count; empty means anything may. */
  readonly next: readonly ("end" | "mention" | "drug" | "number")[];
  /** Decides over nearer cues that are not firm. */
  readonly firm: boolean;
  /** Says that an illness has ended: within a hospital stay it was an illness of the stay. */
  readonly ended: boolean;
  /** Speaks of these kinds of mention only; empty means of all. */
  readonly for: readonly MentionKind[];
};
/** Reaches of a cue that no number of tokens says. */
export const Reach = { clause: 0, sentence: -1, mention: -2 } as const;
export type Connector = {
  readonly id: string;
  readonly role: RelationRole;
  readonly reversed: boolean;
  /** Says when rather than why: too little to blame a drug. */
  readonly loose: boolean;
};
export type Sense = {
  /** Position in its class's list and so on; null when the sense names nothing that is coded. */
  readonly means: { readonly cls: PhraseClass; readonly index: number } | null;
  readonly long: string;
  readonly near: readonly number[];
  /** The sense stands just before or just behind one of these words or signs; "#" is any number. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly sections: readonly string[];
};
export type Abbreviation = { readonly id: string; readonly senses: readonly Sense[] };
export type SectionKind = {
  readonly id: string;
  readonly role: string;
  /** Roles of the sections that it is a part of when it stands in one ("HEENT" in an examination). */
  readonly within: readonly string[];
  /** Words at the beginning of a line that open it without being a heading. */
  readonly opens: readonly string[];
  readonly certainty: Certainty | null;
  readonly time: Time | null;
  readonly subject: Subject | null;
  /** Time of what is denied there, when no cue says one. */
  readonly denied: Time | null;
  readonly words: readonly number[];
  readonly mts: string | null;
};

/** A linear model of a section's kind by its content: rows of weights, one for each label, by feature. */
export type SectionModel = {
  readonly id: string;
  /** Positions in `sections`. */
  readonly labels: readonly number[];
  /** Fewer words decide nothing. */
  readonly least: number;
  /** Probability below which the model says nothing. */
  readonly cut: number;
  readonly bias: readonly number[];
  readonly word: ReadonlyMap<number, number>;
  readonly first: ReadonlyMap<number, number>;
  readonly length: ReadonlyMap<number, number>;
  readonly hit: ReadonlyMap<string, number>;
  readonly weights: Float32Array;
};

export type Cite = { readonly doc: string; readonly section: string };
export type Effective = { readonly from: string; readonly to?: string };
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly code: readonly string[] }
  | { readonly list: string }
  | { readonly setting: readonly Setting[] }
  | { readonly certainty: readonly Certainty[] }
  | { readonly time: readonly Time[] }
  | { readonly subject: readonly Subject[] }
  | { readonly kind: readonly MentionKind[] }
  | { readonly section: readonly string[] }
  | { readonly role: readonly string[] }
  | { readonly age: { readonly min?: number; readonly max?: number } }
  | { readonly sex: readonly string[] }
  | { readonly status: readonly string[] }
  | {
      readonly with: {
        readonly code: readonly string[];
        readonly certainty?: readonly Certainty[];
        readonly where?: "encounter" | "problem" | "sentence";
      };
    }
  | { readonly words: { readonly any: readonly string[]; readonly where: "sentence" | "problem" | "note" } }
  | { readonly open: readonly string[] }
  | { readonly drug: readonly string[] }
  /** The patient takes a drug that is given for the code. */
  | { readonly treated: boolean }
  /** Holds for every live candidate of the same code. */
  | { readonly every: Condition }
  | { readonly pair: "excludes1" | "more-specific" | "code-first" | "named-more-fully" | "sibling-specified" }
  | { readonly relation: { readonly role: readonly RelationRole[]; readonly code?: readonly string[] } };
export type Choice = { readonly code: string; readonly when?: Condition };
export type Then = {
  readonly verdict: "drop" | "keep" | "query" | "warn" | "replace" | "add" | "sequence";
  readonly says: string;
  readonly asks?: string;
  /** Answers of a query, besides those that every question offers. */
  readonly options?: readonly string[];
  readonly code?: string | readonly Choice[];
  readonly position?: "first" | "never-first" | { readonly after: readonly string[] };
  /** The guideline asks for the code wherever its fact is documented, however seldom coders report it. */
  readonly report?: true;
  /** In place of `code`: what the 7th character becomes, by what it is. */
  readonly seventh?: Readonly<Record<string, string>>;
};
export type RuleCase = {
  readonly text: string;
  readonly setting?: Setting;
  readonly serviceDate?: string;
  readonly patient?: {
    readonly age?: number;
    readonly sex?: "female" | "male";
    readonly status?: "new" | "established";
  };
  readonly code?: string;
  readonly units?: number;
};
export type GuidelineRule = {
  readonly id: string;
  readonly cite: Cite;
  readonly effective: Effective;
  readonly when: Condition;
  readonly then: Then;
};
/** What a query rule looks for; each kind of thing is one that the note must give. */
export type Indicator =
  | {
      readonly measure: readonly string[];
      /** Bounds of the number, both inclusive. */
      readonly from?: number;
      readonly to?: number;
      /** Unit in which the bounds are; a number without a unit is taken to be in it. */
      readonly unit?: string;
      /** Two numbers of one measure that differ so: the greater is at least `ratio` times the lesser, or more by `by`. */
      readonly ratio?: number;
      readonly by?: number;
    }
  | { readonly words: readonly string[] }
  | { readonly code: readonly string[] }
  /** Ids or classes of drugs that the patient gets. */
  | { readonly drug: readonly string[] };
export type QueryRule = {
  readonly id: string;
  readonly cite: Cite;
  /** Where the clinical indicators are from. */
  readonly source: Cite;
  readonly effective: Effective;
  readonly setting?: readonly Setting[];
  readonly age?: { readonly min?: number; readonly max?: number };
  /** Each of them must be found. */
  readonly find: readonly Indicator[];
  /** None of them may be: the note has said it already. */
  readonly unless: readonly Indicator[];
  readonly asks: string;
  readonly options: readonly string[];
  /** Guideline rules whose question about the same candidate this one puts better. */
  readonly replaces?: readonly string[];
};
/** How questions are worded: answers that each offers. */
export type Wording = { readonly given: string; readonly offered: readonly string[] };
/** How a present-on-admission indicator is read from words and sections. */
export type PoaRules = {
  readonly cite: Cite;
  readonly present: readonly string[];
  readonly later: readonly string[];
  readonly unable: readonly string[];
  /** Sections and roles that tell of what the patient came with. */
  readonly sections: readonly string[];
  readonly roles: readonly string[];
  /** Names of lists: exempt codes, those exempt but for active treatment, and what is chronic by nature. */
  readonly exempt: string;
  readonly exemptLater: string;
  readonly chronic: readonly string[];
  /** 7th characters of active treatment. */
  readonly active: readonly string[];
  readonly asks: string;
  readonly options: readonly string[];
};
/** How many diagnoses a claim of a setting holds. */
export type Limit = {
  readonly id: string;
  readonly cite: Cite;
  readonly setting: readonly Setting[];
  readonly most: number;
  readonly says: string;
};
export type ServiceRule = {
  readonly id: string;
  readonly system: System;
  readonly code: string;
  readonly label: string;
  readonly cite: Cite;
  readonly effective: Effective;
  readonly terms: readonly string[];
  readonly with?: readonly (readonly string[])[];
  readonly without?: readonly string[];
  readonly done?: readonly string[];
  readonly where?: "sentence" | "problem";
  readonly dose?: { readonly per: number; readonly unit: string; readonly round?: "up" };
  readonly count?: "each";
  /** Counted by minutes: within `from` and `upTo`, a unit for each `each` beyond `after`, a rest of `least` counting too. */
  readonly time?: {
    readonly from?: number;
    readonly upTo?: number;
    readonly after?: number;
    readonly each?: number;
    readonly least?: number;
    /** Nothing is proposed without a time. */
    readonly needed?: boolean;
  };
  /** One first service an encounter: the lowest rank stays, the others become `further`. */
  readonly first?: { readonly rank: number; readonly further?: string };
  /** What kind of thing is given, for the services that count it; parts that are counted apart. */
  readonly group?: string;
  readonly components?: number;
  /** Units are the things of these groups given at the encounter beyond the first `after`, or their parts beyond the first of each. */
  readonly per?: { readonly groups: readonly string[]; readonly after?: number; readonly of?: "components" };
  readonly size?: { readonly unit: string; readonly over?: number; readonly upTo?: number };
  readonly visit?: {
    readonly patient?: "new" | "established";
    readonly minutes?: { readonly from: number; readonly to: number };
  };
  readonly age?: { readonly min?: number; readonly max?: number };
  readonly setting?: readonly Setting[];
  readonly default?: boolean;
  readonly modifiers?: "laterality";
};
/** How doses become units, and the modifiers for what was left of a container; words in lower case. */
export type Doses = {
  readonly round: { readonly id: string; readonly cite: Cite };
  readonly containers: readonly string[];
  readonly separate: readonly string[];
  readonly discarded: Rest & { readonly without: readonly string[] };
  readonly nothingDiscarded: Rest & { readonly with: readonly string[] };
};
type Rest = { readonly id: string; readonly cite: Cite; readonly modifier: string; readonly words: readonly string[] };
/** Words that say something of a visit: one of `terms`, one of each group of `with` and none of `without` in its sentence. */
export type Spotter = {
  readonly id: string;
  readonly says: string;
  readonly cite: Cite;
  readonly effective: Effective;
  readonly terms?: readonly string[];
  readonly with?: readonly (readonly string[])[];
  readonly without?: readonly string[];
  /** Roles of the sections in which it counts; all but instructions when left out. */
  readonly roles?: readonly string[];
  /** Counts only where the note opens or says why the patient came. */
  readonly opening?: boolean;
  /** Counts only in the note's title. */
  readonly title?: boolean;
  /** Counts behind a denial or a condition too. */
  readonly plain?: boolean;
};
export type VisitCode = {
  readonly system: System;
  readonly code: string;
  readonly label: string;
  readonly status?: "new" | "established";
  /** Levels of decision making that it stands for. */
  readonly mdm?: readonly number[];
  /** Least minutes, where time may choose it; 0 where it needs none said. */
  readonly minutes?: number;
  readonly age?: { readonly min?: number; readonly max?: number };
  /** One of these must stand in the note. */
  readonly words?: readonly string[];
};
export type VisitFamily = Spotter & {
  readonly setting?: readonly Setting[];
  /** Groups of terms of which one each must stand in the note, and terms that rule the family out where the note opens. */
  readonly note?: readonly (readonly string[])[];
  readonly notOpening?: readonly string[];
  /** Taken where nothing names a family and the note assesses something. */
  readonly default?: boolean;
  /** A visit of its own beside the one that its words name. */
  readonly beside?: boolean;
  /** Clock whose minutes count for it. */
  readonly clock: readonly string[];
  readonly telehealth?: boolean;
  readonly codes: readonly VisitCode[];
};
export type TimedService = Spotter & {
  readonly clock: string;
  /** Whether a visit with a level stands beside it: must, or must not. */
  readonly visit?: boolean;
  /** The visit codes that it goes with. */
  readonly on?: readonly string[];
  readonly medicare?: boolean;
  readonly bands: readonly {
    readonly system: System;
    readonly code: string;
    readonly label: string;
    readonly from: number;
    readonly to?: number;
    readonly per?: number;
  }[];
};
export type ProblemRule = Spotter & {
  /** Kind of problem that it makes of one with such a code, of one of such kinds. */
  readonly makes: string;
  readonly code?: readonly string[];
  readonly of?: readonly string[];
  /** Its words count anywhere in the note. */
  readonly anywhere?: boolean;
  readonly setting?: readonly Setting[];
};
export type DataRule = Spotter & {
  readonly counts: "test" | "note" | "historian" | "interpretation" | "discussion";
  /** Where the practice reports the test itself, with its reading, it counts for nothing. */
  readonly reported?: readonly string[];
};
export type RiskRule = Spotter & {
  readonly level: number;
  /** Any drug of the note's plan; classes and ids narrow it. */
  readonly drug?: boolean;
  readonly classes?: readonly string[];
  readonly ids?: readonly string[];
  readonly notClasses?: readonly string[];
  readonly notIds?: readonly string[];
};
export type VisitRules = {
  readonly families: readonly VisitFamily[];
  readonly statuses: readonly (Spotter & { readonly status: "new" | "established" })[];
  /** Notes of other services, in which no visit is read. */
  readonly never: readonly (Spotter & { readonly codes?: readonly string[] })[];
  readonly problems: readonly ProblemRule[];
  readonly data: readonly DataRule[];
  readonly risk: readonly RiskRule[];
  /** `bare`: minutes alone on a line. */
  readonly clocks: readonly (Spotter & { readonly clock: string; readonly bare?: boolean })[];
  readonly timed: readonly TimedService[];
  readonly modifiers: readonly (Spotter & { readonly modifier: string })[];
  readonly tables: {
    readonly levels: readonly string[];
    readonly problems: readonly {
      readonly level: number;
      readonly least: number;
      readonly of: readonly string[];
      readonly says: string;
    }[];
    readonly data: {
      readonly categories: readonly {
        readonly id: string;
        readonly least: number;
        readonly of: readonly string[];
        readonly says: string;
      }[];
      readonly levels: readonly { readonly level: number; readonly least: number }[];
      readonly single: readonly {
        readonly level: number;
        readonly least: number;
        readonly of: readonly string[];
        readonly says: string;
      }[];
    };
    readonly risk: readonly { readonly level: number; readonly says: string }[];
    readonly asks: { readonly status: string };
    readonly deny: readonly string[];
    /** Words that deny what stands before them ("was deferred"). */
    readonly denyBehind: readonly string[];
    readonly doubt: readonly string[];
    /** Words that say that other minutes are not among those of the visit. */
    readonly apart: readonly string[];
    /** What shows that a test named in a narrative belongs to this visit: sections, or words of its sentence. */
    readonly done: { readonly sections: readonly string[]; readonly words: readonly string[] };
    /** Clocks beside which a visit has no time of its own to be levelled by. */
    readonly noTimeBeside: readonly string[];
    /** Kinds of sections that name diagnoses which nobody addresses there. */
    readonly notAddressed: readonly string[];
    readonly medicare: readonly string[];
  };
};
/** A past or a relative's condition, and the status code that stands for it. */
export type HistoryRule = { readonly id: string; readonly of: readonly string[]; readonly code: string };

/** The code table: positions follow code order, so the descendants of `i` are `i + 1` to `lastOf[i]` inclusive. */
export type CodeTable = {
  readonly release: string;
  readonly effective: { readonly from: string; readonly to: string };
  readonly count: number;
  code(i: number): string;
  title(i: number): string;
  /** Position of a code with or without its dot, or -1. */
  find(code: string): number;
  billable(i: number): boolean;
  parent(i: number): number;
  readonly lastOf: Int32Array;
  /** 1 where the code is another one with its 7th character. */
  readonly seventh: Uint8Array;
  /** Canonical stems of what a title says beyond the words that mean nothing by themselves; CSR. */
  readonly wordStart: Int32Array;
  readonly words: Int32Array;
  /** For each entry of `words`: 1 when the title denies it ("without"), else 0. */
  readonly denied: Uint8Array;
  /** 1 "unspecified", 2 "other", 4 in diseases classified elsewhere. */
  readonly flags: Uint8Array;
  /** Excludes1 ranges of positions; CSR by code that carries the note (descendants inherit). */
  readonly excludes1Start: Int32Array;
  readonly excludes1: Int32Array;
  readonly codeFirstStart: Int32Array;
  readonly codeFirst: Int32Array;
};
/** Titles, inclusion terms and lexicon names as searchable entries; postings by stem. */
export type SearchIndex = {
  readonly entryCode: Int32Array;
  readonly entryLength: Float32Array;
  readonly postingStart: Int32Array;
  readonly postings: Int32Array;
  readonly weight: Float32Array;
  /** Entries of code `i`: `codeEntry[i]` to `codeEntry[i + 1]` (exclusive). */
  readonly codeEntry: Int32Array;
  /** Stems of entry `e`: `entryStems`, from `entryStart[e]` to `entryStart[e + 1]` (exclusive). */
  readonly entryStart: Int32Array;
  readonly entryStems: Int32Array;
  /** 1 where a stem says little in a title ("unspecified", "disease"). */
  readonly noise: Uint8Array;
  /** What coders and indexes call a thing, and what titles call it. */
  readonly heads: readonly {
    readonly terms: readonly (readonly number[])[];
    readonly means: readonly (readonly number[])[];
    readonly weight: number;
  }[];
  /** Greek and Latin beginnings of words that no title holds whole ("broncho"), and what they mean. */
  readonly parts: readonly { readonly part: string; readonly means: string }[];
};
export type Lexicon = {
  /** Canonical stem of a surface word, or -1 when no phrase, title or rule holds it. */
  stem(word: string): number;
  /** The same for a word that is already normalised. */
  stemNormal(norm: string): number;
  readonly stems: number;
  stemText(stem: number): string;
  /** 1 when some phrase begins with the stem. */
  readonly opens: Uint8Array;
  /** Next trie node, or 0. */
  step(node: number, stem: number): number;
  readonly hitStart: Int32Array;
  readonly hitClass: Uint8Array;
  readonly hitIndex: Int32Array;
  /** Position in `cased`, or -1 when any case will do. */
  readonly hitCased: Int32Array;
  /** Known words by their spelling, for slips. */
  readonly near: NearIndex;
  /** Beginnings and endings that make another word of a word. */
  readonly parts: { readonly beginnings: readonly string[]; readonly endings: readonly string[] };
  /** How a phrase must be written: the very text, or for single words "|form|form|" in lower case. */
  readonly cased: readonly string[];
};

/** Everything that the stages know, compiled, filtered by nothing: rules are chosen by date at run time. */
export type Knowledge = {
  readonly hash: string;
  readonly codes: CodeTable;
  readonly search: SearchIndex;
  readonly lexicon: Lexicon;
  /** Authored concepts come first; behind them one for each code, by its title and inclusion terms. */
  concept(i: number): Concept;
  readonly lexiconConcepts: number;
  /** What a code's title names: by its chapter. */
  kindOf(position: number): MentionKind;
  readonly anatomy: readonly Anatomy[];
  readonly qualifiers: readonly Qualifier[];
  readonly axes: readonly Axis[];
  readonly drugs: readonly Drug[];
  readonly measures: readonly Measure[];
  readonly units: readonly Unit[];
  /** Unit as written, by `unitKey`, to position in `units`. */
  readonly unitNamed: ReadonlyMap<string, number>;
  readonly dosing: readonly Dosing[];
  readonly valueWords: ReadonlyMap<ValueWord, ReadonlySet<string>>;
  readonly cues: readonly Cue[];
  readonly connectors: readonly Connector[];
  readonly abbreviations: readonly Abbreviation[];
  readonly sections: readonly SectionKind[];
  /** Heading, normalised, to position in `sections`. */
  readonly headings: ReadonlyMap<string, number>;
  /** Null while the model is being trained. */
  readonly sectionModel: SectionModel | null;
  readonly guidelines: readonly GuidelineRule[];
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly services: readonly ServiceRule[];
  readonly queries: readonly QueryRule[];
  readonly wording: Wording;
  readonly poa: PoaRules;
  readonly limits: readonly Limit[];
  readonly doses: Doses;
  readonly visits: VisitRules;
  /** Stems of each `words` term of guidelines and services: term to phrase id in class `words`. */
  readonly phrase: ReadonlyMap<string, number>;
  /** Stems that mean nothing in a query: "of", "NOS". */
  readonly grammar: ReadonlySet<number>;
  /** Stems that deny what follows them in a name or title: "without". */
  readonly denies: ReadonlySet<number>;
  readonly ranking: Ranking;
  /** Modifiers, claim checks and their tables. */
  readonly claim: ClaimKnowledge;
};
export type Ranking = {
  readonly id: string;
  readonly weights: Readonly<Record<string, number>>;
  readonly bias: number;
  readonly cut: number;
  readonly roles: Readonly<Record<string, number>>;
  /** How probable a visit's code is, by how its level is supported: names of score parts. */
  readonly visits: Readonly<Record<string, number>>;
};
export type { Verdict };
