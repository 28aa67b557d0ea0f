import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectFolder } from "../../models/files.js";
import { install, remove } from "./install.js";
import { broken, readCatalogue } from "./store.js";
import { workbookOf } from "./testing.js";

const fixtures = join(projectFolder(), "fixtures", "codesets");
const folders: string[] = [];
const fresh = () => {
  const folder = mkdtempSync(join(tmpdir(), "citecode-test-"));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe("every layout", () => {
  test.each([
    ["icd10cm-order-2026.txt", "icd-10-cm", "codes", "FY2026", { codes: 12, billable: 7, headers: 5 }],
    ["icd10pcs_order_2026.txt", "icd-10-pcs", "codes", "FY2026", { codes: 4, billable: 2, headers: 2 }],
    [
      "icd10cm-tabular-2026.xml",
      "icd-10-cm",
      "tabular",
      "FY2026",
      { chapters: 3, sections: 3, listed: 6, codes: 8, billable: 5 },
    ],
    ["icd10cm-index-2026.xml", "icd-10-cm", "index", "FY2026", { letters: 1, terms: 4, coded: 3 }],
    ["icd10cm-eindex-2026.xml", "icd-10-cm", "external-causes", "FY2026", { letters: 1, terms: 2, coded: 1 }],
    ["icd10cm-neoplasm-2026.xml", "icd-10-cm", "neoplasms", "FY2026", { letters: 1, terms: 2, coded: 2 }],
    ["icd10cm-drug-2026.xml", "icd-10-cm", "drugs", "FY2026", { letters: 1, terms: 1, coded: 1 }],
    ["ncci-ptp.txt", "hcpcs", "ptp", "2002-01-01", { pairs: 2, ended: 1 }],
    ["ncci-mue.csv", "hcpcs", "mue", "2026-01-01", { codes: 2 }],
    ["mce.csv", "icd-10-cm", "mce", "FY2026", { rows: 2, lists: 2 }],
    ["hcc.csv", "icd-10-cm", "hcc", "FY2026", { rows: 5, models: 3 }],
    ["poa-exempt.csv", "icd-10-cm", "poa-exempt", "FY2026", { codes: 1 }],
    ["cpt-licensed.csv", "cpt", "codes", "2026-01-01", { codes: 2 }],
    ["cpt-long.txt", "cpt", "codes", "2026-01-01", { codes: 2 }],
  ])("%s", async (file, system, kind, release, counts) => {
    const folder = fresh();
    const said = {
      ...(system === "icd-10-cm" ? { release: "FY2026" } : {}),
      ...(system === "cpt" ? { from: "2026-01-01" } : {}),
    };
    const { parts } = await install(folder, join(fixtures, file), said);
    expect(parts).toMatchObject([{ outcome: "installed", part: { system, kind, release, counts } }]);
    expect(broken(folder)).toEqual([]);
  });

  test("the HCPCS workbook", async () => {
    const folder = fresh();
    const file = join(folder, "HCPC2025.xlsx");
    const header = ["HCPC", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "ADD DT", "ACT EFF DT", "TERM DT"];
    const rows = [
      header,
      ["A1", "7", "Dressing for one wound", "Dressing", "20020701", "20020701", ""],
      ["J1885", "3", "Injection, ketorolac", "Ketorolac", "19990101", "20251001", ""],
      ["J1885", "4", "tromethamine", "", "", "", ""],
    ];
    writeFileSync(file, await workbookOf(rows));
    expect((await install(join(folder, "data"), file)).parts).toMatchObject([
      {
        part: {
          system: "hcpcs",
          release: "2025-10-01",
          to: "2025-12-31",
          counts: { codes: 1, active: 1, modifiers: 1 },
        },
      },
    ]);
  });
});

test("a second install changes nothing, another content of the release replaces it, and removal takes it away", async () => {
  const folder = fresh();
  const file = join(fixtures, "icd10cm-order-2026.txt");
  await install(folder, file);
  const before = readFileSync(join(folder, "catalogue.json"), "utf8");
  expect((await install(folder, file)).parts[0].outcome).toBe("already");
  expect(readFileSync(join(folder, "catalogue.json"), "utf8")).toBe(before);
  const other = join(folder, "icd10cm-order-2026.txt");
  writeFileSync(other, readFileSync(file, "utf8").replaceAll("Cholera, unspecified", "Cholera, not specified"));
  expect((await install(folder, other)).parts[0].outcome).toBe("replaced");
  expect(readdirSync(join(folder, "parts"))).toHaveLength(1);
  await remove(folder, "FY2026");
  expect(readCatalogue(folder)).toEqual([]);
  await expect(remove(folder, "FY2026")).rejects.toMatchObject({ code: "codesets.unknown" });
});

test("a damaged table is found, and installing again mends it", async () => {
  const folder = fresh();
  const file = join(fixtures, "icd10cm-order-2026.txt");
  await install(folder, file);
  const table = join(folder, "parts", readCatalogue(folder)[0].id, "table.bin");
  writeFileSync(table, readFileSync(table).fill(7, 100, 110));
  expect(broken(folder)).toHaveLength(1);
  await install(folder, file);
  expect(broken(folder)).toEqual([]);
});

test("the same codes under another year are refused", async () => {
  const folder = fresh();
  await install(folder, join(fixtures, "icd10cm-order-2026.txt"));
  const other = join(folder, "icd10cm-order-2025.txt");
  writeFileSync(other, readFileSync(join(fixtures, "icd10cm-order-2026.txt")));
  await expect(install(folder, other)).rejects.toMatchObject({ code: "codeset.mislabelled" });
});

const built = join(projectFolder(), "dist", "api", "cli", "main.js");
test.skipIf(!existsSync(built))(
  "killed at 30 points, the folder holds the old state or the new",
  { timeout: 180_000 },
  async () => {
    const folder = fresh();
    const run = ["codesets", "install", "--no-prepare", join(fixtures, "icd10cm-order-2026.txt")];
    const env = { ...process.env, CITECODE_DATA: folder };
    await install(folder, join(fixtures, "icd10cm-order-2025.txt"));
    const old = readFileSync(join(folder, "catalogue.json"), "utf8");
    const started = performance.now();
    execFileSync(process.execPath, [built, ...run], { env });
    const whole = performance.now() - started;
    const after = readFileSync(join(folder, "catalogue.json"), "utf8");
    for (let point = 0; point < 30; point++) {
      await remove(folder, "FY2026").catch(() => {});
      const child = spawn(process.execPath, [built, ...run], { env, stdio: "ignore" });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      // Most of the time is the start of the program: the points lie in the last half, where files are written.
      setTimeout(() => child.kill("SIGKILL"), whole * (0.5 + 0.6 * Math.random()));
      await ended;
      expect([old, after]).toContain(readFileSync(join(folder, "catalogue.json"), "utf8"));
      expect(broken(folder)).toEqual([]);
    }
  },
);
