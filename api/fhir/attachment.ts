import type { Warning } from "../encounter.js";
import { InputError } from "../errors.js";
import { type Json, listAt, type Placed, textAt } from "./json.js";

/** The words of a document: text/plain, text/html, application/rtf, application/pdf; an empty media type is found out. */
export type Extract = (
  content: Uint8Array,
  mediaType: string,
) => Promise<{ readonly text: string; readonly warnings?: readonly Warning[] }>;

/** What a service without intake reads: plain text. */
export const plainText: Extract = async (content, mediaType) => {
  const [type, ...parameters] = mediaType.toLowerCase().split(";");
  if (type.trim() !== "text/plain")
    throw new InputError("attachment.media-type", "Only text/plain is read here. Give the plain text of the document.");
  const charset = parameters.map((p) => /^\s*charset="?([^"\s]+)"?\s*$/.exec(p)?.[1]).find(Boolean) ?? "utf-8";
  try {
    return { text: new TextDecoder(charset, { fatal: true, ignoreBOM: false }).decode(content) };
  } catch {
    throw new InputError(
      "attachment.charset",
      "The bytes do not fit the charset of the contentType (UTF-8 when none).",
    );
  }
};

/** Plain first: it needs no reading of a layout. */
const preferred = ["text/plain", "text/html", "application/rtf", "text/rtf", "application/pdf"];
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The words of a document that comes in one or more formats: FHIR has the same document in each, so one is read.
 * @returns undefined when there is no attachment
 * @throws InputError at the attachment, never with a word of it
 */
export async function attachmentText(
  attachments: readonly { readonly value: Json; readonly at: string }[],
  binaries: ReadonlyMap<string, Placed>,
  extract: Extract,
): Promise<{ text: string; plain: boolean; at: string; warnings: readonly Warning[] } | undefined> {
  const formats = attachments
    .map(({ value, at }) => ({ value, at, type: textAt(value.contentType, `${at}.contentType`) ?? "" }))
    .map((a) => ({ ...a, rank: preferred.indexOf(a.type.split(";")[0].trim().toLowerCase()) }))
    .sort((a, b) => (a.rank < 0 ? 99 : a.rank) - (b.rank < 0 ? 99 : b.rank));
  const chosen = formats.find((f) => f.value.data !== undefined || binaries.has(String(f.value.url))) ?? formats[0];
  if (!chosen) return undefined;
  let { value, at, type } = chosen;
  if (value.data === undefined) {
    const url = textAt(value.url, `${at}.url`);
    const binary = url === undefined ? undefined : binaries.get(url);
    if (!binary)
      throw new InputError(
        "fhir.attachment-data",
        "Expected the document itself in Attachment.data as base64, or a Binary of the same Bundle. Nothing is fetched.",
        at,
      );
    value = binary.resource;
    at = binary.at;
    type = textAt(value.contentType, `${at}.contentType`) ?? type;
  }
  const data = (textAt(value.data, `${at}.data`) ?? "").replace(/\s+/g, "");
  if (data.length % 4 !== 0 || !base64.test(data))
    throw new InputError("fhir.base64", "Expected the document as base64.", `${at}.data`);
  try {
    const { text, warnings = [] } = await extract(Buffer.from(data, "base64"), type);
    return { text, plain: type.split(";")[0].trim().toLowerCase() === "text/plain", at, warnings };
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.code, error.message, `${at}.data`);
    throw error;
  }
}

/** The Binaries of a Bundle by every name that an attachment may call them. */
export function binariesOf(resources: readonly Placed[]): Map<string, Placed> {
  const found = new Map<string, Placed>();
  for (const placed of resources) {
    if (placed.resource.resourceType !== "Binary") continue;
    if (placed.url !== undefined) found.set(placed.url, placed);
    if (typeof placed.resource.id === "string") found.set(`Binary/${placed.resource.id}`, placed);
  }
  return found;
}

export const contentsOf = (resource: Json, at: string) =>
  listAt(resource.content, `${at}.content`).map((content, i) => {
    const place = `${at}.content[${i}].attachment`;
    if (typeof content.attachment !== "object" || content.attachment === null)
      throw new InputError("fhir.structure", "Expected an Attachment here.", place);
    return { value: content.attachment as Json, at: place };
  });
