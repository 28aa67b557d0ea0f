import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OffsetUnit, offsetsOf } from "./index.js";

const units: OffsetUnit[] = ["utf-16", "code-point", "utf-8"];
const odd = fc.constantFrom(
  "\r\n",
  "\t",
  "\u00a0",
  "\u200b",
  "😀",
  "e\u0301",
  "é",
  "\u200f",
  "中",
  "\ud800",
  "\udc00",
  "a",
);
const texts = fc.array(fc.oneof(odd, fc.string({ unit: "grapheme" })), { maxLength: 300 }).map((p) => p.join(""));

describe("offsetsOf", () => {
  it.each<[string, number, OffsetUnit, OffsetUnit, number]>([
    ["abc", 2, "utf-16", "utf-8", 2],
    ["😀b", 2, "utf-16", "code-point", 1],
    ["😀b", 1, "utf-16", "code-point", 0],
    ["😀b", 4, "utf-8", "utf-16", 2],
    ["😀b", 3, "utf-8", "utf-16", 0],
    ["é中", 5, "utf-8", "code-point", 2],
    ["\ud800x", 3, "utf-8", "utf-16", 1],
    ["", 0, "utf-8", "utf-16", 0],
  ])("%j: %i %s to %s is %5", (text, offset, from, to, expected) => {
    expect(offsetsOf(text).convert(offset, from, to)).toBe(expected);
  });

  it("agrees with the text's own prefixes, and comes back", () => {
    fc.assert(
      fc.property(texts, fc.double({ min: 0, max: 1, noNaN: true }), (text, share) => {
        const points = Array.from(text);
        const n = Math.floor(share * points.length);
        const head = points.slice(0, n).join("");
        const at = { "utf-16": head.length, "code-point": n, "utf-8": Buffer.from(head, "utf8").length };
        const offsets = offsetsOf(text);
        for (const from of units) for (const to of units) expect(offsets.convert(at[from], from, to)).toBe(at[to]);
      }),
    );
  });

  it.each([-1, 4, 1.5, Number.NaN])("refuses %d", (offset) => {
    expect(() => offsetsOf("abc").convert(offset, "utf-16", "utf-8")).toThrow(RangeError);
  });
});
