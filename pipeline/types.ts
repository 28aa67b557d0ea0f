/** UTF-16 code units into `Note.text`; `end` is exclusive. `text.slice(start, end)` is the quote. */
export type Span = { readonly start: number; readonly end: number };
/** A span of a named note. */
export type Place = Span & { readonly note: string };

export type Setting = "inpatient" | "outpatient" | "emergency";
export type Note = { readonly id: string; readonly text: string; readonly type?: string };
export type Patient = {
  /** Years, a fraction for infants. */
  readonly age?: number;
  readonly sex?: "female" | "male";
  /** For visit levels: seen by the practice in the last three years or not. */
  readonly status?: "new" | "established";
};
/** One episode with a setting and the date that chooses its releases: service (outpatient, emergency) or discharge (inpatient), `YYYY-MM-DD`. */
export type Encounter = {
  readonly id: string;
  readonly notes: readonly Note[];
  readonly patient: Patient;
  readonly setting: Setting;
  readonly date: string;
};

export type System = "icd-10-cm" | "icd-10-pcs" | "cpt" | "hcpcs";
export type Code = { readonly system: System; readonly value: string; readonly release: string };

export type Certainty = "present" | "absent" | "possible" | "hypothetical";
export type Time = "current" | "past";
export type Subject = "patient" | "family" | "other";
export type MentionKind =
  | "condition"
  | "finding"
  | "injury"
  | "external-cause"
  | "status"
  | "service"
  | "drug"
  | "anatomy"
  | "qualifier"
  | "measurement"
  | "dose"
  | "frequency"
  | "route"
  | "duration"
  | "date";
export type RelationRole =
  | "site"
  | "qualifier"
  | "due-to"
  | "with"
  | "without"
  | "treated-by"
  | "under"
  | "dose"
  | "defined-as";
/** `warn`: the code stays, and a person should look at what the ruling says. */
export type Verdict = "keep" | "drop" | "query" | "warn";
/** Present on admission: yes, no, not documented, not determinable by the provider, or no indicator wanted. */
export type Poa = "Y" | "N" | "U" | "W" | "exempt";
export type Role = "first-listed" | "principal" | "secondary" | "procedure" | "supply" | "visit";

export type Bodies = {
  section: { place: Place; heading: Place | null; is: string; role: string; parent: FactId<"section"> | null };
  sentence: { place: Place; section: FactId<"section">; problem: FactId<"problem"> | null };
  /** A heading of assessment and plan with what stands under it. */
  problem: { place: Place; heading: Place };
  mention: {
    place: Place;
    concept: string;
    kind: MentionKind;
    sentence: FactId<"sentence">;
    value?: Quantity;
    /** Of a date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as far as it is known. */
    date?: string;
  };
  assertion: {
    mention: FactId<"mention">;
    cue?: Place;
    certainty: Certainty;
    time: Time;
    subject: Subject;
  };
  relation: { of: FactId<"mention">; to: FactId<"mention">; role: RelationRole };
  candidate: {
    assertion: FactId<"assertion">;
    code: Code;
    /** Stands behind a better code for the same mention. */
    runnerUp: boolean;
    /** Words of the note's mention and relations that the code's titles hold. */
    matched: readonly string[];
    /** 0 to 1: how much of what was said the code says, and the other way round. */
    fit: number;
    /** Detail that the code leaves unspecified: names of axes, for queries. */
    open: readonly string[];
    /** Places that led to the code besides the mention: the drug behind its long-term use. */
    evidence?: readonly Place[];
    units?: number;
    modifiers?: readonly string[];
    /** Tells lines of one code apart, such as what was given and what was thrown away. */
    line?: string;
  };
  score: { candidate: FactId<"candidate">; parts: Readonly<Record<string, number>> };
  /** How probable it is that a coder reports a candidate, 0 to 1, by a model or by the linear scorer. */
  estimate: { candidate: FactId<"candidate">; probability: number };
  ruling: {
    candidate: FactId<"candidate">;
    verdict: Verdict;
    says: string;
    /** Another candidate that stands in for this one, or leads to the ruling. */
    other?: FactId<"candidate">;
    asks?: string;
    position?: "first" | "never-first";
    /** A guideline asks for the code: it is shown whatever its probability. */
    report?: true;
  };
  /** What the provider is asked, with what the note gives for it. Composed by `ask` and `poa`. */
  question: {
    text: string;
    /** Answers that the note supports, then those that every question offers. */
    options: readonly string[];
    places: readonly Place[];
    /** The candidate that it is about; a question about a code that is not shown is not put. */
    about?: FactId<"candidate">;
  };
  /** Whether a diagnosis of an inpatient was there at admission, and the words that say so. */
  poa: { suggestion: FactId<"suggestion">; indicator: Poa; places: readonly Place[] };
  /** How the level of a visit was reached; one for each visit that an encounter holds. */
  worksheet: {
    /** Id in `rules/visits/families.json`. */
    family: string;
    says: string;
    /** Words that led to the family. */
    places: readonly Place[];
    status: "new" | "established" | "unknown" | null;
    /** By medical decision making, 1 (straightforward) to 4 (high), 0 where nothing counts; null where the family has no such path. */
    cells: { problems: Cell; data: Cell; risk: Cell } | null;
    /** Stated minutes that count for the visit itself. */
    time: { minutes: number; place: Place } | null;
    /** Level of each path: of decision making 0 to 4, of time the position of its code. */
    levels: { mdm: number | null; time: number | null };
    codes: { mdm: string | null; time: string | null };
    chosen: string | null;
    by: "mdm" | "time" | "family" | null;
    modifiers: readonly string[];
    /** What one more documented element would raise, and what would lower it if taken away. */
    changes: readonly {
      direction: "raise" | "lower";
      cell: "problems" | "data" | "risk" | "time";
      says: string;
      code: string;
    }[];
    /** Services counted beside the visit, most of them by their own minutes. */
    also: readonly { rule: string; code: string; units: number; minutes: number; places: readonly Place[] }[];
    asks?: string;
  };
  suggestion: {
    code: Code;
    rank: number;
    probability: number;
    evidence: readonly Place[];
    role: Role;
    /** Shown to the coder, or kept in the ranking below the cut. */
    shown: boolean;
    candidate: FactId<"candidate">;
    units?: number;
  };
  /** A shown service as it would stand on a claim. */
  line: {
    suggestion: FactId<"suggestion">;
    /** In the order of a claim, each with the words that are its reason. */
    modifiers: readonly { modifier: string; rule: string; places: readonly Place[] }[];
    units: number;
    /** Up to four diagnoses that support it, best first, with the words that tie them to it. */
    pointers: readonly { suggestion: FactId<"suggestion">; by: PointerReason; places: readonly Place[] }[];
  };
  /** A claim check that found something. */
  edit: {
    rule: string;
    severity: "error" | "warning" | "information";
    codes: readonly string[];
    says: string;
    /** Modifiers that would be allowed, any one of them, and what the note must say for it. */
    remedy?: { readonly modifiers: readonly string[]; readonly note: string };
    places: readonly Place[];
  };
};
/** What ties a diagnosis to a service, strongest first. */
export type PointerReason = "indication" | "sentence" | "problem" | "link" | "site" | "visit" | "only";

/** One column of medical decision making. */
export type Cell = {
  readonly level: number;
  readonly elements: readonly { readonly rule: string; readonly says: string; readonly places: readonly Place[] }[];
};

/** A number with its unit, as the note gives it. */
export type Quantity = {
  readonly amount: number;
  /** Id in `rules/lexicon/units.json`; empty when none is said. */
  readonly unit: string;
  /** The other number: lower pressure, upper end of a range, width, days of a gestational age, second drug of a pair. */
  readonly second?: number;
  /** Depth of a size. */
  readonly third?: number;
  /** "<" or ">" where the note bounds the number so. */
  readonly bound?: "<" | ">";
  /** What the note itself prints beside the number. */
  readonly flag?: "high" | "low" | "abnormal";
};

export type Kind = keyof Bodies;
declare const idBrand: unique symbol;
/** Position in the ledger; the brand keeps kinds apart at compile time. */
export type FactId<K extends Kind = Kind> = number & { readonly [idBrand]?: K };
/** What made a fact: a rule, a lexicon entry, a cue, a model, or the stage itself. */
export type Source = { readonly type: "rule" | "lexicon" | "cue" | "model" | "stage" | "codeset"; readonly id: string };
export type Fact<K extends Kind = Kind> = {
  readonly [P in K]: {
    readonly id: FactId<P>;
    readonly kind: P;
    readonly stage: string;
    readonly by: Source;
    readonly from: readonly FactId[];
    readonly body: Readonly<Bodies[P]>;
  };
}[K];

/** Versions of all that a result depends on: the same four give the same bytes. */
export type Versions = {
  readonly engine: string;
  readonly knowledge: string;
  readonly releases: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, string>>;
};
