import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.js";
import { pdfOf, print } from "./fixtures/pdf.js";
import { extract } from "./index.js";

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const pieces = (words: string[]) => fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 60 });
const html = pieces(
  "<p> </p> <div hidden> </div> <br> <table> <tr> <td> </td> </tr> </table> <ul> <ol> <li> </li> </ol> <pre> </pre> <script> </script> <!-- --> &nbsp; &# < > <s> </s> <td/> \0".split(
    " ",
  ),
).map((w) => bytes(`<html>${w.join("")}`));
const rtf = pieces(
  "{ } \\par \\'e9 \\' \\u233? \\uc3 \\u-1 \\bin4 \\* \\v \\plain {\\fonttbl {\\f1\\fcharset128 \\f1 \\ansicpg932 \\cell \\row \\~ \\ \\deleted {\\pict \\listtext".split(
    " ",
  ),
).map((w) => bytes(`{\\rtf1${w.join("")}}`));
const whole = pdfOf([print("COPD\tstable\nAsthma"), print("b")]);
/** A sound file with some of its bytes replaced, and perhaps its end gone. */
const pdf = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
    fc.integer({ min: 8, max: whole.length }),
  )
  .map(([changes, length]) => {
    const copy = whole.slice();
    for (const [at, value] of changes) if (at > 4) copy[at] = value;
    return copy.slice(0, length);
  });

describe("any bytes give a text or an InputError, the same each time", () => {
  it.each<[string, fc.Arbitrary<Uint8Array>, string, number]>([
    ["bytes of no kind", fc.uint8Array({ maxLength: 400 }), "", 300],
    ["bytes as text", fc.uint8Array({ maxLength: 400 }), "text/plain", 300],
    ["bytes as HTML", fc.uint8Array({ maxLength: 400 }), "text/html", 300],
    [
      "bytes behind the head of RTF",
      fc.uint8Array({ maxLength: 400 }).map((b) => Uint8Array.from([...bytes("{\\rtf1"), ...b])),
      "",
      300,
    ],
    [
      "bytes behind the head of a PDF",
      fc.uint8Array({ maxLength: 400 }).map((b) => Uint8Array.from([...bytes("%PDF-1.4\n"), ...b])),
      "",
      15,
    ],
    ["HTML", html, "text/html", 300],
    ["RTF", rtf, "application/rtf", 300],
    ["damaged PDF", pdf, "application/pdf", 40],
  ])("%s", async (_name, files, type, numRuns) => {
    const outcome = (file: Uint8Array) =>
      extract(file, type).then(
        ({ text }) => text,
        (error: unknown) => {
          expect(error).toBeInstanceOf(InputError);
          return (error as InputError).code;
        },
      );
    await fc.assert(
      fc.asyncProperty(files, async (file) => {
        const once = await outcome(file);
        expect(await outcome(file)).toBe(once);
      }),
      { numRuns },
    );
  });
});
