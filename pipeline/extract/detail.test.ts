import { describe, expect, it } from "vitest";
import { codesFor } from "../../fixtures/codes-for.js";

describe("details behind the name", () => {
  it.each<[string, string[]]>([
    ["Impetigo, bullous.", ["L01.03"]],
    ["Adjustment disorder, anxiety.", ["F43.22"]],
    ["Hemorrhoids, grade 2.", ["K64.1"]],
    ["Abscess, left axilla.", ["L02.412"]],
    ["Impetigo, improving.", ["L01.00"]],
    ["Impetigo. Grade 2 ankle sprain.", ["L01.00", "S93.409A"]],
    ["Adjustment disorder, headache.", ["F43.20", "R51.9"]],
  ])("%s", (words, codes) => {
    expect(codesFor(words)).toEqual(codes);
  });
});
