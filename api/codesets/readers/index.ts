import { InputError } from "../../errors.js";
import type { Member } from "../unpack.js";
import { editsOf } from "./edits.js";
import { entries } from "./entries.js";
import { gridOf } from "./grid.js";
import { addenda, codeList, orderFile } from "./order.js";
import type { Read, Reader } from "./reader.js";
import { servicesOf } from "./services.js";
import { tabular } from "./tabular.js";

const HEAD = 4096;
const ZIP = "PK\u0003\u0004";

/** Schemas and manuals that are published beside the tables. */
const companion: Reader = {
  says: "companion",
  recognises: (head) =>
    head.startsWith("%PDF-") || /<xsd?:schema\b/.test(head) || (head.startsWith(ZIP) && head.includes("word/")),
  read: () => ({}),
};
/** Everything that has rows and columns, told by its headers once it is read. */
const grids: Reader = {
  says: "table",
  recognises: (head, bytes) => head.startsWith(ZIP) || (!bytes.subarray(0, HEAD).includes(0) && /[\t,|]/.test(head)),
  async read(member) {
    const grid = await gridOf(member);
    const part = servicesOf(grid) ?? editsOf(grid);
    return part ? { part } : {};
  },
};
const readers: readonly Reader[] = [companion, orderFile, addenda, codeList, tabular, entries, grids];

/** @returns undefined where no reader knows the content */
export async function readMember(member: Member): Promise<Read | undefined> {
  const head = member.bytes.toString("latin1", 0, HEAD).replace(/^\u00ef\u00bb\u00bf/, "");
  const reader = readers.find((r) => r.recognises(head, member.bytes));
  if (!reader) return undefined;
  const read = await reader.read(member);
  return reader === grids && !read.part ? undefined : read;
}

export const unknown = (at: string) =>
  new InputError(
    "codeset.unknown",
    "The content is no code set that Citecode knows: expected an ICD-10-CM or ICD-10-PCS order file, Tabular List, index or table in XML, a HCPCS workbook, NCCI pairs or MUE, MCE lists, HCC mappings, present-on-admission exemptions or a licensed CPT file.",
    at,
  );
