import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toEncounter } from "../encounter.js";
import { suggestFor, toResult } from "../result.js";
import { diffTables } from "./diff.js";
import { siteKnowledge } from "./in-force.js";
import { releases } from "./index.js";
import { install } from "./install.js";
import { readCatalogue } from "./store.js";
import { unpack } from "./unpack.js";

const shared = process.env.CITECODE_SHARED ?? "/work/shared";
const official = join(shared, "codesets", "official");
const of = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
let folder = "";

// The real files, where they are at hand: none of them is part of the project.
describe.skipIf(!existsSync(official))("official files", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "citecode-official-"));
    await install(folder, official);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const counts = (kind: string, release: string, system = "icd-10-cm") =>
    readCatalogue(folder).find((p) => p.kind === kind && p.release === release && p.system === system)?.counts;
  const texts = async (file: string) =>
    new Map((await unpack(join(official, file))).map((m) => [m.name, m.bytes.toString("utf8")]));

  test("as many codes as lines and flags", async () => {
    for (const [file, name, release, system] of [
      ["cdc-2025-code-descriptions.zip", "icd10cm-order-2025.txt", "FY2025", "icd-10-cm"],
      ["cdc-2026-code-descriptions.zip", "icd10cm-order-2026.txt", "FY2026", "icd-10-cm"],
      ["cms_2026_pr.zip", "icd10pcs_order_2026.txt", "FY2026", "icd-10-pcs"],
    ] as const) {
      const text = (await texts(file)).get(name) ?? "";
      expect(counts("codes", release, system)).toEqual({
        codes: of(text, /\n/g),
        billable: of(text, /^.{14}1/gm),
        headers: of(text, /^.{14}0/gm),
      });
    }
  });

  test("as many terms and codes as elements", async () => {
    const full = await texts("cdc-2017-full-xml.zip");
    const april = async (name: string) => [...(await texts(`icd10cm-${name}-April-1-2026.xml.gz`)).values()][0];
    for (const [xml, kind, release] of [
      [full.get("icd10cm_index_2017.xml"), "index", "FY2017"],
      [full.get("icd10cm_eindex_2017.xml"), "external-causes", "FY2017"],
      [full.get("icd10cm_neoplasm_2017.xml"), "neoplasms", "FY2017"],
      [full.get("icd10cm_drug_2017.xml"), "drugs", "FY2017"],
      [await april("eindex"), "external-causes", "FY2026-April"],
      [await april("neoplasm"), "neoplasms", "FY2026-April"],
      [await april("drug"), "drugs", "FY2026-April"],
    ] as const)
      expect(counts(kind, release)).toMatchObject({
        letters: of(xml ?? "", /<letter>/g),
        terms: of(xml ?? "", /<(mainTerm|term)\b/g),
      });
    const tabular2021 = [...(await texts("icd10cm_tabular_2021.xml.gz")).values()][0];
    for (const [xml, release] of [
      [full.get("icd10cm_tabular_2017.xml") ?? "", "FY2017"],
      [tabular2021, "FY2021"],
    ] as const)
      expect(counts("tabular", release)).toMatchObject({
        chapters: of(xml, /<chapter>/g),
        sections: of(xml, /<section /g),
        listed: of(xml, /<diag\b/g),
      });
  });

  test("as many HCPCS codes as the table made from the same workbook", () => {
    const lines = gunzipSync(readFileSync(join(shared, "codesets", "hcpcs.tsv.gz")))
      .toString("utf8")
      .trim()
      .split("\n");
    const all = releases(folder);
    const table = all.open(all.list("hcpcs")[0]);
    const wrong = lines.slice(1).filter((line) => table.find(line.split("\t")[0]) < 0);
    expect(wrong).toEqual([]);
    expect(counts("codes", "2025-10-01", "hcpcs")?.active).toBe(lines.length - 1);
  });

  test("FY2026 as installed is the table of the same release: every code, title and flag", () => {
    const lines = gunzipSync(readFileSync(join(shared, "codesets", "icd10cm.tsv.gz")))
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .slice(1);
    const all = releases(folder);
    const table = all.open(all.list("icd-10-cm").find((r) => r.release === "FY2026") as never);
    expect(table.count).toBe(lines.length);
    const ours = Array.from({ length: table.count }, (_, i) =>
      [table.code(i), table.billable(i) ? 1 : 0, table.short(i), table.title(i)].join("\t"),
    );
    expect(ours.filter((line, i) => line !== lines[i])).toEqual([]);
  });

  test("FY2025 to FY2026 differs as the addenda of FY2026 count it", async () => {
    const text = (await texts("cdc-2026-code-descriptions.zip")).get("icd10cm-order-addenda-2026.txt") ?? "";
    const all = releases(folder);
    const [before, after] = ["FY2025", "FY2026"].map((name) =>
      all.open(all.list("icd-10-cm").find((r) => r.release === name) as never),
    );
    const { added, deleted, moved, split, joined, retitled } = diffTables(before, after);
    const flips = moved.length + split.length + joined.length;
    expect(added.length + flips).toBe(of(text, /^Add:/gm));
    expect(deleted.length + flips).toBe(of(text, /^Delete:/gm));
    expect(retitled.length).toBe(of(text, /^Revise to:/gm));
  });

  test.each([
    ["2025-09-30", "FY2025", "B88.0"],
    ["2025-10-01", "FY2026", "B88.01"],
    ["2020-10-01", "FY2021", "B88.0"],
  ])("on %s %s is in force: infestation by demodex is %s", (serviceDate, release, code) => {
    const knowledge = siteKnowledge(folder);
    const { encounter, warnings } = toEncounter(
      { text: "ASSESSMENT:\n1. Acariasis, demodex.", serviceDate },
      knowledge,
      serviceDate,
    );
    const ledger = suggestFor(encounter, knowledge);
    const found = ledger.of("suggestion").filter((s) => s.body.shown);
    expect(found.map((s) => [s.body.code.value, s.body.code.release])).toEqual([[code, release]]);
    expect(toResult(ledger, encounter, warnings).warnings?.map((w) => w.code) ?? []).toEqual(
      release === "FY2026"
        ? ["date.after-releases"].filter(() => serviceDate > "2025-12-31")
        : ["date.earlier-release"],
    );
  });

  test.each([
    ["2016-09-30", "date.before-releases"],
    ["2019-01-01", "date.release-missing"],
  ])("on %s nothing at hand was in force", (serviceDate, code) => {
    expect(() => toEncounter({ text: "Cough.", serviceDate }, siteKnowledge(folder), serviceDate)).toThrow(
      expect.objectContaining({ code }),
    );
  });
  test("past the newest release there is a warning", () => {
    const { warnings } = toEncounter(
      { text: "Cough.", serviceDate: "2026-11-01" },
      siteKnowledge(folder),
      "2026-11-01",
    );
    expect(warnings.map((w) => w.message.split(";")[0])).toEqual([
      expect.stringContaining("ICD-10-CM"),
      expect.stringContaining("ICD-10-PCS"),
      expect.stringContaining("HCPCS"),
    ]);
  });
});
