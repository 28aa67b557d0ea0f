import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toEncounter } from "../../api/encounter.js";
import { suggestFor, toResult, visitOf } from "../../api/result.js";
import { projectFolder } from "../../api/version.js";
import { loadKnowledge } from "../../rules/load.js";
import { dataLevel, problemLevel, twoOfThree } from "./level.js";

const knowledge = loadKnowledge();
const { tables } = knowledge.visits;
const DAY = "2026-03-02";
const ledgerOf = (input: object) => {
  const { encounter } = toEncounter(input, knowledge, DAY);
  return { encounter, ledger: suggestFor(encounter, knowledge) };
};
const read = (text: string, status: "new" | "established" = "established", setting = "outpatient") =>
  visitOf(ledgerOf({ text, setting, patient: { status } }).ledger);

type Row = { id: string; text: string; codes: string[] };
const rows: Row[] = readFileSync(join(projectFolder(), "fixtures", "notes", "visits.ndjson"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

it.each(rows.map((row) => [row.id, row] as const))("proposes the visit of %s", (_id, { codes, ...input }) => {
  const { ledger } = ledgerOf(input);
  const own = new Set(
    ledger
      .of("candidate")
      .filter((c) => c.stage === "visit")
      .map((c) => c.body.code.value),
  );
  const shown = ledger.of("suggestion").filter((s) => s.body.shown && own.has(s.body.code.value));
  expect(shown.map((s) => s.body.code.value).sort()).toEqual([...codes].sort());
});

it.each([
  [["minor"], 1],
  [["minor", "minor"], 2],
  [["acute"], 2],
  [["chronic"], 2],
  [["chronic", "chronic"], 3],
  [["worse"], 3],
  [["undiagnosed"], 3],
  [["systemic"], 3],
  [["severe"], 4],
  [["threat"], 4],
  [[], 0],
])("levels problems %j as %i", (kinds, level) => {
  expect(problemLevel(kinds, tables)).toBe(level);
});

it.each([
  [[], 1],
  [["test"], 1],
  [["test", "note"], 2],
  [["historian"], 2],
  [["test", "test", "note"], 3],
  [["test", "note", "historian"], 3],
  [["interpretation"], 3],
  [["interpretation", "discussion"], 4],
  [["test", "test", "test", "discussion"], 4],
])("levels data %j as %i", (kinds, level) => {
  expect(dataLevel(kinds, tables)).toBe(level);
});

it.each([
  [4, 1, 1, 1],
  [4, 1, 3, 3],
  [2, 3, 3, 3],
  [0, 1, 0, 0],
])("takes two of problems %i, data %i and risk %i: %i", (problems, data, risk, level) => {
  expect(twoOfThree({ problems, data, risk })).toBe(level);
});

describe("the worksheet", () => {
  const text = "HPI: Seen today.\nASSESSMENT: Hypertension, stable. Gout, stable.\nPLAN: Continue lisinopril.";
  it("says what would raise and what would lower the code", () => {
    const visit = read(`${text} Total time 41 minutes.`);
    expect(visit).toMatchObject({ chosen: "99215", by: "time", codes: { mdm: "99214", time: "99215" } });
    expect(visit?.changes).toContainEqual({ direction: "lower", cell: "time", says: "41 minutes", code: "99214" });
    const byLevel = read(text);
    expect(byLevel).toMatchObject({ chosen: "99214", by: "mdm" });
    expect(byLevel?.changes).toContainEqual({ direction: "raise", cell: "time", says: "40 minutes", code: "99215" });
    const lower = byLevel?.changes.filter((c) => c.direction === "lower").map((c) => `${c.cell} ${c.code}`);
    expect(lower).toEqual(["problems 99213", "risk 99212"]);
  });
  it("quotes the words of each element", () => {
    const quotes = Object.values(read(text)?.cells ?? {}).flatMap((cell) =>
      cell.elements.flatMap((e) => e.places.map((p) => text.slice(p.start, p.end))),
    );
    expect(quotes).toEqual(["Hypertension", "Gout", "lisinopril"]);
  });
  it("asks, and proposes nothing, where nothing says whether the patient is new", () => {
    const { ledger, encounter } = ledgerOf({ text });
    const result = toResult(ledger, encounter, []);
    expect(result.visit).toMatchObject({ status: "unknown", chosen: "99214" });
    expect(result.suggestions.map((s) => s.code)).not.toContain("99214");
    expect(result.queries.map((q) => q.text)).toContain(tables.asks.status);
  });
  it("is silent about a note that is no visit", () => {
    expect(read("RADIOLOGY REPORT\nFINDINGS: Clear lungs.\nIMPRESSION: No pneumonia.")).toBeUndefined();
  });
});

it.each([
  [
    "a test that the practice reads and reports itself",
    "RESULTS: EKG performed in office shows sinus rhythm, interpreted by me.",
    "data",
  ],
  ["a denied test", "PLAN: No chest x-ray, CBC not needed.", "data"],
  ["a drug of the list of medications alone", "MEDICATIONS: lisinopril, metformin.", "risk"],
  ["a drug that is only thought of", "PLAN: Consider amlodipine if not better.", "risk"],
  ["a hospital stay that was", "HPI: He was admitted last year for pneumonia.", "risk"],
] as const)("counts nothing for %s", (_what, line, cell) => {
  expect(read(`${line}\nASSESSMENT: Gout, stable.`)?.cells?.[cell].elements).toEqual([]);
});
