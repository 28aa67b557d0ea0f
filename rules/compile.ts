import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { nearIndex } from "../pipeline/text/index.js";
import { type CodeSet, codesNamed, readCodeSet } from "./codesets/table.js";
import { CodeBuilder } from "./compile/codes.js";
import { fitRules, redate } from "./compile/fit.js";
import { compileLexicon } from "./compile/lexicon.js";
import { compileHeads, compileSearch } from "./compile/search.js";
import { compileSectionModel } from "./compile/section-model.js";
import { StemTable } from "./compile/stems.js";
import { writeTabular } from "./compile/tabular.js";
import { TrieBuilder } from "./compile/trie.js";
import { RuleError, readModel, readRules } from "./schema.js";
import { writeSnapshot } from "./snapshot.js";

/** An installed release, to be compiled with the same rules. Days are inclusive. */
export type OtherRelease = {
  readonly set: CodeSet;
  readonly release: string;
  readonly effective: { readonly from: string; readonly to: string };
  /** Changes whenever the codes or names do. */
  readonly hash: string;
  /** Names that an installed index gives codes: for searching alone, nothing here touches a note. */
  readonly names?: readonly { readonly code: string; readonly text: string }[];
};

/**
 * Turns `rules/` into one snapshot that loads fast. Run by `npm run build`; every file is validated, and the first
 * problem stops the build with the file, the place, what was expected and the remedy.
 */
export function compile(
  rulesFolder: string,
  out: string,
  modelsFolder: string = join(rulesFolder, "..", "models"),
  other?: OtherRelease,
): { bytes: number; hash: string; warnings: readonly string[] } {
  const hash = createHash("sha256");
  for (const file of listFiles(rulesFolder)) {
    hash.update(relative(rulesFolder, file));
    hash.update(readFileSync(file));
  }
  const modelFile = join(modelsFolder, "section-kind", "model.json");
  if (existsSync(modelFile)) hash.update(readFileSync(modelFile));
  const set = other?.set ?? readCodeSet(join(rulesFolder, "codesets", "icd-10-cm-fy2026.ndjson.gz"));
  const rules = other ? fitRules(readRules(rulesFolder), set) : readRules(rulesFolder);
  if (other) hash.update(other.hash);
  const provenance = JSON.parse(
    readFileSync(join(rulesFolder, "codesets", "icd-10-cm-fy2026.provenance.json"), "utf8"),
  ) as {
    release: string;
    effective: { from: string; to: string };
  };
  const stems = new StemTable(rules.words);
  stems.learnLetters([...rules.concepts.flatMap((c) => c.terms), ...set.codes.flatMap((c) => [c.t, ...(c.n ?? [])])]);
  const codes = new CodeBuilder(set, stems, rules.titleWords);
  const trie = new TrieBuilder(stems);
  const warnings: string[] = [];
  const lexicon = compileLexicon(rules, codes, stems, trie, warnings);
  for (const { code, text } of other?.names ?? []) {
    const at = codes.find(code);
    if (at >= 0) lexicon.searchable.push({ code: at, stems: codes.searchWords(text) });
  }
  const heads = compileHeads(rules.heads.heads, stems);
  const search = compileSearch(codes, stems, lexicon.searchable, rules.titleWords);

  const model = existsSync(modelFile) ? compileSectionModel(readModel(modelFile), lexicon.json.sections, stems) : null;

  const near = nearIndex(stems.spellings());
  const arrays = {
    nearHash: near.hash,
    nearEntry: near.entry,
    nearStem: near.stem,
    nearForm: near.form,
    ...codes.arrays(codesNamed),
    ...search,
    ...trie.arrays(stems.list.length),
    sectionWeights: model?.weights ?? new Float32Array(0),
  };
  const json = {
    hash: hash.digest("hex").slice(0, 16),
    stems: stems.list,
    words: stems.words(),
    same: stems.same(),
    cased: trie.cased,
    nearTexts: near.texts,
    slipParts: { beginnings: rules.wordParts.beginnings, endings: rules.wordParts.endings },
    heads,
    wordParts: rules.heads.parts,
    ...(other ? (redate(lexicon.json, provenance.effective, other.effective) as typeof lexicon.json) : lexicon.json),
    release: other?.release ?? provenance.release,
    effective: other?.effective ?? provenance.effective,
    sectionModel: model?.json ?? null,
  };
  mkdirSync(dirname(out), { recursive: true });
  const bytes = writeSnapshot(out, arrays, json, codes.titleText());
  writeTabular(join(dirname(out), "tabular.bin"), set, json.hash);
  return { bytes, hash: json.hash, warnings };
}

/** Files of `rules/` that decide results, in a fixed order. */
function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(json|gz)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const here = dirname(fileURLToPath(import.meta.url));
  const root = join(here, "..", "..");
  try {
    const result = compile(join(root, "rules"), join(root, "dist", "knowledge.bin"));
    for (const warning of result.warnings.slice(0, process.env.CITECODE_ALL_WARNINGS ? undefined : 10))
      console.warn(`rules: ${warning}`);
    if (result.warnings.length > 10)
      console.warn(`rules: ${result.warnings.length} warnings (CITECODE_ALL_WARNINGS=1 shows all)`);
    console.log(`knowledge ${result.hash}: ${(result.bytes / 1e6).toFixed(1)} MB`);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
