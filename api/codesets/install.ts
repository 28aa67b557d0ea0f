import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { InputError } from "../errors.js";
import { agree } from "./agree.js";
import { type Dates, datesOf, type Said } from "./dating.js";
import { fetchTo } from "./download.js";
import { embeddedInfo } from "./embedded.js";
import type { Part } from "./part.js";
import { readMember, unknown } from "./readers/index.js";
import type { Check } from "./readers/reader.js";
import { broken, commit, type Installed, locked, readCatalogue, sha256, stagePart } from "./store.js";
import { unpack } from "./unpack.js";

export type Outcome = {
  /** `replaced`: the same release was there with other content. */
  readonly parts: readonly { readonly part: Installed; readonly outcome: "installed" | "already" | "replaced" }[];
  /** Files passed over, by name. */
  readonly skipped: readonly string[];
};
export type Progress = (done: number, total: number, file: string) => void;

/**
 * Installs a file, each file of a folder, or what a URL gives. All of it or nothing: the catalogue changes once, at the end.
 * @throws InputError for what is damaged, of no known kind, or disagrees with itself; the folder then stays as it was
 */
export async function install(
  folder: string,
  from: string,
  said: Said = {},
  progress: Progress = () => {},
): Promise<Outcome> {
  if (!/^[a-z]+:\/\//i.test(from)) return installPath(folder, from, said, progress);
  const temporary = mkdtempSync(join(tmpdir(), "citecode-codeset-"));
  try {
    return await installPath(folder, await fetchTo(temporary, from), said, progress);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function installPath(folder: string, path: string, said: Said, progress: Progress): Promise<Outcome> {
  if (!existsSync(path)) throw new InputError("codeset.missing", "There is no such file or folder.", path);
  const many = statSync(path).isDirectory();
  const files = many
    ? readdirSync(path, { withFileTypes: true })
        .filter((e) => e.isFile() && !e.name.startsWith("."))
        .map((e) => join(path, e.name))
        .sort()
    : [path];
  return locked(folder, async () => {
    const before = readCatalogue(folder);
    const damaged = new Set(broken(folder).map((p) => p.id));
    let parts = [...before];
    const done: Outcome["parts"][number][] = [];
    const skipped: string[] = [];
    try {
      for (const [n, file] of files.entries()) {
        progress(n, files.length, basename(file));
        const unit = await readUnit(file, said);
        skipped.push(...unit.skipped);
        if (unit.parts.length === 0) {
          if (!many) throw unknown(basename(file));
          continue;
        }
        for (const { part, dates, source } of unit.parts) {
          const stored = stagePart(folder, part, dates, source);
          refuseTwin(stored, parts);
          const same = parts.find(
            (p) => p.system === stored.system && p.kind === stored.kind && p.release === stored.release,
          );
          const outcome =
            same?.sha256 === stored.sha256 && !damaged.has(same.id)
              ? "already"
              : same && !damaged.has(same.id)
                ? "replaced"
                : "installed";
          parts = [...parts.filter((p) => p !== same), outcome === "already" && same ? same : stored];
          done.push({ part: stored, outcome });
        }
      }
      if (done.length === 0) throw unknown(path);
    } catch (error) {
      commit(folder, before);
      throw error;
    }
    commit(folder, parts);
    forget(
      folder,
      done.filter((d) => d.outcome === "replaced").map((d) => d.part),
    );
    progress(files.length, files.length, "");
    return { parts: done, skipped };
  });
}

type Dated = { readonly part: Part; readonly dates: Dates; readonly source: Installed["source"] };

/** One file or archive: its parts must be of one release, and agree with the checks beside them. */
async function readUnit(file: string, said: Said): Promise<{ parts: Dated[]; skipped: string[] }> {
  const members = await unpack(file);
  const source = { name: basename(file), sha256: sha256(readFileSync(file)) };
  const found: { part: Part; member: string }[] = [];
  const checks: Check[] = [];
  const skipped: string[] = [];
  for (const member of members) {
    const read = await readMember(member);
    if (read?.part) found.push({ part: read.part, member: member.name });
    else if (read?.check) checks.push(read.check);
    else skipped.push(members.length > 1 ? `${source.name}/${member.name}` : source.name);
  }
  if (found.length === 0 && checks.length > 0)
    throw new InputError(
      "codeset.incomplete",
      "The file holds no headers, only what belongs beside an order file. Install the order file, or the whole archive.",
      source.name,
    );
  const years = new Map(checks.flatMap((c) => (c.year ? [[c.system, c.year]] : [])) as [string, number][]);
  const parts = found.map(({ part, member }): Dated => {
    // The name of the archive counts where the member's own says nothing.
    const name = /20\d\d|FY ?\d\d/i.test(member) ? member : `${source.name} ${member}`;
    const year = part.kind === "codes" ? years.get(part.system) : undefined;
    return { part, dates: datesOf(part, name, said, year), source: { ...source, member } };
  });
  const seen = new Map<string, string>();
  for (const { part, dates } of parts) {
    const other = seen.get(part.system);
    if (other !== undefined && other !== dates.release)
      throw new InputError(
        "codeset.mixed",
        `The archive mixes ${part.system} ${other} and ${dates.release}. Install each release from its own archive.`,
        source.name,
      );
    seen.set(part.system, dates.release);
    const key = `${part.system} ${part.kind}`;
    if (seen.has(key))
      throw new InputError(
        "codeset.mixed",
        `The archive holds ${key} twice. Install each file by itself.`,
        source.name,
      );
    seen.set(key, dates.release);
    if (part.kind === "codes") agree(part, checks);
  }
  return { parts, skipped };
}

/** The same codes under another release are a wrong label, since every release changes some. */
function refuseTwin(stored: Installed, parts: readonly Installed[]): void {
  if (stored.kind !== "codes") return;
  const twin = parts.find(
    (p) =>
      p.system === stored.system && p.kind === "codes" && p.sha256 === stored.sha256 && p.release !== stored.release,
  );
  // An update of April may change notes alone.
  if (twin && twin.release.slice(0, 6) !== stored.release.slice(0, 6))
    throw new InputError(
      "codeset.mislabelled",
      `It says ${stored.release}, and holds the very codes of ${twin.release}. Check which release the file is, and remove the other if that one is wrong.`,
      stored.source.name,
    );
}

/** @throws InputError where nothing is installed under the name */
export async function remove(folder: string, release: string, kind?: string): Promise<readonly Installed[]> {
  return locked(folder, async () => {
    const parts = readCatalogue(folder);
    const [system, name] = release.includes("@") ? release.split("@") : [undefined, release];
    const gone = parts.filter(
      (p) => p.release === name && (!system || p.system === system) && (!kind || p.kind === kind),
    );
    if (gone.length === 0) {
      const known = [...new Set(parts.map((p) => `${p.system}@${p.release}`))];
      const which = name === embeddedInfo().release ? " The embedded release cannot be removed." : "";
      throw new InputError(
        "codesets.unknown",
        `Nothing is installed under that name.${which} Installed: ${known.join(", ") || "nothing"}.`,
        release,
      );
    }
    commit(
      folder,
      parts.filter((p) => !gone.includes(p)),
    );
    forget(folder, gone);
    return gone;
  });
}

/** What was compiled for releases that are gone or changed. */
function forget(folder: string, parts: readonly Installed[]): void {
  const place = join(folder, "compiled");
  if (!existsSync(place)) return;
  // Names of an index stand in the knowledge of whichever release is searched.
  for (const name of readdirSync(place))
    if (parts.some((p) => name.startsWith(`${p.release}-`) || p.kind !== "codes"))
      rmSync(join(place, name), { force: true });
}
