import type { Warning } from "../encounter.js";
import { InputError } from "../errors.js";
import { detect, type MediaType } from "./detect.js";
import { readHtml } from "./html.js";
import { LARGEST_FILE } from "./limits.js";
import { readPdf } from "./pdf.js";
import { decode } from "./plain.js";
import { readRtf } from "./rtf.js";

/** A note's plain text: what offsets of answers count in. */
export type Extracted = {
  readonly text: string;
  readonly mediaType: MediaType;
  readonly warnings: Warning[];
};

/**
 * The plain text of a note that is a text, an HTML page, an RTF document or a PDF with a text layer. The same bytes give the same text.
 * A plain text keeps every character but its byte order mark.
 * @param mediaType as a caller declares it, with `charset` or without; empty: by the first bytes
 * @throws InputError with a code of `media.*`, `file.*`, `note.*`, `html.*`, `rtf.*` or `pdf.*`, never with words of the note
 */
export async function extract(content: Uint8Array, mediaType: string): Promise<Extracted> {
  if (content.length > LARGEST_FILE)
    throw new InputError(
      "file.too-large",
      `The file has ${content.length} bytes; at most ${LARGEST_FILE} are read. Split it, or leave its pictures out.`,
    );
  const { type, charset } = detect(content, mediaType);
  if (type === "application/pdf") return { ...(await readPdf(content)), mediaType: type };
  if (type === "application/rtf") return { ...readRtf(content), mediaType: type };
  const { text, warnings } = decode(content, charset);
  if (type === "text/plain") return { text, mediaType: type, warnings };
  const page = readHtml(text);
  return { text: page.text, mediaType: type, warnings: [...warnings, ...page.warnings] };
}
