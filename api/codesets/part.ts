import type { System } from "../../pipeline/types.js";

/** What one official file is about. `codes` and `tabular` hold codes; the rest points at them. */
export type PartKind =
  | "codes"
  | "tabular"
  | "index"
  | "external-causes"
  | "neoplasms"
  | "drugs"
  | "ptp"
  | "mue"
  | "mce"
  | "hcc"
  | "poa-exempt";
export type Arrays = Record<string, Int32Array | Uint8Array>;

/** What a reader makes of one file. */
export type Part = {
  readonly system: System;
  readonly kind: PartKind;
  /** The release as the file itself says it: a fiscal year, or the first day in force; undefined where it says nothing. */
  readonly year?: number;
  readonly from?: string;
  readonly arrays: Arrays;
  readonly json: unknown;
  readonly counts: Readonly<Record<string, number>>;
};

/** Values of one column: `code` is at most 8 characters of ASCII, `day` is YYYYMMDD or 0. */
export type Column =
  | { readonly type: "text" | "code"; readonly values: readonly string[] }
  | { readonly type: "number"; readonly values: ArrayLike<number> };

/** Columns as typed arrays: `<name>` for numbers and codes, `<name>Start` and `<name>Bytes` for texts. */
export function packColumns(columns: Readonly<Record<string, Column>>): Arrays {
  const arrays: Arrays = {};
  for (const [name, column] of Object.entries(columns)) {
    if (column.type === "number") arrays[name] = Int32Array.from(column.values);
    else if (column.type === "code")
      arrays[name] = Buffer.from(column.values.map((v) => v.padEnd(8)).join(""), "latin1");
    else {
      const start = new Int32Array(column.values.length + 1);
      const parts = column.values.map((v) => Buffer.from(v, "utf8"));
      parts.forEach((part, i) => {
        start[i + 1] = start[i] + part.length;
      });
      arrays[`${name}Start`] = start;
      arrays[`${name}Bytes`] = Buffer.concat(parts);
    }
  }
  return arrays;
}

const view = (a: Int32Array | Uint8Array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength);
export function codeColumn(arrays: Arrays, name: string): (i: number) => string {
  const bytes = view(arrays[name]);
  return (i) => bytes.toString("latin1", i * 8, i * 8 + 8).trimEnd();
}
export function textColumn(arrays: Arrays, name: string): (i: number) => string {
  const bytes = view(arrays[`${name}Bytes`]);
  const start = arrays[`${name}Start`];
  return (i) => bytes.toString("utf8", start[i], start[i + 1]);
}
