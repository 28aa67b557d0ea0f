import { InputError } from "../errors.js";

export const mediaTypes = ["text/plain", "text/html", "application/rtf", "application/pdf"] as const;
export type MediaType = (typeof mediaTypes)[number];

const other: Readonly<Record<string, MediaType | "">> = {
  "text/rtf": "application/rtf",
  "text/richtext": "application/rtf",
  "application/x-rtf": "application/rtf",
  "application/xhtml+xml": "text/html",
  "application/x-pdf": "application/pdf",
  "application/octet-stream": "",
};
/** First bytes of files that are mistaken for notes, what they are, and what helps. */
const foreign: readonly (readonly [string, string, string])[] = [
  ["PK\x03\x04", "a ZIP archive or an Office document", "Save the document as PDF, RTF, HTML or plain text."],
  ["\xd0\xcf\x11\xe0", "an old Office document", "Save it as PDF, RTF, HTML or plain text."],
  ["\x1f\x8b", "packed by gzip", "Unpack it first."],
  ["\x89PNG", "a picture", "It needs OCR first."],
  ["\xff\xd8\xff", "a picture", "It needs OCR first."],
  ["II*\0", "a picture", "It needs OCR first."],
  ["MM\0*", "a picture", "It needs OCR first."],
];
/** How far into a file its signature may stand: PDF readers pass over rubbish before it. */
const HEAD = 1024;
const page = /^(?:\s|<\?xml[^>]{0,200}\?>|<!--[^>]{0,200}-->)*<(?:!doctype\s+html|html|head|body)\b/i;

/**
 * What a file is: by its media type when that is known, checked against its first bytes; by its first bytes when the media
 * type is empty or `application/octet-stream`.
 * @returns the media type without parameters, and its character set when it names one
 * @throws InputError `media.unknown` or `media.contradicts`
 */
export function detect(bytes: Uint8Array, declared: string): { type: MediaType; charset?: string } {
  const [name, ...parameters] = declared.split(";").map((p) => p.trim());
  const lower = name.toLowerCase();
  const known = mediaTypes.find((t) => t === lower) ?? (Object.hasOwn(other, lower) ? other[lower] : undefined);
  if (known === undefined && lower !== "")
    throw new InputError("media.unknown", `Unknown media type. Expected one of ${mediaTypes.join(", ")}.`);
  const head = String.fromCharCode(...bytes.subarray(0, HEAD));
  const found = signatureOf(head);
  const type = known || found || "text/plain";
  const missing = type === "application/rtf" || (type === "application/pdf" && !head.includes("%PDF-"));
  if (found ? found !== type : missing)
    throw new InputError(
      "media.contradicts",
      `The file is declared as ${type}, but ${found ? `its first bytes are those of ${found}. Declare it so` : "does not begin as such a file does. Declare what it is, or leave the media type out"}.`,
    );
  const charset = parameters.map((p) => /^charset\s*=\s*"?([^"\s]{1,40})"?$/i.exec(p)?.[1]).find(Boolean);
  return charset ? { type, charset } : { type };
}

function signatureOf(head: string): MediaType | null {
  for (const [start, is, remedy] of foreign)
    if (head.startsWith(start)) throw new InputError("media.unknown", `The file is ${is}. ${remedy}`);
  const begun = head.replace(/^(?:\xef\xbb\xbf)?\s*/, "");
  if (begun.startsWith("{\\rtf")) return "application/rtf";
  if (begun.startsWith("%PDF-")) return "application/pdf";
  // A text of 16 bits a character shows its letters when its zeros are left out.
  return page.test(begun.replace(/^\xff\xfe|^\xfe\xff/, "").replaceAll("\0", "")) ? "text/html" : null;
}
