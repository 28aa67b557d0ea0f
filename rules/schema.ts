import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import type {
  Doses,
  GuidelineRule,
  HistoryRule,
  Limit,
  PoaRules,
  QueryRule,
  Ranking,
  RuleCase,
  ServiceRule,
  ValueWord,
  VisitRules,
  Wording,
} from "../pipeline/knowledge.js";
import type { Certainty, MentionKind, RelationRole, Subject, Time } from "../pipeline/types.js";
import { type ClaimRules, readClaimRules } from "./edits/read.js";
import * as schemas from "./schemas.js";

/** A rule file that cannot be used: names the file, the place, what was expected and the remedy. */
export class RuleError extends Error {
  override name = "RuleError";
}

export type ConceptEntry = {
  readonly id: string;
  readonly terms: readonly string[];
  readonly code: string | readonly string[];
  readonly default?: string;
  readonly kind?: MentionKind;
  readonly words?: readonly string[];
  readonly notBefore?: readonly string[];
  readonly notAfter?: readonly string[];
};
export type CueEntry = {
  readonly id: string;
  readonly terms: readonly string[];
  readonly kind?: "pseudo" | "terminate" | "year";
  readonly of?: readonly string[];
  readonly effect?: { readonly certainty?: Certainty; readonly time?: Time; readonly subject?: Subject };
  readonly direction?: "forward" | "backward" | "both";
  readonly reach?: number | "clause" | "sentence" | "mention";
  readonly opens?: boolean;
  readonly next?: readonly ("end" | "mention" | "drug" | "number")[];
  readonly firm?: boolean;
  readonly ended?: boolean;
  readonly for?: readonly MentionKind[];
  readonly fires?: readonly { readonly text: string; readonly mention: string }[];
  readonly silent?: readonly { readonly text: string; readonly mention: string }[];
};
export type SectionEntry = {
  readonly id: string;
  readonly headings: readonly string[];
  readonly implies?: { readonly certainty?: Certainty; readonly time?: Time; readonly subject?: Subject };
  /** Time of what is denied there, when no cue says one. */
  readonly denied?: Time;
  /** Roles of the sections that it is a part of when it stands in one. */
  readonly within?: readonly string[];
  /** Words at the beginning of a line that open it without being a heading ("electronically signed by"). */
  readonly opens?: readonly string[];
  readonly role: string;
  readonly words?: readonly string[];
  readonly mts?: string;
};
export type TitleWords = {
  readonly noise: readonly string[];
  readonly grammar: readonly string[];
  readonly denies: readonly string[];
  readonly endsDenial: readonly string[];
  /** Words whose "of" goes on with what is denied ("without loss of consciousness"). */
  readonly denialOf: readonly string[];
  /** Words behind which, up to the comma, a title leaves open what it names. */
  readonly whether: readonly string[];
  readonly unspecified: readonly string[];
  readonly other: readonly string[];
  readonly elsewhere: readonly string[];
};
export type WithCases<T> = T & { readonly fires: readonly RuleCase[]; readonly silent: readonly RuleCase[] };
export type Rules = {
  readonly concepts: readonly (ConceptEntry & { readonly kind: MentionKind })[];
  readonly kinds: readonly { readonly first: string; readonly last: string; readonly kind: MentionKind }[];
  readonly abbreviations: readonly {
    readonly id: string;
    readonly short: string;
    readonly case?: boolean;
    readonly senses: readonly {
      readonly long: string | null;
      readonly near?: readonly string[];
      readonly sections?: readonly string[];
      readonly before?: readonly string[];
      readonly after?: readonly string[];
    }[];
  }[];
  readonly anatomy: readonly {
    readonly id: string;
    readonly terms: readonly string[];
    readonly words: readonly string[];
    readonly wider?: readonly string[];
    readonly side?: string;
  }[];
  readonly axes: readonly {
    readonly axis: string;
    readonly exclusive?: boolean;
    readonly default?: string;
    readonly values: readonly {
      readonly id: string;
      readonly terms: readonly string[];
      readonly words: readonly string[];
    }[];
  }[];
  readonly drugs: readonly {
    readonly id: string;
    readonly terms: readonly string[];
    readonly class: string;
    readonly treats: readonly string[];
    readonly longTerm?: string;
    readonly adverse?: string;
  }[];
  readonly drugClasses: readonly { readonly class: string; readonly adverse?: string; readonly given?: string }[];
  readonly measures: readonly {
    readonly id: string;
    readonly terms: readonly string[];
    readonly age?: { readonly min?: number; readonly max?: number };
    readonly least: number;
    readonly most: number;
    readonly units?: readonly string[];
    readonly pair?: "of" | "any";
    readonly outOf?: readonly number[];
    readonly shy?: readonly string[];
    readonly ranges?: readonly { readonly upTo: number; readonly code: string }[];
  }[];
  readonly units: readonly {
    readonly id: string;
    readonly kind: string;
    readonly terms: readonly string[];
    readonly of?: string;
    readonly factor?: number;
    readonly alone?: boolean;
    readonly parts?: readonly string[];
  }[];
  readonly dosing: readonly {
    readonly id: string;
    readonly axis: "frequency" | "route";
    readonly terms: readonly string[];
  }[];
  readonly valueWords: Record<ValueWord, readonly string[]>;
  readonly words: readonly (readonly string[])[];
  readonly titleWords: TitleWords;
  readonly wordParts: { readonly beginnings: readonly string[]; readonly endings: readonly string[] };
  readonly heads: {
    readonly heads: readonly {
      readonly id: string;
      readonly terms: readonly string[];
      readonly means: readonly string[];
      readonly weight?: number;
    }[];
    readonly parts: readonly { readonly part: string; readonly means: string }[];
  };
  readonly connectors: readonly {
    readonly id: string;
    readonly role: RelationRole;
    readonly reversed?: boolean;
    readonly loose?: boolean;
    readonly terms: readonly string[];
  }[];
  readonly history: { readonly personal: readonly HistoryRule[]; readonly family: readonly HistoryRule[] };
  readonly sections: readonly SectionEntry[];
  readonly cues: readonly CueEntry[];
  readonly guidelines: readonly WithCases<GuidelineRule>[];
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly queries: readonly WithCases<QueryRule>[];
  /** `leading` and `money`: words that no question may hold. */
  readonly wording: Wording & { readonly leading: readonly string[]; readonly money: readonly string[] };
  readonly poa: PoaRules;
  readonly limits: readonly Limit[];
  readonly services: readonly WithCases<ServiceRule>[];
  readonly doses: Doses;
  readonly visits: VisitRuleFiles;
  readonly ranking: Ranking;
  readonly claim: ClaimRules;
};
/** The lists of `visits/` with their cases. */
export type VisitRuleFiles = {
  readonly [K in Exclude<keyof VisitRules, "tables">]: readonly WithCases<VisitRules[K][number]>[];
} & Pick<VisitRules, "tables">;

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
const compiled = new Map<object, ValidateFunction>();

export function readJson<T>(root: string, path: string, schema: object): T {
  const name = relative(root, path);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new RuleError(`rules/${name}: not JSON (${(error as Error).message}). Mend the file and build again.`);
  }
  let check = compiled.get(schema);
  if (!check) {
    check = ajv.compile(schema);
    compiled.set(schema, check);
  }
  if (!check(value)) {
    const e = check.errors?.[0];
    const detail =
      e?.keyword === "additionalProperties"
        ? ` "${(e.params as { additionalProperty: string }).additionalProperty}"`
        : "";
    throw new RuleError(
      `rules/${name}, at ${e?.instancePath || "the top"}: ${e?.message}${detail}. rules/README.md gives the format.`,
    );
  }
  return value as T;
}

/** The trained model of section kinds, as `models/section-kind/train.ts` writes it. */
export type SectionModelFile = {
  readonly id: string;
  readonly labels: readonly string[];
  readonly least: number;
  readonly cut: number;
  /** Weights are multiplied by this and rounded. */
  readonly scale: number;
  readonly bias: readonly number[];
  /** "family:value", then a weight for each label. */
  readonly features: readonly (readonly [string, ...number[]])[];
};
/** @throws RuleError when the file is not as it should be */
export const readModel = (path: string) =>
  readJson<SectionModelFile>(join(path, "..", ".."), path, schemas.sectionModel);

/** Every list file of a folder, in name order, with its items joined; ids must be unique among them. */
export function readFolder<T extends { readonly id: string }>(
  root: string,
  folder: string,
  key: string,
  schema: object,
): T[] {
  const all: T[] = [];
  const seen = new Map<string, string>();
  const path = join(root, folder);
  if (!existsSync(path)) return all;
  for (const name of readdirSync(path)
    .filter((n) => n.endsWith(".json") && n !== "lists.json" && !n.startsWith("table-"))
    .sort()) {
    const file = readJson<Record<string, unknown> & { kind?: MentionKind; common?: string }>(
      root,
      join(path, name),
      schema,
    );
    for (const item of file[key] as T[]) {
      const before = seen.get(item.id);
      if (before)
        throw new RuleError(`rules/${folder}/${name}: id "${item.id}" is already used in ${before}. Give it another.`);
      seen.set(item.id, name);
      const { kind, common } = file;
      all.push(kind || common ? { ...(kind ? { kind } : {}), ...(common ? { common } : {}), ...item } : item);
    }
  }
  return all;
}

type SharedWords = Pick<ServiceRule, "with" | "without"> & { readonly id: string };
/** Adds to each service rule the words that its file names as shared. */
function withSharedWords(
  rules: readonly (WithCases<ServiceRule> & { readonly common?: string })[],
  sets: readonly SharedWords[],
): WithCases<ServiceRule>[] {
  return rules.map(({ common, ...rule }) => {
    if (common === undefined) return rule;
    const shared = sets.find((s) => s.id === common);
    if (!shared)
      throw new RuleError(`rules/services: "common" names "${common}", which rules/service-words.json does not have.`);
    const { with: groups = [], without = [] } = shared;
    return { ...rule, with: [...groups, ...(rule.with ?? [])], without: [...without, ...(rule.without ?? [])] };
  });
}

/** Reads and checks all rule files. @throws RuleError on the first problem */
export function readRules(root: string): Rules {
  const one = <T>(path: string, schema: object) => readJson<T>(root, join(root, path), schema);
  return {
    concepts: readFolder(root, "lexicon/conditions", "entries", schemas.conditions),
    kinds: one<{ kinds: Rules["kinds"] }>("lexicon/kinds.json", schemas.kinds).kinds,
    abbreviations: one<{ entries: Rules["abbreviations"] }>("lexicon/abbreviations.json", schemas.abbreviations)
      .entries,
    anatomy: one<{ entries: Rules["anatomy"] }>("lexicon/anatomy.json", schemas.anatomy).entries,
    axes: one<{ axes: Rules["axes"] }>("lexicon/qualifiers.json", schemas.qualifiers).axes,
    drugs: one<{ entries: Rules["drugs"] }>("lexicon/drugs.json", schemas.drugs).entries,
    drugClasses: one<{ entries: Rules["drugClasses"] }>("lexicon/drug-classes.json", schemas.drugClasses).entries,
    measures: readFolder(root, "lexicon/measures", "entries", schemas.measures),
    units: one<{ units: Rules["units"] }>("lexicon/units.json", schemas.units).units,
    dosing: one<{ entries: Rules["dosing"] }>("lexicon/dosing.json", schemas.dosing).entries,
    valueWords: one<Rules["valueWords"]>("lexicon/value-words.json", schemas.valueWords),
    words: one<{ same: Rules["words"] }>("lexicon/words.json", schemas.words).same,
    titleWords: one<TitleWords>("lexicon/title-words.json", schemas.titleWords),
    wordParts: one<Rules["wordParts"]>("lexicon/word-parts.json", schemas.wordParts),
    heads: one<Rules["heads"]>("lexicon/heads.json", schemas.heads),
    connectors: one<{ connectors: Rules["connectors"] }>("lexicon/connectors.json", schemas.connectors).connectors,
    history: one<Rules["history"]>("lexicon/history.json", schemas.history),
    sections: one<{ sections: Rules["sections"] }>("sections/sections.json", schemas.sections).sections,
    cues: readFolder(root, "cues", "cues", schemas.cues),
    guidelines: [
      ...readFolder<Rules["guidelines"][number]>(root, "guidelines", "rules", schemas.guidelines),
      ...readFolder<Rules["guidelines"][number]>(root, "edits/mce", "rules", schemas.guidelines),
    ],
    lists: Object.assign(
      {},
      ...["guidelines", "edits/mce", "edits/poa"].map(
        (folder) => one<{ lists: Rules["lists"] }>(`${folder}/lists.json`, schemas.lists).lists,
      ),
    ),
    queries: readFolder(root, "queries", "rules", schemas.queries),
    wording: one<Rules["wording"]>("wording.json", schemas.wording),
    poa: one<PoaRules>("edits/poa/indicator.json", schemas.poa),
    limits: one<{ limits: Rules["limits"] }>("edits/table-diagnosis-limits.json", schemas.limits).limits,
    services: withSharedWords(
      readFolder(root, "services", "rules", schemas.services),
      one<{ sets: readonly SharedWords[] }>("service-words.json", schemas.serviceWords).sets,
    ),
    doses: one<Doses>("doses.json", schemas.doses),
    visits: readVisits(root),
    ranking: one<Ranking>("ranking.json", schemas.ranking),
    claim: readClaimRules(root),
  };
}

function readVisits(root: string): VisitRuleFiles {
  const seen = new Set<string>();
  const lists = Object.entries(schemas.visits).map(([key, schema]) => {
    const name = `visits/${key}.json`;
    const list = readJson<Record<string, { id: string }[]>>(root, join(root, name), schema)[key];
    for (const { id } of list) {
      if (seen.has(id)) throw new RuleError(`rules/${name}: id "${id}" is already used. Give it another.`);
      seen.add(id);
    }
    return [key, list];
  });
  const tables = readJson<VisitRules["tables"]>(root, join(root, "visits/tables.json"), schemas.visitTables);
  return { ...Object.fromEntries(lists), tables } as VisitRuleFiles;
}
