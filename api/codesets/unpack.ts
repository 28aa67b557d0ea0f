import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { crc32 } from "hash-wasm";
import * as yauzl from "yauzl";
import { InputError } from "../errors.js";
import { limits } from "./limits.js";

/** One file, out of its archive. */
export type Member = { readonly name: string; readonly bytes: Buffer };

const isZip = (bytes: Buffer) => bytes.length > 3 && bytes.readUInt32LE(0) === 0x04034b50;
const isGzip = (bytes: Buffer) => bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
/** A workbook is a ZIP archive too, told by what it must hold. */
const isWorkbook = (names: readonly string[]) =>
  names.includes("[Content_Types].xml") && names.includes("xl/workbook.xml");
const clean = (name: string) =>
  [...name]
    .map((c) => (c < " " || c === "\u007f" ? "?" : c))
    .join("")
    .slice(0, 100);

/**
 * A file as its members: those of a ZIP archive, what is in a .gz, or the file itself; a workbook stays whole.
 * @throws InputError for what is damaged, too large, or made to harm
 */
export async function unpack(path: string): Promise<Member[]> {
  let size: number;
  try {
    size = statSync(path).size;
  } catch {
    throw new InputError("codeset.missing", "There is no such file. Give the path of an official file.", path);
  }
  if (size > limits.file)
    throw tooLarge(path, `The file has ${size} bytes; an official one has at most ${limits.file}.`);
  if (size === 0) throw new InputError("codeset.empty", "The file is empty. Download it again.", path);
  return unpackBytes(readFileSync(path), basename(path));
}

export async function unpackBytes(bytes: Buffer, name: string): Promise<Member[]> {
  if (isGzip(bytes)) {
    const inner = gunzip(bytes, name);
    if (isZip(inner) || isGzip(inner)) throw nested(name);
    return [{ name: name.replace(/\.gz$/i, ""), bytes: inner }];
  }
  if (!isZip(bytes)) {
    if (/\.(zip|xlsx)$/i.test(name))
      throw new InputError(
        "codeset.mislabelled",
        "The name says archive, and the content is none. Download it again.",
        name,
      );
    return [{ name, bytes }];
  }
  const members = await unzip(bytes, name);
  if (isWorkbook(members.map((m) => m.name))) {
    for (const m of members)
      if (/\.(xml|rels)$/i.test(m.name) && /<!(DOCTYPE|ENTITY)/i.test(m.bytes.toString("latin1", 0, 4096)))
        throw new InputError(
          "codeset.entities",
          "A workbook declares a document type. Official ones do not; download it again.",
          `${name}/${m.name}`,
        );
    return [{ name, bytes }];
  }
  for (const m of members)
    if (isGzip(m.bytes) || (isZip(m.bytes) && !/\.(xlsx|docx|pptx)$/i.test(m.name))) throw nested(`${name}/${m.name}`);
  for (const m of members) if (isZip(m.bytes)) await unpackBytes(m.bytes, m.name);
  return members;
}

function gunzip(bytes: Buffer, name: string): Buffer {
  const most = Math.min(limits.member, Math.max(limits.ratioFrom, bytes.length * limits.ratio));
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge(name, `It unpacks to more than ${most} bytes.`);
    throw damaged(name, "The packed file cannot be unpacked");
  }
}

async function unzip(bytes: Buffer, name: string): Promise<Member[]> {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) =>
    yauzl.fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true, strictFileNames: true }, (error, opened) =>
      opened ? resolve(opened) : reject(zipError(error, name)),
    ),
  );
  if (zip.entryCount > limits.members)
    throw tooLarge(name, `The archive has ${zip.entryCount} members; an official one has at most ${limits.members}.`);
  const members: Member[] = [];
  const seen = new Set<string>();
  let total = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on("error", (error: Error) => reject(zipError(error, name)));
    zip.on("end", () => resolve());
    zip.on("entry", (entry: yauzl.Entry) => {
      try {
        const at = `${name}/${clean(entry.fileName)}`;
        checkEntry(entry, at);
        total += entry.uncompressedSize;
        if (total > limits.archive) throw tooLarge(at, `The archive unpacks to more than ${limits.archive} bytes.`);
        const key = entry.fileName.toLowerCase();
        if (seen.has(key)) throw damaged(at, "The archive names a member twice");
        seen.add(key);
        if (entry.fileName.endsWith("/")) zip.readEntry();
        else
          readEntry(zip, entry, at).then((data) => {
            members.push({ name: entry.fileName, bytes: data });
            zip.readEntry();
          }, reject);
      } catch (error) {
        reject(error);
      }
    });
    zip.readEntry();
  });
  return members;
}

function checkEntry(entry: yauzl.Entry, at: string): void {
  if (entry.generalPurposeBitFlag & 1)
    throw new InputError(
      "codeset.encrypted",
      "A member is encrypted. Official archives are not; download it again.",
      at,
    );
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000)
    throw new InputError("codeset.unsafe", "A member is a link to another place. Download the archive again.", at);
  if (entry.uncompressedSize > limits.member)
    throw tooLarge(at, `The member unpacks to ${entry.uncompressedSize} bytes; at most ${limits.member} are read.`);
  if (entry.uncompressedSize > limits.ratioFrom && entry.uncompressedSize > entry.compressedSize * limits.ratio)
    throw tooLarge(at, `The member unpacks to more than ${limits.ratio} times its size, as a bomb does.`);
}

async function readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, at: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    await new Promise<void>((resolve, reject) =>
      zip.openReadStream(entry, (error, stream) => {
        if (!stream) return reject(error);
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("error", reject);
        stream.on("end", () => resolve());
      }),
    );
  } catch {
    throw damaged(at, "The member cannot be unpacked");
  }
  const data = Buffer.concat(parts);
  if (Number.parseInt(await crc32(data), 16) !== entry.crc32)
    throw damaged(at, "The member does not match its checksum");
  return data;
}

function zipError(error: Error | null, name: string): Error {
  if (error instanceof InputError) return error;
  const what = error?.message ?? "";
  if (/relative path|absolute path|invalid characters in fileName/.test(what))
    return new InputError(
      "codeset.unsafe",
      "A member's name leads out of the archive. Nothing was written; download it again.",
      name,
    );
  return damaged(name, "The archive is damaged or cut short");
}

const damaged = (at: string, what: string) =>
  new InputError("codeset.damaged", `${what}. Download it again and compare its size with the publisher's.`, at);
const nested = (at: string) =>
  new InputError(
    "codeset.nested",
    "An archive lies within an archive. Unpack the outer one and install what it holds.",
    at,
  );
const tooLarge = (at: string, what: string) =>
  new InputError("codeset.too-large", `${what} Check that it is the official file.`, at);
