import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Printed, pdfOf, pdfWith, print } from "./fixtures/pdf.js";
import { extract } from "./index.js";

const read = (bytes: Uint8Array) => extract(bytes, "application/pdf");
const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const at = (words: string, x: number, y: number): Printed => ({ words, x, y });

const long = "She has had a cough with white sputum since the end of winter, and on the stairs she is short of br";

describe("the words of a PDF", () => {
  it.each<[string, Printed[][], string]>([
    ["lines and blank lines", [print("a\nb\n\nc")], "a\nb\n\nc"],
    ["columns", [print("K\t4.1\thigh\nNa\t140")], "K  4.1  high\nNa  140"],
    ["a line that ends for want of room", [print(`${long}\neath now\nNext`)], `${long} eath now\nNext`],
    ["a full line with the end of a sentence", [print(`${long}.\nNext`)], `${long}.\nNext`],
    ["a full line before an item", [print(`${long}\n2. Next`)], `${long}\n2. Next`],
    ["a full line before a column", [print(`${long}\nK\t4.1`)], `${long}\nK  4.1`],
    ["short lines that would have had room", [print("tiotropium\nalbuterol")], "tiotropium\nalbuterol"],
    ["brackets", [print("a (b) \\ c")], "a (b) \\ c"],
    [
      "labels first, then what was filled in",
      [[at("Diagnosis:", 40, 700), at("Plan:", 40, 686), at("COPD", 100, 700), at("rest", 100, 686)]],
      "Diagnosis: COPD\nPlan:  rest",
    ],
    ["a raised figure", [[at("m", 40, 700), at("2", 49, 703)]], "m2"],
    ["pages", [print("a\nb"), print("c\nd")], "a\nb\nc\nd"],
    [
      "lines that each page prints again",
      [print("Ward 7, page 1 of 2\na\nb"), print("Ward 7, page 2 of 2\nc\nd")],
      "Ward 7, page 1 of 2\na\nb\nc\nd",
    ],
    [
      "lines that only two of three print",
      [print("x\na\nb"), print("x\nc\nd"), print("y\ne\nf")],
      "x\na\nb\nx\nc\nd\ny\ne\nf",
    ],
  ])("%s", async (_name, pages, text) => {
    expect(await read(pdfOf(pages))).toEqual({ text, mediaType: "application/pdf", warnings: [] });
  });

  it("warns of pages without text and of damage", async () => {
    const scanned = await read(pdfOf([print("a"), []]));
    expect([scanned.text, scanned.warnings.map((w) => w.code)]).toEqual(["a", ["pdf.pages-without-text"]]);
    const without = await read(bytes(latin(pdfOf([print("a\nb")])).replace(/xref\n0[\s\S]*trailer/, "trailer")));
    expect(without.text).toBe("a\nb");
  });

  it("reads several at once, each for itself", async () => {
    const names = ["a", "b", "c"];
    const all = await Promise.all(names.map((n) => read(pdfOf([print(n)]))));
    expect(all.map((e) => e.text)).toEqual(names);
  });
});

/** A stream packed as often as is said. */
function packed(content: Buffer, times: number): string {
  let body = content;
  for (let i = 0; i < times; i++) body = deflateSync(body, { level: 9 });
  const filters = "/FlateDecode".repeat(times);
  return `<</Length ${body.length}/Filter[${filters}]>>\nstream\n${body.toString("latin1")}\nendstream`;
}

describe("what is refused", () => {
  const encrypted = `/Encrypt<</Filter/Standard/V 1/R 2/O(${"o".repeat(32)})/U(${"u".repeat(32)})/P -4>>/ID[(a)(b)]`;
  it.each<[string, Uint8Array, string]>([
    ["a scan", pdfOf([[], []]), "pdf.scan"],
    ["no pages", pdfOf([]), "pdf.damaged"],
    ["a password", pdfOf([print("Quackenbush")], { trailer: encrypted }), "pdf.encrypted"],
    ["a head alone", bytes("%PDF-1.7\nQuackenbush"), "pdf.damaged"],
    ["many pages", pdfOf(Array.from({ length: 301 }, () => [])), "pdf.too-many-pages"],
  ])("%s", async (_name, file, code) => {
    const error = await read(file).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "InputError", code });
    expect((error as Error).message).not.toContain("Quackenbush");
  });

  it.each([1, 2, 3])("streams that unpack without end, packed %i times", async (times) => {
    const file = pdfWith([packed(Buffer.alloc(200_000_000, " "), times)]);
    expect(file.length).toBeLessThan(300_000);
    await expect(read(file)).rejects.toMatchObject({ name: "InputError", code: expect.stringMatching(/^pdf\./) });
  });
});
