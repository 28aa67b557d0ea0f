import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CodeLine, GroupLine } from "./codesets/table.js";
import { snapshotPath } from "./load.js";
import { RuleError } from "./schema.js";
import { readSnapshot } from "./snapshot.js";

/** Notes of a code, section or chapter, under the keys of `rules/codesets/README.md`. */
export type Notes = Omit<CodeLine, "c" | "t" | "b" | "p">;
/** Chapters, sections and notes of the embedded Tabular List. */
export type Tabular = {
  readonly groups: readonly GroupLine[];
  /** Position in `groups` of the section or chapter that a category stands in; -1 for codes below a category. */
  group(position: number): number;
  /** What is printed at the code itself, without what it inherits. */
  notes(position: number): Notes;
};

let loaded: { readonly hash: string; readonly tabular: Tabular } | undefined;

/**
 * The file that `npm run build` leaves beside the snapshot, read once.
 * @param hash of the knowledge in use: both are compiled together
 * @throws RuleError when the file is missing or of another build
 */
export function loadTabular(hash: string, path: string = join(dirname(snapshotPath()), "tabular.bin")): Tabular {
  if (loaded?.hash === hash) return loaded.tabular;
  if (!existsSync(path)) throw new RuleError(`${path} is missing. Run "npm run build", which compiles rules/ into it.`);
  const { arrays, json } = readSnapshot(path);
  const { hash: own, groups } = json as { hash: string; groups: GroupLine[] };
  if (own !== hash)
    throw new RuleError(`${path} is of another build than the knowledge (${own}, ${hash}). Run "npm run build".`);
  const { titleBytes: bytes, titleStart: start, group } = arrays;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const none: Notes = {};
  const tabular: Tabular = {
    groups,
    group: (i) => group[i],
    notes: (i) =>
      start[i] === start[i + 1] ? none : (JSON.parse(text.toString("utf8", start[i], start[i + 1])) as Notes),
  };
  loaded = { hash, tabular };
  return tabular;
}
