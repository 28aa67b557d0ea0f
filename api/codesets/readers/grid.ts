import readWorkbook from "read-excel-file/node";
import type { Member } from "../unpack.js";
import { linesOf, malformed } from "./reader.js";

/** Rows of cells, from a workbook's first sheet, from text between tabs, or from CSV. */
export type Grid = { readonly name: string; readonly rows: readonly (readonly string[])[] };

const isZip = (bytes: Buffer) => bytes.length > 3 && bytes.readUInt32LE(0) === 0x04034b50;

/** @throws InputError for a workbook that cannot be read */
export async function gridOf(member: Member): Promise<Grid> {
  if (!isZip(member.bytes)) return { name: member.name, rows: textGrid(linesOf(member)) };
  let sheets: Awaited<ReturnType<typeof readWorkbook>>;
  try {
    sheets = await readWorkbook(member.bytes);
  } catch {
    throw malformed(member.name, "Expected a workbook.");
  }
  const rows = (sheets[0]?.data ?? []) as readonly (readonly unknown[])[];
  return { name: member.name, rows: rows.map((row) => row.map(cell)) };
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return String(value).trim();
}

export function textGrid(lines: readonly string[]): string[][] {
  const sample = lines.slice(0, 40).join("\n");
  const sign = sample.includes("\t") ? "\t" : sample.includes("|") ? "|" : ",";
  if (sign !== ",") return lines.map((line) => line.split(sign).map((c) => c.trim().replace(/^"(.*)"$/, "$1")));
  return csv(lines.join("\n"));
}

/** CSV after RFC 4180: quotes around cells that hold commas, quotes or line ends. */
function csv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let i = 0;
  while (i <= text.length) {
    let value: string;
    if (text[i] === '"') {
      value = "";
      for (i++; i < text.length; i++) {
        if (text[i] !== '"') value += text[i];
        else if (text[i + 1] === '"') value += text[i++];
        else break;
      }
      i++;
    } else {
      const comma = text.indexOf(",", i);
      const line = text.indexOf("\n", i);
      let end = Math.min(comma < 0 ? text.length : comma, line < 0 ? text.length : line);
      if (end < i) end = text.length;
      value = text.slice(i, end);
      i = end;
    }
    row.push(value.trim());
    if (i >= text.length || text[i] === "\n") {
      rows.push(row);
      row = [];
    }
    i++;
  }
  return rows;
}

/** Words of the lines above the first line of data, column by column: headers of NCCI files run over several lines. */
export function headed(
  rows: Grid["rows"],
  isData: (row: readonly string[]) => boolean,
): { titles: string[]; all: string; first: number } {
  const first = rows.slice(0, 40).findIndex(isData);
  const above = rows.slice(0, first < 0 ? 40 : first);
  const titles: string[] = [];
  for (const row of above)
    row.forEach((c, i) => {
      if (c) titles[i] = `${titles[i] ?? ""} ${c}`.trim();
    });
  return { titles: Array.from(titles, (t) => t ?? ""), all: above.flat().join(" "), first };
}

/** "20250101", "2025-01-01" or "01/01/2025" as a number, 0 for none. */
export function dayOf(text: string): number {
  const m = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  if (m) return Number(m[1] + m[2] + m[3]);
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  return us ? Number(us[3] + us[1].padStart(2, "0") + us[2].padStart(2, "0")) : 0;
}
export const dayText = (n: number) => `${n}`.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
