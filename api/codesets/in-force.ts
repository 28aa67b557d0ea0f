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
import { type Name, namesOf, tablesOn } from "./names.js";
import type { Choice, ReleaseInfo, Releases, ReleaseTable } from "./release.js";
import { sha256 } from "./store.js";

/** What stands beside the embedded knowledge: the site's releases, and the knowledge compiled for those that were asked for. */
type Site = {
  readonly base: Knowledge;
  readonly all: Releases;
  readonly folder: string;
  readonly made: Map<string, Knowledge>;
};
/** Names for searching, told apart by the tables that they are from. */
type Names = { readonly ids: string; readonly of: () => readonly Name[] };
const sites = new WeakMap<Knowledge, Site>();

/** The knowledge of this checkout, with the releases that the site has installed behind it. */
export function siteKnowledge(folder: string = dataFolder()): Knowledge {
  const base = loadKnowledge();
  sites.set(base, { base, all: releases(folder), folder, made: new Map() });
  return base;
}

/** The knowledge of this checkout behind one that was compiled for a release. */
export const embeddedKnowledge = (knowledge: Knowledge): Knowledge => sites.get(knowledge)?.base ?? knowledge;

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

/**
 * The knowledge for searching on a day: with the names that installed indexes and tables give codes, where there are any.
 * Its codes stand at the places of `knowledgeOn`, which is what vectors of the models go by; so does its hash.
 */
export function searchKnowledge(base: Knowledge, day: string): Knowledge {
  const site = sites.get(base);
  const plain = knowledgeOn(base, day);
  const tables = site ? tablesOn(site.folder, day) : [];
  if (!site || tables.length === 0) return plain;
  const chosen = site.all.choose("icd-10-cm", day)?.release;
  const embedded = site.all.list("icd-10-cm").find((r) => r.release === plain.codes.release);
  const release = plain === site.base ? embedded : chosen;
  if (!release) return plain;
  const ids = tables.map((p) => p.id).join(" ");
  const made = compiled(site, release, site.all.open(release), { ids, of: () => namesOf(site.folder, tables) });
  const wider = { ...made, hash: plain.hash };
  sites.set(wider, site);
  return wider;
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

function compiled(site: Site, release: ReleaseInfo, table: ReleaseTable, names?: Names): Knowledge {
  const folder = join(site.folder, "compiled");
  const name = sha256(
    `${site.base.hash} ${release.hash} ${table.notesFrom} ${release.from} ${release.to} ${names?.ids ?? ""}`,
  ).slice(0, 24);
  const path = join(folder, `${release.release}-${name}.bin`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const temporary = join(folder, `.${process.pid}.tmp`);
    try {
      compileTo(temporary, release, table, names?.of());
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
  return loadKnowledge(path);
}

function compileTo(path: string, release: ReleaseInfo, table: ReleaseTable, names?: readonly Name[]): void {
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
    ...(names ? { names } : {}),
  });
}
