import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** One line of `icd-10-cm-*.ndjson.gz`; see `rules/codesets/README.md` for the keys. */
export type CodeLine = {
  readonly c: string;
  readonly t: string;
  readonly b: 0 | 1;
  readonly p: string;
  readonly n?: readonly string[];
  readonly i?: readonly string[];
  readonly x1?: readonly string[];
  readonly x2?: readonly string[];
  readonly cf?: readonly string[];
  readonly ua?: readonly string[];
  readonly ca?: readonly string[];
  readonly nt?: readonly string[];
  readonly s7n?: Readonly<Record<string, readonly string[]>>;
  readonly s7?: Readonly<Record<string, string>>;
};
export type GroupLine = {
  readonly kind: "chapter" | "section";
  readonly id: string;
  readonly title: string;
  readonly first: string;
  readonly last: string;
  readonly p?: string;
  readonly notes?: Omit<CodeLine, "c" | "t" | "b" | "p">;
};
export type CodeSet = { readonly groups: readonly GroupLine[]; readonly codes: readonly CodeLine[] };

/** @throws Error naming the file and line when a line is not JSON */
export function readCodeSet(path: string): CodeSet {
  const groups: GroupLine[] = [];
  const codes: CodeLine[] = [];
  const lines = gunzipSync(readFileSync(path)).toString("utf8").split("\n");
  lines.forEach((line, n) => {
    if (line === "") return;
    try {
      const value = JSON.parse(line) as CodeLine | GroupLine;
      if ("c" in value) codes.push(value);
      else groups.push(value);
    } catch {
      throw new Error(`${path}, line ${n + 1}: not JSON. Regenerate the file with rules/codesets/import-icd10cm.py.`);
    }
  });
  return { groups, codes };
}

const range =
  /([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?:\.?-)?(?:\s*-\s*([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?:\.?-)?)?/g;
/** Codes and ranges that a note of the Tabular List names in its parentheses: "(E10.-)", "(J09-J18)", "(A00.0, B20)". */
export function codesNamed(note: string): { first: string; last: string }[] {
  const found: { first: string; last: string }[] = [];
  for (const bracket of note.matchAll(/\(([^()]*)\)/g))
    for (const m of bracket[1].matchAll(range)) found.push({ first: m[1], last: m[2] ?? m[1] });
  return found;
}
