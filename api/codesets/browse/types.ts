import type { Effective } from "../../../pipeline/knowledge.js";
import type { System } from "../../../pipeline/types.js";

/** A code, section or chapter in a hierarchy. `code` is what `describe` takes: "E11.9", "E08-E13", or a chapter's number. */
export type Node = {
  readonly code: string;
  readonly title: string;
  readonly kind: "chapter" | "section" | "category" | "subcategory" | "code";
  readonly billable: boolean;
};
export const NOTE_KINDS = [
  "includes",
  "excludes1",
  "excludes2",
  "code-first",
  "use-additional",
  "code-also",
  "note",
] as const;
/** A code, or all from `first` to `last`, that a note names at `text.slice(start, end)`. */
export type Link = { readonly start: number; readonly end: number; readonly first: string; readonly last?: string };
/** One printed line of a note. */
export type NoteLine = {
  readonly kind: (typeof NOTE_KINDS)[number];
  readonly text: string;
  /** It heads the lines behind it. */
  readonly heading?: true;
  /** Where it is printed, when that is above the code. */
  readonly inheritedFrom?: { readonly code: string; readonly title: string };
  readonly links: readonly Link[];
};
export type Seventh = {
  /** The code that defines the characters. */
  readonly from: string;
  /** Of a code that has one: which. */
  readonly selected?: string;
  readonly characters: readonly {
    readonly character: string;
    readonly meaning: string;
    readonly terms?: readonly string[];
    /** The whole code with it; left out above the codes that take it, and where the combination does not exist. */
    readonly code?: string;
  }[];
};
/** What a release says of a code. Lists go from the outermost inwards, and in the order of the code set. */
export type Description = {
  readonly code: string;
  readonly title: string;
  readonly kind: Node["kind"];
  readonly billable: boolean;
  /** The title is ours and not the owner's words. */
  readonly ownLabel?: true;
  readonly effective: Effective;
  readonly parents: readonly Node[];
  readonly children: readonly Node[];
  readonly terms: readonly string[];
  readonly notes: readonly NoteLine[];
  readonly seventh?: Seventh;
};
/** A code that a search found. */
export type Hit = {
  readonly code: string;
  readonly title: string;
  readonly kind: Node["kind"];
  readonly billable: boolean;
  readonly ownLabel?: true;
  /** Codes above it, the category first. */
  readonly parents: readonly { readonly code: string; readonly title: string }[];
};
/** One release of one code system: embedded or installed. */
export type CodeSource = {
  readonly system: System;
  readonly release: string;
  readonly effective: Effective;
  /** How many codes it holds, those that are not billable included. */
  readonly count: number;
  /** @returns null where the release has no such code */
  describe(code: string): Description | null;
  /** What a person who is typing means, best first; the last word may be unfinished and words may be misspelt. */
  search(query: string, limit: number): Promise<readonly Hit[]>;
  /** Codes in the order of the set, for lists. */
  list(offset: number, limit: number): readonly Hit[];
  edits?(code: string): Edits;
  categories?(code: string): readonly Category[];
};
/** What payers' editors hold against a diagnosis. */
export type Edits = {
  readonly poaExempt: boolean;
  readonly rules: readonly {
    readonly id: string;
    readonly says: string;
    readonly cite: { readonly doc: string; readonly section: string };
    /** When it speaks, as far as it depends on patient and setting. */
    readonly when: {
      readonly age?: readonly { readonly min?: number; readonly max?: number }[];
      readonly sex?: readonly string[];
      readonly setting?: readonly string[];
    };
  }[];
};
/** A risk-adjustment category of a map that the site installed. */
export type Category = { readonly model: string; readonly category: string };
