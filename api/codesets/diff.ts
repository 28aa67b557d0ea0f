import type { ReleaseTable } from "./release.js";

export type Change = {
  readonly code: string;
  /** Titles before and after; "" where there is none. */
  readonly before: string;
  readonly after: string;
  /** Of a moved code the new one; of a split one its new parts. */
  readonly to?: readonly string[];
};
/** What changed from one release to another. A code stands in one list only. */
export type Diff = {
  readonly from: string;
  readonly to: string;
  readonly added: readonly Change[];
  readonly deleted: readonly Change[];
  readonly retitled: readonly Change[];
  /** The same title under another code. */
  readonly moved: readonly Change[];
  /** Billable before, and now a header of new codes. */
  readonly split: readonly Change[];
  /** A header before, and now billable. */
  readonly joined: readonly Change[];
};

export function diffTables(a: ReleaseTable, b: ReleaseTable): Diff {
  const added: Change[] = [];
  const deleted: Change[] = [];
  const retitled: Change[] = [];
  const split: Change[] = [];
  const joined: Change[] = [];
  for (let i = 0; i < a.count; i++) {
    const code = a.code(i);
    const at = b.find(code);
    const before = a.title(i);
    if (at < 0) {
      deleted.push({ code, before, after: "" });
      continue;
    }
    const after = b.title(at);
    if (a.billable(i) && !b.billable(at)) split.push({ code, before, after, to: newLeaves(a, b, at) });
    else if (!a.billable(i) && b.billable(at)) joined.push({ code, before, after });
    else if (before !== after) retitled.push({ code, before, after });
  }
  for (let i = 0; i < b.count; i++)
    if (a.find(b.code(i)) < 0) added.push({ code: b.code(i), before: "", after: b.title(i) });
  // Titles repeat ("Other acariasis" of a header and its rest): only one that names a single code on both sides is a move.
  const once = (list: readonly Change[], title: (c: Change) => string) => {
    const by = new Map<string, Change | null>();
    for (const c of list) by.set(title(c), by.has(title(c)) ? null : c);
    return by;
  };
  const gone = once(deleted, (c) => c.before);
  const come = once(added, (c) => c.after);
  const moved: Change[] = [];
  const left = new Set<string>();
  for (const [title, old] of gone) {
    const now = come.get(title);
    if (!old || !now) continue;
    moved.push({ ...old, after: title, to: [now.code] });
    left.add(old.code).add(now.code);
  }
  const rest = (list: readonly Change[]) => list.filter((c) => !left.has(c.code));
  return {
    from: a.info.release,
    to: b.info.release,
    added: rest(added),
    deleted: rest(deleted),
    retitled,
    moved,
    split,
    joined,
  };
}

function newLeaves(a: ReleaseTable, b: ReleaseTable, at: number): string[] {
  const found: string[] = [];
  for (let i = at + 1; i <= b.lastOf(at); i++) if (b.billable(i) && a.find(b.code(i)) < 0) found.push(b.code(i));
  return found;
}

/** Codes at which something may point that is no longer as it was. */
export function touched(diff: Diff): ReadonlyMap<string, string> {
  const by = new Map<string, string>();
  for (const kind of ["deleted", "moved", "split", "joined", "retitled"] as const)
    for (const change of diff[kind]) by.set(change.code, kind);
  return by;
}
