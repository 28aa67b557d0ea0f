import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { modelsFolder, projectFolder } from "../../models/files.js";
import { siteFolder } from "../../models/site/file.js";
import { diffTables, touched } from "../codesets/diff.js";
import { type DiffReport, type Draft, diffHtml, diffText } from "../codesets/diff-show.js";
import { effectsOf } from "../codesets/effects.js";
import { releases } from "../codesets/index.js";
import type { ReleaseTable } from "../codesets/release.js";
import { InputError } from "../errors.js";

/** @throws InputError for a release that is not there */
export async function diffCommand(
  from: string,
  to: string,
  options: { html?: boolean; json?: boolean; drafts?: boolean },
): Promise<void> {
  const all = releases();
  const open = (name: string): ReleaseTable => {
    const known = all.list("icd-10-cm");
    const found = known.find((r) => r.release.toLowerCase() === name.toLowerCase());
    if (!found)
      throw new InputError(
        "codesets.unknown",
        `No such release of ICD-10-CM is at hand. Expected one of ${known.map((r) => r.release).join(", ")}; others are installed with "citecode codesets install".`,
        name,
      );
    return all.open(found);
  };
  const [before, after] = [open(from), open(to)];
  const diff = diffTables(before, after);
  const changed = touched(diff);
  const grown = new Set<string>();
  for (const { code } of diff.added) {
    const parent = after.parent(after.find(code));
    if (parent >= 0) grown.add(after.code(parent));
  }
  const site = siteFolder();
  const learned = [
    join(modelsFolder(), "ranker", "inputs.json"),
    ...(existsSync(site)
      ? readdirSync(site)
          .filter((n) => n.endsWith(".json"))
          .map((n) => join(site, n))
      : []),
  ];
  const effects = effectsOf(join(projectFolder(), "rules"), learned, changed, grown);
  const drafts: Draft[] | null = options.drafts
    ? await (await import("./codesets-drafts.js")).openDrafts(changed)
    : null;
  const report: DiffReport = { diff, effects, drafts };
  console.log(options.json ? JSON.stringify(report, null, 2) : options.html ? diffHtml(report) : diffText(report));
}
