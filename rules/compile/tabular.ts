import type { CodeSet } from "../codesets/table.js";
import { writeSnapshot } from "../snapshot.js";

/**
 * What the Tabular List prints and no stage reads: chapters, sections, and the notes of each code, in a file of its own that is
 * read when somebody browses. Codes stand at the positions of the code table.
 * @param hash of the knowledge that it was compiled with
 */
export function writeTabular(path: string, { groups, codes }: CodeSet, hash: string): void {
  const at = new Map(groups.map((group, i) => [group.id, i]));
  const group = Int32Array.from(codes, (line) => at.get(line.p) ?? -1);
  const notes = codes.map(({ c: _c, t: _t, b: _b, p: _p, ...own }) =>
    Object.keys(own).length === 0 ? "" : JSON.stringify(own),
  );
  writeSnapshot(path, { group }, { hash, groups }, notes);
}
