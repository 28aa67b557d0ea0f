import { InputError } from "../../errors.js";
import type { Part } from "../part.js";
import type { Member } from "../unpack.js";

/** What a file says about the codes beside it, to be compared with them; nothing of it is installed. */
export type Check = {
  readonly name: string;
  readonly system: "icd-10-cm" | "icd-10-pcs";
  readonly year?: number;
  readonly headers?: number;
  readonly codes?: number;
  /** Without their dots. */
  readonly added?: readonly string[];
  readonly deleted?: readonly string[];
  /** Every billable code with its title. */
  readonly listed?: ReadonlyMap<string, string>;
};
/** `part` is installed, `check` compared; neither: a companion (a schema, a manual) that is passed over. */
export type Read = { readonly part?: Part; readonly check?: Check };
export type Reader = {
  /** For people: "ICD-10-CM order file". */
  readonly says: string;
  /** By the first characters of the content, never by the name. */
  recognises(head: string, bytes: Buffer): boolean;
  /** @throws InputError naming the line */
  read(member: Member): Read | Promise<Read>;
};

export const malformed = (at: string, expected: string) =>
  new InputError(
    "codeset.malformed",
    `${expected} The file is damaged, cut short, or of another layout; download it again.`,
    at,
  );
export const cutShort = (at: string, expected: string) =>
  new InputError("codeset.truncated", `${expected} The file ends too early; download it again.`, at);

/** Lines of a text in UTF-8 (or plain ASCII), without line ends. @throws InputError for another encoding or a binary file */
export function linesOf({ name, bytes }: Member): string[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Files of CMS are in Windows-1252 where a word has an accent.
    text = new TextDecoder("windows-1252").decode(bytes);
  }
  if (text.includes("\0")) throw malformed(name, "Expected a text, found bytes that no text holds.");
  const lines = text.split(/\r?\n/);
  while (lines.length > 0 && lines[lines.length - 1].trim() === "") lines.pop();
  return lines;
}

export const dotted = (code: string) => (code.length <= 3 ? code : `${code.slice(0, 3)}.${code.slice(3)}`);
