import { readFileSync } from "node:fs";
import type { Warning } from "../encounter.js";
import { InputError } from "../errors.js";

const STANDARD_INPUT = "-";

/**
 * A note from a text file, or from standard input for "-": UTF-8, UTF-16 with its mark, otherwise Windows-1252 with a warning.
 * @throws InputError when the file cannot be read
 */
export function readNote(path: string): { text: string; warnings: Warning[] } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === STANDARD_INPUT ? 0 : path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new InputError("file.unreadable", `Cannot read the file (${code}). Check its name and rights.`, path);
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes), warnings: [] };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder("utf-16be").decode(bytes), warnings: [] };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), warnings: [] };
  } catch {
    if (bytes.includes(0))
      throw new InputError(
        "note.binary",
        "The file is neither UTF-8 nor UTF-16 text. Give the note's plain text.",
        path,
      );
    return {
      text: new TextDecoder("windows-1252").decode(bytes),
      warnings: [
        {
          code: "note.encoding",
          message: "The file is not UTF-8; it was read as Windows-1252. Save it as UTF-8 if letters look wrong.",
        },
      ],
    };
  }
}
