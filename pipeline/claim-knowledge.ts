import type { Cite, Effective } from "./knowledge.js";
import type { Patient, Setting } from "./types.js";

/** What a modifier rule asks of one service and of the claim that it stands on. A closed list; `rules/README.md` describes each. */
export type ModifierTest =
  | { readonly all: readonly ModifierTest[] }
  | { readonly any: readonly ModifierTest[] }
  | { readonly not: ModifierTest }
  | { readonly words: { readonly any: readonly string[]; readonly where: "sentence" | "problem" | "section" | "note" } }
  | { readonly side: "right" | "left" | "bilateral" }
  | { readonly beside: readonly string[] }
  | { readonly setting: readonly Setting[] }
  | { readonly pair: "second" }
  | { readonly apart: "problem" | "place" }
  | { readonly assessed: true };
export type ModifierRule = {
  readonly id: string;
  readonly modifier: string;
  readonly cite: Cite;
  readonly effective: Effective;
  /** Kinds of code that it may stand on. */
  readonly on: readonly string[];
  /** Kinds of code that it may not stand on, though they are of the kinds above. */
  readonly never?: readonly string[];
  /** Of the rules of a group the first that holds is taken, and no other. */
  readonly group?: string;
  readonly when: ModifierTest;
  readonly says: string;
};

/** What an edit asks of a claim. The last two ask the note, and are passed over where there is none. */
export type EditCheck =
  | { readonly pairs: true }
  | { readonly units: "line" | "day" }
  | { readonly addOn: true }
  | { readonly fits: true }
  | { readonly unlinked: readonly string[] }
  | { readonly oneOf: readonly string[] }
  | { readonly oneModifierOf: readonly string[]; readonly on?: readonly string[] }
  | { readonly most: "diagnoses" | "modifiers" | "pointers"; readonly count: number }
  | { readonly beside: readonly string[]; readonly with: readonly string[]; readonly unless: readonly string[] }
  | { readonly lacks: readonly string[]; readonly on: readonly string[] }
  | { readonly age: { readonly min?: number; readonly max?: number }; readonly of: readonly string[] }
  | { readonly sex: "female" | "male"; readonly of: readonly string[] }
  | { readonly undocumented: readonly string[]; readonly done: readonly string[]; readonly measured: readonly string[] }
  | { readonly said: readonly string[]; readonly on: readonly string[]; readonly unless: readonly string[] };
export type Severity = "error" | "warning" | "information";
/** Modifiers that would be allowed, any one of them, and what the note must say for it. */
export type Remedy = { readonly modifiers: readonly string[]; readonly note: string };
export type EditRule = {
  readonly id: string;
  readonly cite: Cite;
  readonly effective: Effective;
  readonly severity: Severity;
  readonly check: EditCheck;
  /** Our own words; `{a}` and `{b}` are the codes, `{n}` and `{most}` numbers. */
  readonly says: string;
  readonly remedy?: Remedy;
};

/** A pair of NCCI: `second` is not reported beside `first`, unless `allowed` and a modifier tells why. Days as `YYYYMMDD`, both in. */
export type Pair = { readonly allowed: boolean; readonly from: number; readonly to: number };
export type Pairs = {
  readonly size: number;
  /** @param day `YYYY-MM-DD` */
  find(first: string, second: string, day: string): Pair | null;
};
export type UnitLimit = { readonly most: number; readonly per: "line" | "day" };
export type Link = { readonly id: string; readonly services: readonly string[]; readonly diagnoses: readonly string[] };
/** Modifiers that say why the second code of a pair stands by itself, by kind of that code; first that fits. */
export type Bypass = { readonly on: readonly string[]; readonly modifiers: readonly string[]; readonly note: string };

/** Everything that the claim stage knows. */
export type ClaimKnowledge = {
  /** Kinds of code by name: ranges of codes, both ends in, `from` equal to `to` for one code. */
  readonly kinds: ReadonlyMap<string, readonly (readonly [string, string])[]>;
  readonly modifiers: readonly ModifierRule[];
  readonly edits: readonly EditRule[];
  readonly pairs: Pairs;
  readonly limits: ReadonlyMap<string, UnitLimit>;
  /** Add-on code to the codes one of which must stand beside it. */
  readonly addOns: ReadonlyMap<string, readonly string[]>;
  readonly bypasses: readonly Bypass[];
  readonly links: readonly Link[];
  /** Words between a service and what it was done for. */
  readonly indications: readonly string[];
};

/** One service of a claim. */
export type ClaimLine = {
  readonly code: string;
  readonly modifiers: readonly string[];
  readonly units: number;
  /** Codes of the diagnoses that support it, in order; left out where nobody has linked them yet. */
  readonly pointers?: readonly string[];
};
/** What a check found on a bare claim. */
export type Edit = {
  readonly rule: string;
  readonly severity: Severity;
  readonly codes: readonly string[];
  readonly says: string;
  readonly remedy?: Remedy;
};
/** A case of an edit or modifier rule: a bare claim, or a note. */
export type ClaimCase = {
  readonly text?: string;
  readonly code?: string;
  readonly setting?: Setting;
  readonly patient?: Patient;
  readonly lines?: readonly {
    readonly code: string;
    readonly modifiers?: readonly string[];
    readonly units?: number;
    readonly pointers?: readonly string[];
  }[];
  readonly diagnoses?: readonly string[];
  readonly date?: string;
};

/** Whether a code is of one of these kinds. @param kinds names of kinds, or codes themselves */
export function ofKind(code: string, kinds: readonly string[], claim: Pick<ClaimKnowledge, "kinds">): boolean {
  for (const kind of kinds) {
    if (kind === code) return true;
    for (const [from, to] of claim.kinds.get(kind) ?? [])
      if (code.length === from.length && code >= from && code <= to) return true;
  }
  return false;
}
