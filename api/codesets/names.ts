import { textColumn } from "./part.js";
import { tableColumns } from "./readers/entries.js";
import { type Installed, readCatalogue, readPart } from "./store.js";

export type Name = { readonly code: string; readonly text: string };

/** What the columns of the two tables add to a term, in the words of their headings. */
const columnWords: Readonly<Record<string, string>> = {
  "malignant-primary": "malignant neoplasm",
  "malignant-secondary": "secondary malignant neoplasm",
  "in-situ": "carcinoma in situ",
  benign: "benign neoplasm",
  uncertain: "neoplasm of uncertain behavior",
  unspecified: "neoplasm of unspecified behavior",
  accidental: "poisoning accidental",
  "self-harm": "poisoning intentional self-harm",
  assault: "poisoning assault",
  undetermined: "poisoning undetermined",
  "adverse-effect": "adverse effect",
  underdosing: "underdosing",
};

/** The index and tables in force on a day: of each kind the latest that had begun, or the oldest. */
export function tablesOn(folder: string, day: string): Installed[] {
  const kinds = ["index", "external-causes", "neoplasms", "drugs"] as const;
  const parts = readCatalogue(folder);
  return kinds.flatMap((kind) => {
    const all = parts.filter((p) => p.kind === kind).sort((a, b) => a.from.localeCompare(b.from));
    const best = all.findLast((p) => p.from <= day) ?? all[0];
    return best ? [best] : [];
  });
}

/** Every path of an index, and every cell of a table as its term with what the column says, with the code that it leads to. */
export function namesOf(folder: string, parts: readonly Installed[]): Name[] {
  const names: Name[] = [];
  for (const part of parts) {
    const { arrays } = readPart(folder, part);
    const path = textColumn(arrays, "path");
    const count = arrays.level.length;
    const columns = part.kind === "neoplasms" || part.kind === "drugs" ? tableColumns[part.kind] : (["code"] as const);
    for (const column of columns) {
      const cell = textColumn(arrays, column);
      for (let i = 0; i < count; i++) {
        const code = /^[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?/.exec(cell(i))?.[0];
        const words = path(i)
          .replace(/^Neoplasm, neoplastic( > )?/, "")
          .replaceAll(" > ", " ");
        if (code) names.push({ code, text: `${columnWords[column] ?? ""} ${words}`.trim() });
      }
    }
  }
  return names;
}
