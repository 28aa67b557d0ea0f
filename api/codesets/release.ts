import type { System } from "../../pipeline/types.js";
import type { CodeLine, GroupLine } from "../../rules/codesets/table.js";

/** Notes of a code under the keys of `rules/codesets/README.md`: `n` inclusion terms, `x1` excludes1, `s7` 7th characters ... */
export type Notes = Omit<CodeLine, "c" | "t" | "b" | "p">;

/** One dated release of a code system. Days are `YYYY-MM-DD`, both inclusive. */
export type ReleaseInfo = {
  readonly system: System;
  /** "FY2026"; for HCPCS and CPT the first day in force: "2025-10-01". */
  readonly release: string;
  readonly from: string;
  readonly to: string;
  readonly origin: "embedded" | "installed";
  /** Changes whenever the content does. */
  readonly hash: string;
};

/** Codes of a release by position, in the order of the official file: the descendants of `i` are `i + 1` to `lastOf(i)`. */
export type ReleaseTable = {
  readonly info: ReleaseInfo;
  readonly count: number;
  /** With its dot where the system has one. */
  code(i: number): string;
  title(i: number): string;
  /** Short official title; the long one where none is published. */
  short(i: number): string;
  billable(i: number): boolean;
  /** Position of the code above, or -1. */
  parent(i: number): number;
  lastOf(i: number): number;
  /** Position of a code with or without its dot, in any case, or -1. */
  find(code: string): number;
  /** Own notes, nothing inherited. */
  notes(i: number): Notes;
  /** Section of a category (or chapter), by `id` in `groups`; "" where the release names none. */
  section(i: number): string;
  /** Chapters, then sections, each with its own notes. */
  readonly groups: readonly GroupLine[];
  /** Days on which the code itself is in force, where they differ from the release's. */
  days(i: number): { readonly from: string; readonly to: string };
  /** The release that the notes are from, where it is another one; null where there are none. */
  readonly notesFrom: string | null;
};

/** `gap`: a release between two installed ones is missing. Only the first two may be coded under. */
export type Standing = "in-force" | "past-newest" | "before-oldest" | "gap";
export type Choice = { readonly release: ReleaseInfo; readonly standing: Standing };

/** All releases that this machine has; a table is opened when it is first asked for. */
export type Releases = {
  /** Oldest first. */
  list(system?: System): readonly ReleaseInfo[];
  /** The release of a system for a day; undefined where none of the system is there at all. */
  choose(system: System, day: string): Choice | undefined;
  open(release: ReleaseInfo): ReleaseTable;
};

/** Chooses among releases sorted by their first day; of two that hold on a day the later one does. */
export function chooseRelease(releases: readonly ReleaseInfo[], day: string): Choice | undefined {
  const oldest = releases[0];
  if (!oldest) return undefined;
  const begun = releases.filter((r) => r.from <= day);
  const release = begun.at(-1);
  if (!release) return { release: oldest, standing: "before-oldest" };
  if (day <= release.to) return { release, standing: "in-force" };
  return { release, standing: begun.length === releases.length ? "past-newest" : "gap" };
}

/** Notes of a code and of all above it, nearest first, each with the code, section or chapter that it stands at. */
export function inheritedNotes(table: ReleaseTable, position: number): { at: string; notes: Notes }[] {
  const found: { at: string; notes: Notes }[] = [];
  let i = position;
  for (let p = i; p >= 0; p = table.parent(p)) {
    i = p;
    const notes = table.notes(p);
    if (Object.keys(notes).length > 0) found.push({ at: table.code(p), notes });
  }
  const groups = new Map(table.groups.map((g) => [g.id, g]));
  for (let group = groups.get(table.section(i)); group; group = groups.get(group.p ?? ""))
    if (group.notes) found.push({ at: group.id, notes: group.notes });
  return found;
}
