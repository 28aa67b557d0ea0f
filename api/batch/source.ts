import { createReadStream, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { InputError } from "../errors.js";

/** One note to read: a file, or a line that holds an encounter as JSON. `place` names it to people; `size` is in bytes. */
export type Item =
  | { readonly place: string; readonly size: number; readonly file: string }
  | { readonly place: string; readonly size: number; readonly line: string };
/** Notes in an order that is the same each time. `total` is in bytes; null where it cannot be known. */
export type Source = { readonly total: number | null; readonly items: AsyncIterable<Item> | Iterable<Item> };

const NOTES = /\.(txt|html?|rtf|pdf)$/i;

/**
 * @param path a folder of notes (with those below it, by name), an NDJSON file of encounters, or "-" for standard input
 * @throws InputError file.unreadable
 */
export function openSource(path: string): Source {
  if (path === "-") return { total: null, items: lines(process.stdin) };
  try {
    const found = statSync(path);
    if (!found.isDirectory()) return { total: found.size, items: lines(createReadStream(path)) };
    const files = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && NOTES.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((file) => ({ file, place: relative(path, file), size: statSync(file).size }))
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    return { total: files.reduce((sum, f) => sum + f.size, 0), items: files };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new InputError("file.unreadable", `Cannot read it (${code}). Check its name and rights.`, path);
  }
}

async function* lines(input: NodeJS.ReadableStream): AsyncGenerator<Item> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() !== "") yield { place: `line ${number}`, size: Buffer.byteLength(line) + 1, line };
  }
}
