import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A rule, lexicon entry or weight that names a changed code. */
export type Effect = { readonly file: string; readonly id: string; readonly code: string; readonly change: string };
export type Effects = {
  readonly rules: readonly Effect[];
  readonly lexicon: readonly Effect[];
  readonly weights: readonly Effect[];
  /** Entries whose code has new codes below it: their words may lead to one of these. */
  readonly wider: readonly Effect[];
};

const codeLike = /^[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?$/;

/**
 * Walks all JSON of the rules for changed codes, and the files of learned weights.
 * @param changed code to the kind of its change
 * @param grown codes that have new codes directly below them
 * @param learned files of weights: the shipped ones and the site's
 */
export function effectsOf(
  rulesFolder: string,
  learned: readonly string[],
  changed: ReadonlyMap<string, string>,
  grown: ReadonlySet<string>,
): Effects {
  const named: Effect[] = [];
  const wider: Effect[] = [];
  for (const entry of readdirSync(rulesFolder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".json") || entry.parentPath.endsWith("codesets")) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(rulesFolder, path);
    const seen = new Set<string>();
    walk(JSON.parse(readFileSync(path, "utf8")), "", (code, id) => {
      const key = `${id} ${code}`;
      if (seen.has(key)) return;
      seen.add(key);
      const change = changed.get(code);
      if (change) named.push({ file, id, code, change });
      else if (grown.has(code)) wider.push({ file, id, code, change: "new codes below" });
    });
  }
  const weights: Effect[] = [];
  for (const path of learned.filter((p) => existsSync(p)))
    walk(JSON.parse(readFileSync(path, "utf8")), "", (code, id) => {
      const change = changed.get(code);
      if (change) weights.push({ file: path, id, code, change });
    });
  return {
    rules: named.filter((e) => !e.file.startsWith("lexicon")),
    lexicon: named.filter((e) => e.file.startsWith("lexicon")),
    weights,
    wider,
  };
}

/** Every text and key that looks like a code, with the nearest id above it. What cases expect is not what a rule says. */
function walk(value: unknown, id: string, found: (code: string, id: string) => void): void {
  if (typeof value === "string") {
    if (codeLike.test(value)) found(value, id);
  } else if (Array.isArray(value)) for (const inner of value) walk(inner, id, found);
  else if (typeof value === "object" && value !== null) {
    const own = (value as { id?: unknown }).id;
    const name = typeof own === "string" ? own : id;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "fires" || key === "silent") continue;
      if (codeLike.test(key)) found(key, name);
      walk(inner, name || key, found);
    }
  }
}
