import { describe, expect, it } from "vitest";
import { deeperThan } from "./json.js";

describe("how deep JSON is nested", () => {
  it.each([
    ["[[1]]", 2, false],
    ["[[[1]]]", 2, true],
    ['{"a":{"b":[]}}', 2, true],
    ["[[],[],[[]]]", 3, false],
    ['["[[[["]', 1, false],
    ['["\\"[[[["]', 1, false],
    ['["\\\\",[[1]]]', 2, true],
    ['["\\\\\\"[[[["]', 1, false],
    ['{"a":"never ends [[[[', 1, false],
    ['"', 0, false],
    ["", 0, false],
    ["[".repeat(20_000), 100, true],
  ])("%s over %i: %s", (json, deepest, deeper) => expect(deeperThan(json, deepest)).toBe(deeper));
});
