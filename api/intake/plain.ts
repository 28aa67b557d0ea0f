import { TextDecoder } from "node:util";
import type { Warning } from "../encounter.js";
import { InputError } from "../errors.js";

/**
 * The text of bytes: by its byte order mark, by the character set that its media type names, else UTF-8, else Windows-1252
 * with a warning.
 * @throws InputError `note.binary` for bytes that are no text, `media.charset` for a character set that is not known
 */
export function decode(bytes: Uint8Array, charset?: string): { text: string; warnings: Warning[] } {
  const marked = markOf(bytes);
  if (marked) return { text: new TextDecoder(marked).decode(bytes), warnings: [] };
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    let decoder: TextDecoder;
    try {
      decoder = new TextDecoder(charset);
    } catch {
      throw new InputError("media.charset", "The media type names an unknown character set. Send the note as UTF-8.");
    }
    return { text: decoder.decode(bytes), warnings: [] };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), warnings: [] };
  } catch {
    if (bytes.includes(0))
      throw new InputError("note.binary", "The file is neither UTF-8 nor UTF-16 text. Give the note's plain text.");
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

function markOf(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return null;
}
