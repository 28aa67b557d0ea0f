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
  | { readonly pair: "excludes1" | "more-specific" | "code-first" | "named-more-fully" | "sibling-specified" }
  | { readonly relation: { readonly role: readonly RelationRole[]; readonly code?: readonly string[] } };
export type Choice = { readonly code: string; readonly when?: Condition };
export type Then = {
  readonly verdict: "drop" | "keep" | "query" | "replace" | "add" | "sequence";
  readonly says: string;
  readonly asks?: string;
  readonly code?: string | readonly Choice[];
  readonly position?: "first" | "never-first" | { readonly after: readonly string[] };
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
};
export type { Verdict };
