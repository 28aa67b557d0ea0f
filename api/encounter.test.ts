import { describe, expect, it } from "vitest";
import { loadKnowledge } from "../rules/load.js";
import { toEncounter } from "./encounter.js";
import { suggestFor, toResult } from "./result.js";

const knowledge = loadKnowledge();
const DAY = "2026-03-02";
const gout = { id: "a", text: "ASSESSMENT: Gout." };
const pressure = { id: "b", text: "ASSESSMENT: Essential hypertension.", type: "Progress note" };
const resultOf = (input: object) => {
  const { encounter, warnings } = toEncounter(input, knowledge, DAY);
  return toResult(suggestFor(encounter, knowledge), encounter, warnings);
};
const notesOf = (input: object) =>
  resultOf(input).suggestions.map((s) => [s.code, [...new Set(s.evidence.map((e) => e.note))]]);

describe("an encounter of several notes", () => {
  it.each<[string, object, unknown]>([
    [
      "names the note in its evidence",
      { notes: [gout, pressure] },
      [
        ["M10.9", ["a"]],
        ["I10", ["b"]],
      ],
    ],
    ["names none where there is one of a list", { notes: [gout] }, [["M10.9", [undefined]]]],
    ["names none where there is one text", { text: gout.text }, [["M10.9", [undefined]]]],
    ["names both where both say it", { notes: [gout, { ...gout, id: "b" }] }, [["M10.9", ["a", "b"]]]],
  ])("%s", (_name, input, expected) => expect(notesOf(input)).toEqual(expected));

  it.each<[string, unknown, string, string]>([
    ["no note", { notes: [] }, "note.missing", "/notes"],
    ["a text besides", { notes: [gout], text: "Gout." }, "input.text-and-notes", "/notes"],
    ["a note that is no object", { notes: ["Gout."] }, "note.not-an-object", "/notes/0"],
    ["a note without an id", { notes: [{ text: "Gout." }] }, "note.id", "/notes/0/id"],
    ["an id twice", { notes: [gout, gout] }, "note.id", "/notes/1/id"],
    ["an empty note", { notes: [gout, { id: "b", text: " " }] }, "note.empty", "/notes/1/text"],
    ["a misspelt field", { notes: [{ ...gout, txt: "x" }] }, "input.unknown-field", "/notes/0/txt"],
    ["a type that is no text", { notes: [{ ...gout, type: 5 }] }, "note.type", "/notes/0/type"],
    [
      "too much in all",
      { notes: ["a", "b"].map((id) => ({ id, text: "word ".repeat(500_000) })) },
      "note.too-long",
      "/notes",
    ],
  ])("is refused with %s", (_name, input, code, at) => {
    expect(() => toEncounter(input, knowledge, DAY)).toThrow(expect.objectContaining({ code, at }) as Error);
  });
});
