import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { InputError } from "../../api/errors.js";
import { homeFolder } from "../../api/home.js";
import { modelsFolder } from "../files.js";
import type { Correction } from "./fit.js";
import type { Counts, Figures, Learnt } from "./learn.js";

/** One version of a site's correction, as `ranker-site-<n>.json` holds it. No word of a note, no code of an encounter. */
export type SiteVersion = {
  /** `site-<n>` */
  readonly id: string;
  /** The shipped ranker that it corrects, with the SHA-256 of what its manifest says of its files. */
  readonly base: Base;
  /** SHA-256 of the decisions file. */
  readonly decisions: string;
  /** Hash of the knowledge under which the decided codes were ranked. */
  readonly knowledge: string;
  readonly penalty: number;
  readonly correction: Correction;
  readonly counts: Counts;
  /** On held-out encounters. */
  readonly before: Figures;
  readonly after: Figures;
  readonly gain: Learnt["gain"];
};
export type Base = { readonly id: string; readonly sha256: string };
/** `current.json`: the version in use, with the SHA-256 of its file. */
type Current = { readonly use: string; readonly sha256?: string };

export const NONE = "none";
const CURRENT = "current.json";
const fileOf = (id: string) => `ranker-${id}.json`;
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");

/** Where runs look for a site's version: `CITECODE_HOME/models`, otherwise `.citecode/models` in the user's home. */
export const siteFolder = () => join(homeFolder(), "models");

/** The ranker of this checkout. */
export function shippedBase(): Base {
  const manifest = JSON.parse(readFileSync(join(modelsFolder(), "ranker", "manifest.json"), "utf8")) as {
    id: string;
    files: Record<string, string>;
  };
  return { id: manifest.id, sha256: sha256(JSON.stringify(Object.entries(manifest.files).sort())) };
}

export const sameBase = (a: Base, b: Base) => a.id === b.id && a.sha256 === b.sha256;

/**
 * The version that a folder names as current; undefined where there is none.
 * @throws InputError when the file is missing, was changed since it was put in use, or is no version
 */
export function readCurrent(folder: string): SiteVersion | undefined {
  const path = join(folder, CURRENT);
  if (!existsSync(path)) return undefined;
  const current = parsed<Current>(path, readFileSync(path, "utf8"), (v) => typeof v.use === "string");
  if (current.use === NONE) return undefined;
  const { version, hash } = readVersion(folder, current.use);
  if (hash !== current.sha256)
    throw new InputError(
      "site.changed",
      `The file is not the one that ${CURRENT} names. Restore it, or choose with "citecode learn --use".`,
      join(folder, fileOf(current.use)),
    );
  return version;
}

/** Writes the next version and makes it current; older ones stay for replay. */
export function install(folder: string, content: Omit<SiteVersion, "id">): SiteVersion {
  return writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    const last = Math.max(0, ...versionsIn(folder));
    const version: SiteVersion = { id: `site-${last + 1}`, ...content };
    writeWhole(folder, fileOf(version.id), `${JSON.stringify(version, null, 1)}\n`);
    use(folder, version.id);
    return version;
  });
}

/**
 * Makes an older version current, or none.
 * @throws InputError when there is no such version
 */
export function use(folder: string, id: string): SiteVersion | undefined {
  const read = id === NONE ? undefined : readVersion(folder, id);
  const current: Current = read ? { use: id, sha256: read.hash } : { use: NONE };
  return writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    writeWhole(folder, CURRENT, `${JSON.stringify(current)}\n`);
    return read?.version;
  });
}

function versionsIn(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => /^ranker-site-(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number);
}

function readVersion(folder: string, id: string): { version: SiteVersion; hash: string } {
  const path = join(folder, fileOf(id));
  if (!/^site-\d+$/.test(id) || !existsSync(path)) {
    const known = existsSync(folder) ? versionsIn(folder).sort((a, b) => a - b) : [];
    throw new InputError(
      "site.unknown",
      `There is no such version. Expected one of ${[...known.map((n) => `site-${n}`), NONE].join(", ")}.`,
      path,
    );
  }
  const text = readFileSync(path, "utf8");
  const version = parsed<SiteVersion>(path, text, (v) => v.id === id && isCorrection(v.correction) && !!v.base?.sha256);
  return { version, hash: sha256(text) };
}

const isCorrection = (c: Correction | undefined) =>
  c !== undefined &&
  [c.slope, c.shift, c.lowest, ...Object.values(c.weights ?? { none: Number.NaN })].every(Number.isFinite);

function parsed<T>(path: string, text: string, holds: (value: Partial<T>) => boolean): T {
  try {
    const value = JSON.parse(text) as T;
    if (holds(value as Partial<T>)) return value;
  } catch {
    // Told below, with the same remedy.
  }
  throw new InputError(
    "site.damaged",
    'The file is not what "citecode learn" writes. Restore it, choose another version with "citecode learn --use", or learn again.',
    path,
  );
}

/** Whole or not at all: a reader never sees half a file. */
function writeWhole(folder: string, name: string, text: string): void {
  const temporary = join(folder, `.${name}.${process.pid}.tmp`);
  const file = openSync(temporary, "w");
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, join(folder, name));
}

function writing<T>(folder: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new InputError(
      "folder.unwritable",
      `Cannot write there (${code}). Check its rights, or name another with --out.`,
      folder,
    );
  }
}
