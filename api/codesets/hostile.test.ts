import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFolder } from "../../models/files.js";
import { install } from "./install.js";
import { limits } from "./limits.js";
import { broken } from "./store.js";
import { workbookOf, type ZipEntry, zipOf } from "./testing.js";

const fixture = (name: string) => readFileSync(join(projectFolder(), "fixtures", "codesets", name));
const text = (name: string) => fixture(name).toString("utf8");
const order = text("icd10cm-order-2026.txt");
const tabular = text("icd10cm-tabular-2026.xml");
const index = text("icd10cm-index-2026.xml");
const hcpcs = ["HCPC", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "ADD DT", "ACT EFF DT", "TERM DT"];
const member: ZipEntry = { name: "icd10cm-order-2026.txt", data: order };
const whole = () => zipOf([member]);
const cut = (b: Buffer | string, share: number) =>
  Buffer.from(b).subarray(0, Math.floor(Buffer.from(b).length * share));
const flipped = (b: Buffer, at: number) => {
  const copy = Buffer.from(b);
  copy[at] ^= 0xff;
  return copy;
};
const codes = order
  .split("\r\n")
  .filter((l) => l[14] === "1")
  .map((l) => `${l.slice(6, 13)} ${l.slice(77)}`);
const beside = (name: string, data: string) => zipOf([member, { name, data }]);
const prefixed = (doctype: string, xml: string) => xml.replace("?>\n", `?>\n${doctype}\n`);
const laughs =
  '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>';
const outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>';
const renumbered = (lines: string[]) => lines.map((l, i) => `${i + 1}`.padStart(5, "0") + l.slice(5)).join("\r\n");
const lines = order.trimEnd().split("\r\n");

/** Name of the file, its content, and the refusal. */
const hostile: [string, string, () => Promise<Buffer> | Buffer | string, string][] = [
  ["empty", "icd10cm-order-2026.txt", () => "", "empty"],
  ["blank lines", "icd10cm-order-2026.txt", () => "\n\n\n", "unknown"],
  ["a letter", "icd10cm-order-2026.txt", () => "Dear colleague, please find the codes enclosed.", "unknown"],
  ["a page of an error", "icd10cm-2026.zip", () => "<html><body>404 Not Found</body></html>", "mislabelled"],
  ["a page named as text", "icd10cm-order-2026.txt", () => "<html><body>404</body></html>", "unknown"],
  ["noise", "codes.bin", () => Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)), "unknown"],
  ["text named workbook", "HCPC2025.xlsx", () => order, "mislabelled"],
  ["a program", "codes-2026.exe", () => Buffer.concat([Buffer.from("MZ"), Buffer.alloc(500)]), "unknown"],
  ["a PDF alone", "codes-2026.pdf", () => "%PDF-1.7\n1 0 obj", "unknown"],
  ["archive cut at half", "a-2026.zip", async () => cut(await whole(), 0.5), "damaged"],
  ["archive cut at the end", "a-2026.zip", async () => cut(await whole(), 0.98), "damaged"],
  ["archive of 30 bytes", "a-2026.zip", async () => (await whole()).subarray(0, 30), "damaged"],
  ["archive with a changed byte", "a-2026.zip", async () => flipped(await whole(), 90), "damaged"],
  [
    "archive with a changed directory",
    "a-2026.zip",
    async () => {
      const z = await whole();
      return flipped(z, z.length - 6);
    },
    "damaged",
  ],
  ["wrong checksum", "a-2026.zip", () => zipOf([{ ...member, says: { crc: 1 } }]), "damaged"],
  ["size too small", "a-2026.zip", () => zipOf([{ ...member, says: { size: 10 } }]), "damaged"],
  ["size too large", "a-2026.zip", () => zipOf([{ ...member, says: { size: 100_000 } }]), "damaged"],
  ["unknown packing", "a-2026.zip", () => zipOf([{ ...member, says: { method: 99 } }]), "damaged"],
  ["encrypted", "a-2026.zip", () => zipOf([{ ...member, says: { flags: 1 } }]), "encrypted"],
  ["a link", "a-2026.zip", () => zipOf([{ ...member, says: { mode: 0o120777 } }]), "unsafe"],
  ["a name above", "a-2026.zip", () => zipOf([{ name: "../icd10cm-order-2026.txt", data: order }]), "unsafe"],
  ["a name far above", "a-2026.zip", () => zipOf([member, { name: "x/../../../etc/cron.d/x", data: "x" }]), "unsafe"],
  ["an absolute name", "a-2026.zip", () => zipOf([{ name: "/etc/passwd", data: order }]), "unsafe"],
  ["a name of a drive", "a-2026.zip", () => zipOf([{ name: "C:/x.txt", data: order }]), "unsafe"],
  ["a name with backslashes", "a-2026.zip", () => zipOf([{ name: "..\\x.txt", data: order }]), "unsafe"],
  ["a name twice", "a-2026.zip", () => zipOf([member, member]), "damaged"],
  [
    "an empty archive",
    "a-2026.zip",
    () => Buffer.concat([Buffer.from([0x50, 0x4b, 5, 6]), Buffer.alloc(18)]),
    "mislabelled",
  ],
  ["an archive of manuals", "a-2026.zip", () => zipOf([{ name: "m.pdf", data: "%PDF-1.7" }]), "unknown"],
  ["an archive within", "a-2026.zip", async () => zipOf([{ name: "inner.zip", data: await whole() }]), "nested"],
  ["a packed file within", "a-2026.zip", () => zipOf([{ name: "x.gz", data: gzipSync(order) }]), "nested"],
  ["packed twice", "order-2026.txt.gz", () => gzipSync(gzipSync(order)), "nested"],
  [
    "too many members",
    "a-2026.zip",
    () => zipOf(Array.from({ length: limits.members + 1 }, (_, i) => ({ name: `${i}.txt`, data: "x" }))),
    "too-large",
  ],
  ["a bomb", "a-2026.zip", () => zipOf([{ name: "order-2026.txt", data: Buffer.alloc(6e6, 48) }]), "too-large"],
  ["a bomb in gzip", "order-2026.txt.gz", () => gzipSync(Buffer.alloc(20e6, 48)), "too-large"],
  ["a size that no file has", "a-2026.zip", () => zipOf([{ ...member, says: { size: 4e9 } }]), "too-large"],
  [
    "many sizes that no archive has",
    "a-2026.zip",
    () => zipOf([1, 2, 3].map((i) => ({ name: `${i}`, data: "x", says: { size: 39e7 } }))),
    "too-large",
  ],
  ["gzip cut", "order-2026.txt.gz", () => cut(gzipSync(order), 0.7), "damaged"],
  ["gzip changed", "order-2026.txt.gz", () => flipped(gzipSync(order), 60), "damaged"],
  ["order file cut in a line", "icd10cm-order-2026.txt", () => order.slice(0, -100), "truncated"],
  ["order file cut between lines", "icd10cm-order-2026.txt", () => lines.slice(0, 5).join("\r\n"), "truncated"],
  [
    "order file without a line",
    "icd10cm-order-2026.txt",
    () => lines.filter((_, i) => i !== 3).join("\r\n"),
    "malformed",
  ],
  [
    "order file with a code twice",
    "icd10cm-order-2026.txt",
    () => renumbered([...lines.slice(0, 3), ...lines.slice(2)]),
    "malformed",
  ],
  ["order file that begins late", "icd10cm-order-2026.txt", () => renumbered(lines.slice(3)), "malformed"],
  [
    "order files of two systems",
    "icd10cm-order-2026.txt",
    () => renumbered([...lines, ...text("icd10pcs_order_2026.txt").trimEnd().split("\r\n")]),
    "malformed",
  ],
  [
    "order file with a broken flag",
    "icd10cm-order-2026.txt",
    () => order.replace("A009    1", "A009    7"),
    "malformed",
  ],
  ["order file with zero bytes", "icd10cm-order-2026.txt", () => order.replace("Cholera,", "Chol\0ra,"), "malformed"],
  ["order file without a year", "codes.txt", () => order, "undated"],
  [
    "order file of PCS cut",
    "icd10pcs_order_2026.txt",
    () => text("icd10pcs_order_2026.txt").split("\r\n").slice(0, 2).join("\r\n"),
    "truncated",
  ],
  ["codes without headers", "icd10cm-codes-2026.txt", () => codes.join("\r\n"), "incomplete"],
  ["a list that lacks a code", "a-2026.zip", () => beside("codes.txt", codes.slice(1).join("\r\n")), "malformed"],
  [
    "a list with another title",
    "a-2026.zip",
    () => beside("codes.txt", codes.join("\r\n").replace("Cholera, unspecified", "Something else")),
    "malformed",
  ],
  ["addenda of another release", "a-2026.zip", () => beside("add.txt", "Add:         A0099   New code"), "malformed"],
  [
    "addenda that delete what is there",
    "a-2026.zip",
    () => beside("add.txt", "Delete:      A009    Cholera, unspecified"),
    "malformed",
  ],
  [
    "addenda with other counts",
    "a-2026.zip",
    () => beside("add.txt", "Add:         A009    Cholera\n\nCodes\n  99 codes in icd10cm_order_2026.txt"),
    "malformed",
  ],
  [
    "addenda of another year",
    "a-2026.zip",
    () => beside("add.txt", "Add:         A009    Cholera\n\nCodes\n  7 codes in icd10cm_order_2024.txt"),
    "mislabelled",
  ],
  [
    "years mixed",
    "a.zip",
    () =>
      zipOf([member, { name: "icd10cm-tabular-2025.xml", data: tabular.replace("<version>2026", "<version>2025") }]),
    "mixed",
  ],
  [
    "two tables of a kind",
    "a-2026.zip",
    () => zipOf([member, { name: "icd10cm-order-2026b.txt", data: order }]),
    "mixed",
  ],
  ["Tabular List named for another year", "icd10cm-tabular-2024.xml", () => tabular, "mislabelled"],
  ["Tabular List cut", "icd10cm-tabular-2026.xml", () => cut(tabular, 0.6), "truncated"],
  [
    "Tabular List with crossed elements",
    "icd10cm-tabular-2026.xml",
    () => tabular.replace("</name>", "</nome>"),
    "malformed",
  ],
  [
    "Tabular List with a code twice",
    "icd10cm-tabular-2026.xml",
    () => tabular.replace("<name>A00.9", "<name>A00.0"),
    "malformed",
  ],
  [
    "Tabular List with a code that is none",
    "icd10cm-tabular-2026.xml",
    () => tabular.replace("<name>A00.9", "<name>../x"),
    "malformed",
  ],
  [
    "Tabular List without its end",
    "icd10cm-tabular-2026.xml",
    () => tabular.replace(/<diag><name>Z99[\s\S]*?<\/diag>\s*<\/diag>/, ""),
    "malformed",
  ],
  [
    "entities that grow",
    "icd10cm-tabular-2026.xml",
    () => prefixed(laughs, tabular).replace("Cholera,", "&c;"),
    "entities",
  ],
  [
    "an entity from a file",
    "icd10cm-index-2026.xml",
    () => prefixed(outside, index).replace("Abasia", "&f;"),
    "entities",
  ],
  ["an entity that nobody declares", "icd10cm-index-2026.xml", () => index.replace("Abasia", "&nobody;"), "malformed"],
  [
    "elements nested deep",
    "icd10cm-index-2026.xml",
    () => index.replace("<mainTerm>", "<term>".repeat(60)),
    "malformed",
  ],
  [
    "a text without end",
    "icd10cm-index-2026.xml",
    () => index.replace("Abasia", "A".repeat(limits.text + 10)),
    "malformed",
  ],
  [
    "bytes that are no UTF-8",
    "icd10cm-index-2026.xml",
    () => Buffer.concat([Buffer.from(index), Buffer.from([0xc3, 0x28])]),
    "malformed",
  ],
  ["index cut", "icd10cm-index-2026.xml", () => cut(index, 0.8), "truncated"],
  [
    "index without terms",
    "icd10cm-index-2026.xml",
    () => index.replace(/<mainTerm>[\s\S]*<\/mainTerm>/, ""),
    "malformed",
  ],
  [
    "index of another kind",
    "icd10cm-index-2026.xml",
    () => index.replace("INDEX TO DISEASES", "LIST OF SHIPS"),
    "malformed",
  ],
  ["pairs cut in a line", "ptp.txt", () => text("ncci-ptp.txt").slice(0, -45), "truncated"],
  [
    "pairs with a broken modifier",
    "ptp.txt",
    () => text("ncci-ptp.txt").replace("\t0\tMore", "\t7\tMore"),
    "malformed",
  ],
  ["pairs twice", "ptp.txt", () => `${text("ncci-ptp.txt")}29881\t29870\t\t20020101\t*\t0\tMore\n`, "malformed"],
  ["units that are no number", "mue.csv", () => text("ncci-mue.csv").replace(",250,", ",many,"), "malformed"],
  ["units without a day", "mue.csv", () => text("ncci-mue.csv").replace(" 01/01/2026", ""), "undated"],
  ["lists with a broken row", "mce-2026.csv", () => `${text("mce.csv")}what is this,x\nA00.0,y\n`, "malformed"],
  [
    "a licensed file with a broken row",
    "cpt-2026-01-01.csv",
    () => text("cpt-licensed.csv").replace("99406,", "x,"),
    "malformed",
  ],
  ["a licensed file without a day", "cpt.csv", () => text("cpt-licensed.csv"), "undated"],
  [
    "a workbook of something else",
    "w.xlsx",
    () =>
      workbookOf([
        ["Name", "Town"],
        ["A", "B"],
      ]),
    "unknown",
  ],
  ["a workbook without codes", "w.xlsx", () => workbookOf([hcpcs]), "malformed"],
  [
    "a workbook with a broken code",
    "w.xlsx",
    () => workbookOf([hcpcs, ["??", "3", "x", "x", "20250101", "20250101", ""]]),
    "malformed",
  ],
  [
    "a workbook with a code twice",
    "w.xlsx",
    () => workbookOf([hcpcs, ...[1, 2].map(() => ["J1885", "3", "x", "x", "20250101", "20250101", ""])]),
    "malformed",
  ],
  ["a workbook with entities", "w.xlsx", () => workbookOf([hcpcs], laughs), "entities"],
  [
    "a workbook of another year",
    "HCPC2019_ANWEB.xlsx",
    () => workbookOf([hcpcs, ["J1885", "3", "x", "x", "20250101", "20251001", ""]]),
    "mislabelled",
  ],
  ["a workbook cut", "w.xlsx", async () => cut(await workbookOf([hcpcs]), 0.7), "damaged"],
];

let folder: string;
let before: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "citecode-hostile-"));
  await install(join(folder, "data"), join(projectFolder(), "fixtures", "codesets", "icd10cm-order-2025.txt"));
  before = readFileSync(join(folder, "data", "catalogue.json"), "utf8");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("there are at least 60", () => expect(hostile.length).toBeGreaterThanOrEqual(60));

test.each(hostile)("%s", async (what, name, content, code) => {
  const place = join(folder, what.replace(/\W/g, "-"));
  mkdirSync(place);
  writeFileSync(join(place, name), await content());
  const refused = await install(join(folder, "data"), join(place, name)).then(
    () => "installed",
    (error: Error & { code?: string }) => error,
  );
  expect(refused).toMatchObject({ name: "InputError", code: `codeset.${code}` });
  expect((refused as Error).message).toMatch(/[.]$/);
  expect(readFileSync(join(folder, "data", "catalogue.json"), "utf8")).toBe(before);
  expect(broken(join(folder, "data"))).toEqual([]);
});
