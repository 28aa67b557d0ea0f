import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalise, stemOf, tokenise } from "./index.js";

describe("tokenise", () => {
  it.each([
    ["w/o s/p", ["w", "/", "o", "s", "/", "p"]],
    ["non-tender", ["non", "tender"]],
    ["L4-L5", ["l4", "l5"]],
    ["SpO2 95%", ["spo2", "95", "%"]],
    ["can't", ["can", "'t"]],
    ["I cant", ["i", "can", "t"]],
    ["", []],
    [" \t\r\n", []],
  ])("splits %j", (text, norm) => {
    expect(tokenise(text).norm).toEqual(norm);
  });

  it("gives places whose slice is the token, whatever the text holds", () => {
    const odd = fc.constantFrom(
      "\r\n",
      "\t",
      "\u00a0",
      "\u200b",
      "😀",
      "a\u0301",
      "\u200f",
      "\ud800",
      "\udc00",
      ".",
      "5th",
      "w/o",
      "pt's",
      "can't",
      "-",
      "  ",
      "2.5cm",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(odd, fc.string()), { maxLength: 40 }), (parts) => {
        const text = parts.join("");
        const tokens = tokenise(text);
        let before = 0;
        for (let i = 0; i < tokens.count; i++) {
          expect(tokens.start[i]).toBeGreaterThanOrEqual(before);
          expect(tokens.end[i]).toBeGreaterThan(tokens.start[i]);
          expect(normalise(text.slice(tokens.start[i], tokens.end[i]))).toBe(tokens.norm[i]);
          before = tokens.end[i];
        }
        expect(before).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it("leaves no letter or digit outside a token", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (text) => {
        const tokens = tokenise(text);
        let rest = "";
        let at = 0;
        for (let i = 0; i < tokens.count; i++) {
          rest += text.slice(at, tokens.start[i]);
          at = tokens.end[i];
        }
        rest += text.slice(at);
        expect(rest).not.toMatch(/[\p{L}\p{N}]/u);
      }),
    );
  });

  it("does not depend on where a long text is cut for the tokenizer", () => {
    const line = "The patient denies chest pain and has hypertension.\n";
    const one = tokenise(line).count;
    expect(tokenise(line.repeat(400)).count).toBe(one * 400);
  });
});

it.each([
  ["diabetes", "diabetic"],
  ["fracture", "fractured"],
  ["hypertension", "hypertensive"],
])("stems %s and %s alike", (a, b) => {
  expect(stemOf(a)).toBe(stemOf(b));
});

it.each(["his", "as", "t2dm", "l4"])("leaves %s as it is", (word) => {
  expect(stemOf(word)).toBe(word);
});
