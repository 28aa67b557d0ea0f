import { expect, test } from "vitest";
import { fiscal, quarter } from "./dating.js";
import { chooseRelease, inheritedNotes, type ReleaseInfo } from "./release.js";
import { openTable, packTable } from "./release-table.js";

const info = (year: number, april = false): ReleaseInfo => ({
  system: "icd-10-cm",
  ...fiscal(year, april),
  origin: "installed",
  hash: `${year}`,
});
const all = [info(2017), info(2025), info(2026), info(2026, true)];

test.each([
  ["2016-09-30", "FY2017", "before-oldest"],
  ["2016-10-01", "FY2017", "in-force"],
  ["2017-09-30", "FY2017", "in-force"],
  ["2017-10-01", "FY2017", "gap"],
  ["2024-09-30", "FY2017", "gap"],
  ["2024-10-01", "FY2025", "in-force"],
  ["2025-09-30", "FY2025", "in-force"],
  ["2025-10-01", "FY2026", "in-force"],
  ["2026-03-31", "FY2026", "in-force"],
  ["2026-04-01", "FY2026-April", "in-force"],
  ["2026-10-01", "FY2026-April", "past-newest"],
])("on %s %s is %s", (day, release, standing) => {
  expect(chooseRelease(all, day)).toMatchObject({ release: { release }, standing });
});

test("nothing is chosen from nothing", () => expect(chooseRelease([], "2026-01-01")).toBeUndefined());

test.each([
  ["2025-10-01", "2025-10-01", "2025-12-31"],
  ["2026-02-15", "2026-01-01", "2026-03-31"],
  ["2026-06-30", "2026-04-01", "2026-06-30"],
])("the quarter of %s", (day, from, to) => expect(quarter(day)).toEqual({ release: from, from, to }));

test("a table keeps order, hierarchy, texts, notes and days", () => {
  const rows = [
    { code: "A00", title: "Cholera", billable: false, parent: "A00-A09", notes: { x1: ["typhoid (A01.0-)"] } },
    { code: "A00.0", title: "Cholera \u00e9", short: "Chol", billable: true, parent: "A00", from: "2020-01-01" },
  ];
  const groups = [
    { kind: "chapter", id: "1", title: "Infections", first: "A00", last: "B99" },
    { kind: "section", id: "A00-A09", title: "Gut", first: "A00", last: "A09", p: "1", notes: { i: ["gut"] } },
  ] as const;
  const table = openTable(info(2026), packTable(rows, groups));
  expect([table.find("a000"), table.find("A00.0"), table.find("A01")]).toEqual([1, 1, -1]);
  expect([table.title(1), table.short(1), table.short(0)]).toEqual(["Cholera \u00e9", "Chol", "Cholera"]);
  expect([table.parent(1), table.parent(0), table.lastOf(0), table.section(0)]).toEqual([0, -1, 1, "A00-A09"]);
  expect(table.days(1)).toEqual({ from: "2020-01-01", to: "2026-09-30" });
  expect(inheritedNotes(table, 1).map((n) => n.at)).toEqual(["A00", "A00-A09"]);
});
