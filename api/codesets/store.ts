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
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { System } from "../../pipeline/types.js";
import { readSnapshot, writeSnapshot } from "../../rules/snapshot.js";
import { InputError } from "../errors.js";
import { lockFolder } from "../store/lock.js";
import type { Arrays, Part, PartKind } from "./part.js";

/** One installed part, as the catalogue names it. Days are inclusive. */
export type Installed = {
  /** Folder in `parts/`: system, kind, release and the start of the content's hash. */
  readonly id: string;
  readonly system: System;
  readonly kind: PartKind;
  readonly release: string;
  readonly from: string;
  readonly to: string;
  /** SHA-256 and bytes of `table.bin`. */
  readonly sha256: string;
  readonly bytes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly source: { readonly name: string; readonly member: string; readonly sha256: string };
};
type Catalogue = { readonly format: 1; readonly parts: readonly Installed[] };

const CATALOGUE = "catalogue.json";
const TABLE = "table.bin";
export const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const partFolder = (folder: string, id: string) => join(folder, "parts", id);

/** @throws InputError when the catalogue is not what this program writes */
export function readCatalogue(folder: string): readonly Installed[] {
  const path = join(folder, CATALOGUE);
  if (!existsSync(path)) return [];
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as Catalogue;
    if (value.format === 1 && Array.isArray(value.parts)) return value.parts;
  } catch {
    // Told below.
  }
  throw new InputError(
    "codesets.damaged",
    `Expected a catalogue of installed releases. Move the folder away and install again.`,
    path,
  );
}

/** Writes a part beside the others; nobody sees it until the catalogue names it. */
export function stagePart(
  folder: string,
  part: Part,
  release: { readonly release: string; readonly from: string; readonly to: string },
  source: Installed["source"],
): Installed {
  const staging = join(folder, "staging", `${process.pid}`);
  mkdirSync(staging, { recursive: true });
  const temporary = join(staging, TABLE);
  writeSnapshot(temporary, part.arrays, part.json, []);
  const data = readFileSync(temporary);
  const hash = sha256(data);
  const id = `${part.system}.${part.kind}.${release.release}.${hash.slice(0, 12)}`;
  const installed: Installed = {
    id,
    system: part.system,
    kind: part.kind,
    ...release,
    sha256: hash,
    bytes: data.length,
    counts: part.counts,
    source,
  };
  const place = partFolder(folder, id);
  if (existsSync(place) && intact(folder, installed)) return installed;
  rmSync(place, { recursive: true, force: true });
  writeWhole(staging, "manifest.json", `${JSON.stringify(installed, null, 1)}\n`);
  sync(temporary);
  mkdirSync(join(folder, "parts"), { recursive: true });
  renameSync(staging, place);
  return installed;
}

/** Puts a new list of parts in force at one stroke, then clears away what none of them needs. */
export function commit(folder: string, parts: readonly Installed[]): void {
  const sorted = [...parts].sort((a, b) =>
    `${a.system} ${a.kind} ${a.from}`.localeCompare(`${b.system} ${b.kind} ${b.from}`),
  );
  mkdirSync(folder, { recursive: true });
  writeWhole(folder, CATALOGUE, `${JSON.stringify({ format: 1, parts: sorted } satisfies Catalogue, null, 1)}\n`);
  sweep(folder, sorted);
}

function sweep(folder: string, parts: readonly Installed[]): void {
  rmSync(join(folder, "staging"), { recursive: true, force: true });
  const known = new Set(parts.map((p) => p.id));
  const place = join(folder, "parts");
  if (!existsSync(place)) return;
  for (const name of readdirSync(place))
    if (!known.has(name)) rmSync(join(place, name), { recursive: true, force: true });
}

const intact = (folder: string, part: Installed): boolean => {
  const path = join(partFolder(folder, part.id), TABLE);
  return existsSync(path) && sha256(readFileSync(path)) === part.sha256;
};

/** Parts whose table is missing or is not the one that was installed. */
export const broken = (folder: string): readonly Installed[] => readCatalogue(folder).filter((p) => !intact(folder, p));

/** @throws InputError when the table is missing */
export function readPart(folder: string, part: Installed): { arrays: Arrays; json: unknown } {
  const path = join(partFolder(folder, part.id), TABLE);
  if (!existsSync(path))
    throw new InputError(
      "codesets.damaged",
      `The table of ${part.system} ${part.release} is missing. Install the release again.`,
      path,
    );
  const { arrays, json } = readSnapshot(path);
  return { arrays: arrays as Arrays, json };
}

/** Whole or not at all: a reader never sees half a file. */
export function writeWhole(folder: string, name: string, data: string): void {
  const temporary = join(folder, `.${name}.${process.pid}.tmp`);
  const file = openSync(temporary, "w");
  try {
    writeSync(file, data);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, join(folder, name));
}

function sync(path: string): void {
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}

/**
 * Runs work while no other process changes the folder.
 * @throws InputError when another does, or the folder cannot be written
 */
export async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  let release: () => void;
  try {
    mkdirSync(folder, { recursive: true });
    release = lockFolder(join(folder, "lock"));
  } catch (error) {
    if (error instanceof InputError)
      throw new InputError(
        "codesets.busy",
        "Another process is installing code sets. Wait until it has finished.",
        error.at,
      );
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new InputError(
      "folder.unwritable",
      `Cannot write there (${code}). Check its rights, or name another folder in CITECODE_DATA.`,
      folder,
    );
  }
  try {
    return await work();
  } finally {
    release();
  }
}
