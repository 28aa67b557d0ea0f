import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../models/files.js";
import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Code, System } from "../../pipeline/types.js";
import type { CodeLine } from "../../rules/codesets/table.js";
import { compile } from "../../rules/compile.js";
import { loadKnowledge } from "../../rules/load.js";
import { dataFolder } from "./folder.js";
import { releases } from "./index.js";
import type { Choice, ReleaseInfo, Releases, ReleaseTable } from "./release.js";
import { sha256 } from "./store.js";

/** What stands beside the embedded knowledge: the site's releases, and the knowledge compiled for those that were asked for. */
type Site = {
  readonly base: Knowledge;
  readonly all: Releases;
  readonly folder: string;
  readonly made: Map<string, Knowledge>;
};
const sites = new WeakMap<Knowledge, Site>();

/** The knowledge of this checkout, with the releases that the site has installed behind it. */
export function siteKnowledge(folder: string = dataFolder()): Knowledge {
  const base = loadKnowledge();
  sites.set(base, { base, all: releases(folder), folder, made: new Map() });
  return base;
}

export const siteReleases = (base: Knowledge): Releases | undefined => sites.get(base)?.all;

/** The release of a system for a day; of knowledge without a site, the embedded one. */
export function choiceFor(base: Knowledge, system: System, day: string): Choice | undefined {
  const chosen = sites.get(base)?.all.choose(system, day);
  if (chosen || system !== "icd-10-cm") return chosen;
  const { release, effective } = base.codes;
  const info: ReleaseInfo = { system, release, ...effective, origin: "embedded", hash: base.hash };
  return {
    release: info,
    standing: day < effective.from ? "before-oldest" : day > effective.to ? "past-newest" : "in-force",
  };
}

/** The knowledge under which an encounter of a day is coded: the same rules over the codes in force. Compiled once, then kept. */
export function knowledgeOn(base: Knowledge, day: string): Knowledge {
  const site = sites.get(base);
  const release = site?.all.choose("icd-10-cm", day)?.release;
  if (!site) return base;
  if (!release || release.origin === "embedded") return site.base;
  const before = site.made.get(release.release);
  if (before) return before;
  const table = site.all.open(release);
  const made =
    release.release === site.base.codes.release && sameCodes(table, site.base)
      ? site.base
      : compiled(site, release, table);
  // Whoever is given this one still finds the others.
  sites.set(made, site);
  site.made.set(release.release, made);
  return made;
}

/** The title of a service in the release that the site has installed for a day; "" where none has it. */
export function siteTitle(base: Knowledge, { system, value }: Pick<Code, "system" | "value">, day: string): string {
  const all = sites.get(base)?.all;
  const release = all?.choose(system, day)?.release;
  if (!all || !release) return "";
  const table = all.open(release);
  const at = table.find(value);
  return at < 0 ? "" : table.title(at);
}

function sameCodes(table: ReleaseTable, { codes }: Knowledge): boolean {
  if (table.count !== codes.count) return false;
  for (let i = 0; i < table.count; i++)
    if (table.code(i) !== codes.code(i) || table.billable(i) !== codes.billable(i) || table.title(i) !== codes.title(i))
      return false;
  return true;
}

function compiled(site: Site, release: ReleaseInfo, table: ReleaseTable): Knowledge {
  const folder = join(site.folder, "compiled");
  const name = sha256(`${site.base.hash} ${release.hash} ${table.notesFrom} ${release.from} ${release.to}`).slice(
    0,
    24,
  );
  const path = join(folder, `${release.release}-${name}.bin`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const temporary = join(folder, `.${process.pid}.tmp`);
    try {
      compileTo(temporary, release, table);
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  return loadKnowledge(path);
}

function compileTo(path: string, release: ReleaseInfo, table: ReleaseTable): void {
  const codes: CodeLine[] = [];
  for (let i = 0; i < table.count; i++) {
    const parent = table.parent(i);
    codes.push({
      c: table.code(i),
      t: table.title(i),
      b: table.billable(i) ? 1 : 0,
      p: parent >= 0 ? table.code(parent) : table.section(i),
      ...table.notes(i),
    });
  }
  const { from, to, hash } = release;
  compile(join(projectFolder(), "rules"), path, undefined, {
    set: { groups: table.groups, codes },
    release: release.release,
    effective: { from, to },
    hash,
  });
}
