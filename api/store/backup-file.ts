import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { InputError } from "../errors.js";

/**
 * A backup is a gzip of lines: the header, one line a row (the table's name, a tab, the row as the database writes it in JSON),
 * and the end. Rows hold what the store holds, so patient text in them is sealed.
 */
export type Header = {
  readonly citecode: "backup";
  readonly format: 1;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Those that the store had been through, in order. */
  readonly migrations: readonly string[];
  /** In the order in which rows can be put back. */
  readonly tables: readonly string[];
  /** Which master keys open what is sealed. */
  readonly masters: readonly string[];
};
export type End = {
  readonly rows: number;
  /** Of all bytes before this line. */
  readonly sha256: string;
};

/** What zlib says where a file does not begin as one of its own. */
const NOT_GZIP = "incorrect header check";

const damaged = (path: string, what: string) =>
  new InputError("backup.damaged", `The backup is damaged: ${what}. Nothing was changed. Take another copy.`, path);

/** Lines of a gzip file, without their ends, as they were written: no other character ends a line. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  const open = createReadStream(path);
  const unpacked = createGunzip();
  open.on("error", (error) => unpacked.destroy(error));
  let rest: Buffer[] = [];
  for await (const chunk of open.pipe(unpacked) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      from = at + 1;
    }
    rest.push(chunk.subarray(from));
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last;
}

/**
 * Reads a backup, and proves at its end that every byte is the one that was written.
 * @param each gets the rows as they come; until the end is through, they may be damaged
 * @throws InputError file.unreadable, backup.format, backup.damaged
 */
export async function readBackup(
  path: string,
  each: (table: string, row: string, header: Header) => Promise<void> | void = () => {},
): Promise<Header & End> {
  const hash = createHash("sha256");
  let header: Header | undefined;
  let end: End | undefined;
  let rows = 0;
  try {
    for await (const line of linesOf(path)) {
      if (end) throw damaged(path, "something stands behind its end");
      if (line[0] === 0x7b) {
        const value = JSON.parse(line.toString("utf8")) as Partial<Header & End>;
        if (header && value.sha256 !== undefined) {
          if (value.rows !== rows || value.sha256 !== hash.digest("hex"))
            throw damaged(path, "its bytes are not those that were written");
          end = value as End;
          continue;
        }
        if (header) throw damaged(path, "a line is none of a backup");
        if (value.citecode !== "backup" || value.format !== 1) throw notOne(path);
        header = value as Header;
      } else {
        if (!header) throw notOne(path);
        const tab = line.indexOf(9);
        const table = line.subarray(0, tab).toString("utf8");
        if (!header.tables.includes(table)) throw damaged(path, "a row belongs to no table");
        await each(table, line.subarray(tab + 1).toString("utf8"), header);
        rows++;
      }
      hash.update(line).update("\n");
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES" || code === "EISDIR")
      throw new InputError("file.unreadable", `Cannot read the file (${code}). Check its name and rights.`, path);
    if ((error as Error).message === NOT_GZIP) throw notOne(path);
    if (code?.startsWith("Z_") || error instanceof SyntaxError) throw damaged(path, "it cannot be unpacked");
    throw error;
  }
  if (!header) throw notOne(path);
  if (!end) throw damaged(path, "its end is missing");
  return { ...header, ...end };
}

const notOne = (path: string) =>
  new InputError(
    "backup.format",
    "The file is no backup of this program. Name a file that `citecode backup` made.",
    path,
  );
