import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CodeTable, Concept, Knowledge, Lexicon, SectionModel, ValueWord } from "../pipeline/knowledge.js";
import { normalise, stemOf } from "../pipeline/text/index.js";
import type { MentionKind } from "../pipeline/types.js";
import { type PackedClaim, unpackClaim } from "./edits/pack.js";
import { RuleError } from "./schema.js";
import { readSnapshot } from "./snapshot.js";

type PackedModel = Pick<SectionModel, "id" | "labels" | "least" | "cut" | "bias"> & {
  word: [number, number][];
  first: [number, number][];
  length: [number, number][];
  hit: [string, number][];
};
type Snapshot = {
  hash: string;
  release: string;
  effective: { from: string; to: string };
  stems: string[];
  words: [string, number][];
  same: [string, string][];
  cased: string[];
  nearTexts: string[];
  slipParts: Lexicon["parts"];
  concepts: Concept[];
  codeKinds: [number, MentionKind][];
  headings: [string, number][];
  phrase: [string, number][];
  grammar: number[];
  denies: number[];
  unitNames: [string, number][];
  valueWords: [ValueWord, readonly string[]][];
  heads: Knowledge["search"]["heads"];
  wordParts: Knowledge["search"]["parts"];
  sectionModel: PackedModel | null;
  claim: PackedClaim;
} & Pick<
  Knowledge,
  | "anatomy"
  | "qualifiers"
  | "axes"
  | "drugs"
  | "measures"
  | "units"
  | "dosing"
  | "cues"
  | "connectors"
  | "abbreviations"
  | "sections"
  | "guidelines"
  | "lists"
  | "services"
  | "queries"
  | "wording"
  | "poa"
  | "limits"
  | "doses"
  | "visits"
  | "ranking"
>;

/** The word cache starts over when it holds this many words that no rule knows, so that memory stays flat. */
const UNKNOWN_WORDS = 20_000;

/** The snapshot that `npm run build` leaves in `dist/`, found from the sources and from the built files alike. */
export function snapshotPath(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, "dist", "knowledge.bin");
}

/** @throws RuleError when the snapshot has not been built */
export function loadKnowledge(path: string = snapshotPath()): Knowledge {
  if (!existsSync(path)) throw new RuleError(`${path} is missing. Run "npm run build", which compiles rules/ into it.`);
  const { arrays, json } = readSnapshot(path);
  const s = json as Snapshot;
  const ints = (name: string) => arrays[name] as Int32Array;
  const bytes = (name: string) => arrays[name] as Uint8Array;
  const floats = (name: string) => arrays[name] as Float32Array;
  const codes = codeTable(s, ints, bytes);
  return {
    hash: s.hash,
    codes,
    search: {
      entryCode: ints("entryCode"),
      entryLength: floats("entryLength"),
      postingStart: ints("postingStart"),
      postings: ints("postings"),
      weight: floats("stemWeight"),
      codeEntry: ints("codeEntry"),
      entryStart: ints("entryStart"),
      entryStems: ints("entryStems"),
      noise: bytes("noise"),
      heads: s.heads,
      parts: s.wordParts,
    },
    lexicon: lexicon(s, ints, bytes),
    concept: concepts(s, codes, kindOf(s)),
    kindOf: kindOf(s),
    lexiconConcepts: s.concepts.length,
    anatomy: s.anatomy,
    qualifiers: s.qualifiers,
    axes: s.axes,
    drugs: s.drugs,
    measures: s.measures,
    units: s.units,
    unitNamed: new Map(s.unitNames),
    dosing: s.dosing,
    valueWords: new Map(s.valueWords.map(([name, words]) => [name, new Set(words)])),
    cues: s.cues,
    connectors: s.connectors,
    abbreviations: s.abbreviations,
    sections: s.sections,
    headings: new Map(s.headings),
    sectionModel: s.sectionModel && {
      ...s.sectionModel,
      word: new Map(s.sectionModel.word),
      first: new Map(s.sectionModel.first),
      length: new Map(s.sectionModel.length),
      hit: new Map(s.sectionModel.hit),
      weights: floats("sectionWeights"),
    },
    guidelines: s.guidelines,
    lists: s.lists,
    services: s.services,
    queries: s.queries,
    wording: s.wording,
    poa: s.poa,
    limits: s.limits,
    doses: s.doses,
    visits: s.visits,
    phrase: new Map(s.phrase),
    grammar: new Set(s.grammar),
    denies: new Set(s.denies),
    ranking: s.ranking,
    claim: unpackClaim(s.claim),
  };
}

function codeTable(s: Snapshot, ints: (n: string) => Int32Array, bytes: (n: string) => Uint8Array): CodeTable {
  const text = Buffer.from(bytes("codeText").buffer, bytes("codeText").byteOffset, bytes("codeText").byteLength);
  const titles = Buffer.from(
    bytes("titleBytes").buffer,
    bytes("titleBytes").byteOffset,
    bytes("titleBytes").byteLength,
  );
  const titleStart = ints("titleStart");
  const count = text.length / 8;
  const code = (i: number) => text.toString("latin1", i * 8, i * 8 + 8).trimEnd();
  // Built at the first look-up: most runs need few codes by name, and the order of codes is not the order of strings.
  let positions: Map<string, number> | undefined;
  const billable = bytes("billable");
  const parent = ints("parent");
  return {
    release: s.release,
    effective: s.effective,
    count,
    code,
    title: (i) => titles.toString("utf8", titleStart[i], titleStart[i + 1]),
    find: (wanted) => {
      if (!positions) {
        positions = new Map();
        for (let i = 0; i < count; i++) positions.set(code(i).replace(".", ""), i);
      }
      return positions.get(wanted.replace(".", "").toUpperCase()) ?? -1;
    },
    billable: (i) => billable[i] === 1,
    parent: (i) => parent[i],
    lastOf: ints("lastOf"),
    seventh: bytes("seventh"),
    wordStart: ints("wordStart"),
    words: ints("words"),
    denied: bytes("denied"),
    flags: bytes("flags"),
    excludes1Start: ints("excludes1Start"),
    excludes1: ints("excludes1"),
    codeFirstStart: ints("codeFirstStart"),
    codeFirst: ints("codeFirst"),
  };
}

function lexicon(s: Snapshot, ints: (n: string) => Int32Array, bytes: (n: string) => Uint8Array): Lexicon {
  const known = new Map(s.words);
  const ids = new Map(s.stems.map((text, i) => [text, i]));
  const same = new Map(s.same);
  let unknown = new Map<string, number>();
  const child = ints("trieChild");
  const nodeStem = ints("trieStem");
  const root = ints("trieRoot");
  const opens = Uint8Array.from(root, (c) => (c > 0 ? 1 : 0));
  const stem = (norm: string): number => {
    const id = known.get(norm) ?? unknown.get(norm);
    if (id !== undefined) return id;
    const plain = stemOf(norm);
    const made = ids.get(same.get(norm) ?? same.get(plain) ?? plain) ?? -1;
    if (unknown.size >= UNKNOWN_WORDS) unknown = new Map();
    unknown.set(norm, made);
    return made;
  };
  return {
    stem: (word) => stem(normalise(word)),
    stemNormal: stem,
    stems: s.stems.length,
    stemText: (id) => s.stems[id],
    opens,
    step: (node, wanted) => {
      if (node === 0) return root[wanted];
      let low = child[node];
      let high = child[node + 1] - 1;
      while (low <= high) {
        const middle = (low + high) >> 1;
        const found = nodeStem[middle];
        if (found === wanted) return middle;
        if (found < wanted) low = middle + 1;
        else high = middle - 1;
      }
      return 0;
    },
    hitStart: ints("hitStart"),
    hitClass: bytes("hitClass"),
    hitIndex: ints("hitIndex"),
    hitCased: ints("hitCased"),
    cased: s.cased,
    near: {
      hash: ints("nearHash"),
      entry: ints("nearEntry"),
      texts: s.nearTexts,
      stem: ints("nearStem"),
      form: bytes("nearForm"),
    },
    parts: s.slipParts,
  };
}

/** Authored concepts first; behind them one for each code, made when a title is met in a note. */
function concepts(s: Snapshot, codes: CodeTable, kind: (position: number) => MentionKind): (i: number) => Concept {
  const made = new Map<number, Concept>();
  return (i) => {
    if (i < s.concepts.length) return s.concepts[i];
    let concept = made.get(i);
    if (!concept) {
      const position = i - s.concepts.length;
      concept = {
        id: codes.code(position),
        kind: kind(position),
        seeds: [position],
        fallback: -1,
        name: [],
        implies: [],
        notBefore: [],
        notAfter: [],
        source: "codeset",
      };
      made.set(i, concept);
    }
    return concept;
  };
}

/** Kinds by chapter, as runs of positions. */
function kindOf(s: Snapshot): (position: number) => MentionKind {
  return (position) => {
    let low = 0;
    let high = s.codeKinds.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (s.codeKinds[middle][0] <= position) low = middle;
      else high = middle - 1;
    }
    return s.codeKinds[low][1];
  };
}
