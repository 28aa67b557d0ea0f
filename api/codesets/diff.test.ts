import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fiscal } from "./dating.js";
import { diffTables, touched } from "./diff.js";
import { diffHtml, diffText } from "./diff-show.js";
import { effectsOf } from "./effects.js";
import { openTable, packTable } from "./release-table.js";

/** "code title" a line; a header ends in a colon. */
const tableOf = (year: number, lines: readonly string[]) =>
  openTable(
    { system: "icd-10-cm", ...fiscal(year), origin: "installed", hash: "" },
    packTable(
      lines.map((line) => {
        const [code, ...title] = line.split(" ");
        const parent = code.slice(0, -1).replace(/\.$/, "");
        return { code: code.replace(":", ""), title: title.join(" "), billable: !code.endsWith(":"), parent };
      }),
    ),
  );
const before = tableOf(2025, [
  "A00: Cholera",
  "A00.0 First",
  "A00.1 Secund",
  "A00.2 Old place",
  "B88: Mites",
  "B88.0 Acariasis",
  "C10: Was a header",
]);
const after = tableOf(2026, [
  "A00: Cholera",
  "A00.1 Second",
  "A00.3 Old place",
  "B88: Mites",
  "B88.0: Acariasis",
  "B88.01 Demodex",
  "C10 Was a header",
]);
const diff = diffTables(before, after);

test("each change stands in one list", () => {
  expect(diff).toMatchObject({
    from: "FY2025",
    to: "FY2026",
    added: [{ code: "B88.01" }],
    deleted: [{ code: "A00.0" }],
    retitled: [{ code: "A00.1", before: "Secund", after: "Second" }],
    moved: [{ code: "A00.2", to: ["A00.3"] }],
    split: [{ code: "B88.0", to: ["B88.01"] }],
    joined: [{ code: "C10" }],
  });
});

test("nothing changed between a release and itself", () => expect(touched(diffTables(after, after)).size).toBe(0));

test("what names a changed code is found, and cases are not", () => {
  const folder = mkdtempSync(join(tmpdir(), "citecode-effects-"));
  try {
    mkdirSync(join(folder, "lexicon"));
    const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
    write("rules.json", {
      rules: [
        { id: "r1", when: { code: ["A00.0"] }, fires: [{ code: "B88.0" }] },
        { id: "r2", when: { code: "Z00" } },
      ],
    });
    write("lexicon/c.json", {
      entries: [
        { id: "mites", code: "B88.0" },
        { id: "all-mites", code: "B88" },
      ],
    });
    write("weights.json", { weights: { "A00.1": 2, fit: 1 } });
    const effects = effectsOf(folder, [join(folder, "weights.json")], touched(diff), new Set(["B88"]));
    expect(effects).toMatchObject({
      lexicon: [{ id: "mites", code: "B88.0", change: "split" }],
      weights: [{ code: "A00.1", change: "retitled" }],
      wider: [{ id: "all-mites", code: "B88" }],
    });
    expect(effects.rules.filter((e) => e.id === "r1")).toEqual([
      { file: "rules.json", id: "r1", code: "A00.0", change: "deleted" },
    ]);
    const report = { diff, effects, drafts: [{ encounter: "<e1>", codes: ["A00.0"] }] };
    expect(diffText(report)).toContain("FY2025 to FY2026: 1 added, 1 deleted, 1 moved, 1 split, 1 joined, 1 retitled");
    expect(diffHtml(report)).toContain("&#60;e1&#62;");
    expect(diffHtml(report)).not.toContain("<script");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
