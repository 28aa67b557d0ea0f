import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { InputError } from "../errors.js";

/**
 * Each code with the categories that a public mapping gives it, for an auditor; nothing that proposes codes reads it.
 * @param table tab-separated with a header line, plain or .gz; the code first, in any spelling
 * @throws InputError when the table cannot be read, or has no second column
 */
export function showCategories(codes: readonly string[], table: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(table);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError("table.unreadable", `Cannot read the table (${code}). Check its name and rights.`, table);
  }
  const text = (table.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const [head, ...rows] = text.trim().split(/\r?\n/);
  if (!head.includes("\t"))
    throw new InputError("table.columns", "Expected columns with tabs between them, the code in the first.", table);
  const plain = (code: string) => code.replace(".", "").toUpperCase();
  const wanted = new Map<string, string[]>(codes.map((code) => [plain(code), []]));
  for (const row of rows) {
    const [code, ...rest] = row.split("\t");
    wanted.get(plain(code))?.push(rest.join(" "));
  }
  return codes
    .map(
      (code) =>
        `${code.toUpperCase().padEnd(9)} ${wanted.get(plain(code))?.join("; ") || "in no category of the table"}`,
    )
    .join("\n");
}
