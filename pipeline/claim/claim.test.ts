import { describe, expect, it } from "vitest";
import { toEncounter } from "../../api/encounter.js";
import { suggestFor, toResult } from "../../api/result.js";
import { loadKnowledge } from "../../rules/load.js";
import type { Fact } from "../types.js";

const knowledge = loadKnowledge();
const DAY = "2026-03-02";
const TIME = "I spent 22 minutes on this encounter today, including record review and charting.";

function claimOf(text: string) {
  const input = { text, serviceDate: DAY, patient: { status: "established" as const } };
  const { encounter } = toEncounter(input, knowledge, DAY);
  const ledger = suggestFor(encounter, knowledge);
  const codeOf = (id: number) => (ledger.facts[id] as Fact<"suggestion">).body.code.value;
  const quote = (p: { start: number; end: number }) => text.slice(p.start, p.end);
  const lines = ledger.of("line").map(({ body }) => ({
    code: codeOf(body.suggestion),
    modifiers: body.modifiers.map((m) => m.modifier),
    reasons: body.modifiers.flatMap((m) => m.places.map(quote)),
    units: body.units,
    pointers: body.pointers.map((p) => codeOf(p.suggestion)),
    by: body.pointers.map((p) => p.by),
    words: body.pointers.map((p) => p.places.map(quote)),
  }));
  return { line: (code: string) => lines.find((l) => l.code === code), ledger, encounter, quote };
}

describe("diagnosis pointers", () => {
  it.each([
    [
      "by the problem that both stand under",
      "ASSESSMENT AND PLAN:\n1. Type 2 diabetes: continue metformin.\n2. Primary osteoarthritis of the right knee. Pain with stairs.\n Corticosteroid injection of the right knee was performed in office today.",
      "20610",
      ["M17.11"],
      ["problem"],
    ],
    [
      "by the sentence with a word that says why",
      "EKG performed in office today for palpitations shows normal sinus rhythm.\nASSESSMENT:\n1. Palpitations.\n2. Type 2 diabetes.",
      "93000",
      ["R00.2"],
      ["indication"],
    ],
    [
      "by what it is commonly for, where no words tie it",
      "Hemoglobin A1c was collected and performed in office today.\nASSESSMENT:\n1. Asthma.\n2. Type 2 diabetes.",
      "83036",
      ["E11.9"],
      ["link"],
    ],
    [
      "of a visit: all in order, the first-listed first",
      `ASSESSMENT:\n1. Asthma.\n2. Type 2 diabetes.\n${TIME}`,
      "99213",
      ["J45.909", "E11.9"],
      ["visit", "visit"],
    ],
  ])("%s", (_name, text, code, pointers, by) => {
    expect(claimOf(text).line(code)).toMatchObject({ pointers, by });
  });
  it("names the words that tie", () => {
    const { line } = claimOf(
      "EKG performed in office today for palpitations shows normal sinus rhythm.\nASSESSMENT:\n1. Palpitations.",
    );
    expect(line("93000")?.words[0]).toContain("palpitations");
  });
  it("points to at most four", () => {
    const text = `ASSESSMENT:\n1. Asthma.\n2. Type 2 diabetes.\n3. Gout.\n4. Psoriasis.\n5. Migraine.\n6. Hypothyroidism.\n${TIME}`;
    expect(claimOf(text).line("99213")?.pointers).toHaveLength(4);
  });
  it("ties no splint to a wound elsewhere", () => {
    const text = "ASSESSMENT: Abrasion of the forehead.\nA short arm splint was applied to the right wrist today.";
    expect(claimOf(text).line("29125")?.pointers ?? []).toEqual([]);
  });
});

describe("sides", () => {
  it.each([
    ["the sentence", "Corticosteroid injection of the left knee was performed in office today.", ["LT"]],
    [
      "both in one sentence",
      "Corticosteroid injection of the right and left knee was performed in office today.",
      ["50"],
    ],
    [
      "the problem's",
      "ASSESSMENT AND PLAN:\n1. Primary osteoarthritis of the right knee.\n Knee corticosteroid injection was performed in office today.",
      ["RT"],
    ],
    [
      "a chamber of the heart is no side",
      "Left ventricle normal. Knee corticosteroid injection was performed in office today.",
      [],
    ],
    ["none", "Corticosteroid injection of the knee was performed in office today.", []],
  ])("%s", (_name, text, modifiers) => {
    expect(claimOf(text).line("20610")?.modifiers).toEqual(modifiers);
  });
  it("each service of a sentence has the side next to it", () => {
    const text =
      "X-ray of the right wrist, 3 views, and corticosteroid injection of the left knee were performed in office today.";
    const { line } = claimOf(text);
    expect([line("73110")?.modifiers, line("20610")?.modifiers]).toEqual([["RT"], ["LT"]]);
  });
});

it("gives the words that are a modifier's reason", () => {
  const { line } = claimOf("X-ray of the left ring finger was performed in office today.");
  expect(line("73140")).toMatchObject({ modifiers: ["F3"], reasons: ["left", "ring finger"], units: 1 });
});

it("writes edits with their places, worst first, and none for a note without services", () => {
  const text = `Corticosteroid injection of the knee was performed in office today.\nASSESSMENT:\n1. Primary osteoarthritis of the right knee.\n${TIME}`;
  const { ledger, quote } = claimOf(text);
  const edits = ledger.of("edit").map((e) => e.body);
  expect(edits[0]).toMatchObject({
    rule: "edits.visit-beside-minor",
    severity: "error",
    codes: ["99213", "20610"],
    remedy: { modifiers: ["25"] },
  });
  expect(edits[0].places.map(quote)).toContain("Corticosteroid injection");
  expect(claimOf("ASSESSMENT:\n1. Asthma.").ledger.of("edit")).toEqual([]);
});

it("shows modifiers, pointers and edits in the result", () => {
  const { ledger, encounter } = claimOf(
    `ASSESSMENT AND PLAN:\n1. Primary osteoarthritis of the right knee.\n Corticosteroid injection of the right knee was performed in office today.\n${TIME}`,
  );
  const result = toResult(ledger, encounter, []);
  expect(result.suggestions.find((s) => s.code === "20610")).toMatchObject({ modifiers: ["RT"], pointers: ["M17.11"] });
  expect(result.edits?.map((e) => e.rule)).toEqual(["edits.visit-beside-minor"]);
});
