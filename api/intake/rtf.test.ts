import { expect, it } from "vitest";
import { readRtf } from "./rtf.js";

const FONTS =
  "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset2 Symbol;}{\\f2\\fcharset238 Arial CE;}{\\f3\\fcharset128 Gothic;}}";
const read = (words: string) => readRtf(Uint8Array.from(Buffer.from(`{\\rtf1\\ansi\\ansicpg1252${words}}`, "latin1")));

it.each<[string, string, string]>([
  ["paragraphs and lines", " a\\par b\\line c\\par\\par d", "a\nb\nc\n\nd"],
  ["an escaped end of line is a paragraph", " a\\\nb\nc", "a\nbc"],
  ["escaped signs", " \\{a\\}\\\\b\\~c\\_d\\-e", "{a}\\b c-de"],
  ["bytes of the code page", " M\\'e9ni\\'e8re M\xe9ni\xe8re", "M\u00e9ni\u00e8re M\u00e9ni\u00e8re"],
  ["hard spaces as bytes", " a\\'a0b", "a b"],
  ["the font's code page", `${FONTS}\\f2 \\'b3\\f0 \\'b3`, "\u0142\u00b3"],
  ["two bytes a character", `${FONTS}\\f3 \\'93\\'fa\\'83A`, "\u65e5\u30a2"],
  ["characters by number", " \\u8805? 90 \\u-3913?x", "\u2265 90 \u2022x"],
  [
    "what stands in their place, as long as said",
    "\\uc2 a\\u233\\'65\\'65b{\\uc0 \\u233}c\\uc1\\u233 ?d",
    "a\u00e9b\u00e9c\u00e9d",
  ],
  ["pairs of halves", " \\u-10179?\\u-8704?", "\u{1f600}"],
  ["a place that ends with its group", " {\\u233}ab", "\u00e9ab"],
  ["characters by name", " \\bullet\\endash\\emdash\\lquote a\\rquote", "\u2022\u2013\u2014\u2018a\u2019"],
  ["symbol fonts", `${FONTS}{\\f1\\'b3} 90 {\\f1\\'a3}`, "\u2265 90 \u2264"],
  ["a font ends with its group", `${FONTS}{\\f1 \\'b7}\\'b7`, "\u2022\u00b7"],
  ["rows", "\\trowd a\\cell b\\cell\\row c\\cell\\cell d\\cell\\row e", "a\tb\nc\t\td\ne"],
  ["tabs", " a\\tab b\tc", "a\tb\tc"],
  ["marks of items", "{\\listtext\\tab 2.\\tab}a\\tab b", " 2. a\tb"],
  ["hidden words", " a{\\v b}c\\v d\\v0 e\\v f\\plain g", "aceg"],
  ["no bold mistaken for hidden", " \\viewkind4\\b a\\b0 b", "ab"],
  ["groups without words", "{\\*\\unknown a{b}}{\\info c}{\\pict 0a0b}{\\header d}{\\stylesheet{e;}}f", "f"],
  ["raw bytes", " a{\\pict\\bin5 }}{{\\}b", "ab"],
  ["fields", ' {\\field{\\*\\fldinst HYPERLINK "a"}{\\fldrslt b}}', "b"],
  ["objects show their picture's words", "{\\object{\\*\\objdata 00}{\\result a}}", "a"],
  ["words behind the end", " a}b{", "a"],
  ["words named like keys of objects", " \\constructor a\\toString b", "ab"],
  ["nothing", "", ""],
])("%s", (_name, words, text) => {
  expect(read(words)).toEqual({ text, warnings: [] });
});

it.each<[string, string, string, string]>([
  ["struck-out words", " No {\\strike asthma}{\\deleted COPD}edema", "No edema", "note.struck-out"],
  ["a code page that is not known", "\\ansicpg437 a\\'e9", "a\u00e9", "rtf.code-page"],
])("%s give a warning", (_name, words, text, code) => {
  const got = read(words);
  expect(got.text).toBe(text);
  expect(got.warnings.map((w) => w.code)).toEqual([code]);
});

it.each(["{\\rtf", "{\\rtf1 a", "{\\rtf1 \\'g0}", "{\\rtf1 \\", "{\\rtf1 \\bin9 }", "rtf"])("refuses %s", (file) => {
  expect(() => readRtf(Uint8Array.from(Buffer.from(file)))).toThrow(expect.objectContaining({ code: "rtf.damaged" }));
});
