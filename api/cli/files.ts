import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { InputError } from "../errors.js";
import { type Extracted, extract } from "../intake/index.js";

const STANDARD_INPUT = "-";
/** Files of other names, and standard input, are told by their first bytes. */
const byName: Readonly<Record<string, string | undefined>> = {
  ".txt": "text/plain",
  ".html": "text/html",
  ".htm": "text/html",
  ".rtf": "application/rtf",
  ".pdf": "application/pdf",
};

/**
 * The plain text of a note in a file (text, HTML, RTF or PDF), or from standard input for "-".
 * @throws InputError naming the file when it cannot be read
 */
export async function readNote(path: string): Promise<Extracted> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === STANDARD_INPUT ? 0 : path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new InputError("file.unreadable", `Cannot read the file (${code}). Check its name and rights.`, path);
  }
  try {
    return await extract(bytes, byName[extname(path).toLowerCase()] ?? "");
  } catch (error) {
    throw error instanceof InputError ? new InputError(error.code, error.message, error.at ?? path) : error;
  }
}
