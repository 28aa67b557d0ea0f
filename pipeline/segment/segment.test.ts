import { describe, expect, it } from "vitest";
import { loadKnowledge } from "../../rules/load.js";
import { understand } from "../index.js";

const knowledge = loadKnowledge();
const ledgerOf = (text: string) =>
  understand(
    { id: "n", notes: [{ id: "n", text }], patient: {}, setting: "outpatient", date: "2026-03-02" },
    knowledge,
  );

/** A text and its sections in order. */
const sections: readonly (readonly [text: string, kinds: readonly string[]])[] = [
  ["SH: lives alone\nEx: looks well", ["social-history", "physical-exam"]],
  ["NKDA\nSH lives with a cat\nDH on nothing", ["allergies", "social-history", "medications"]],
  ["PMH: gout\nShe lives alone.", ["past-medical-history"]],
  ["HX (given by the son): a fall", ["history-of-present-illness"]],
  ["ICE: thinks it may be gout", ["patient-concerns"]],
  // Items of a list are no headings; capitals and colons still make one.
  ["PLAN:\n1. Walk daily.\n2. Echocardiogram.\n3. Rest.", ["plan"]],
  ["SPECIMENS:\n1. Gallbladder.\n2. Lymph node.", ["operative-details"]],
  ["He came.\n1. CHIEF COMPLAINT\nCough\n2. ALLERGIES\nNone", ["preamble", "chief-complaint", "allergies"]],
  ["He came.\n1. Allergies: none\n2. Medications: none", ["preamble", "allergies", "medications"]],
];

/** A text and its sentences in order. */
const sentences: readonly (readonly [text: string, parts: readonly string[]])[] = [
  ["Imp: viral cold/? bronchitis", ["viral cold/? bronchitis"]],
  ["Imp: working diagnosis ? sciatica", ["working diagnosis ? sciatica"]],
  ["Imp: swelling ? DVT", ["swelling ? DVT"]],
  ["HPI: Any pain? None at all.", ["Any pain?", "None at all."]],
  ["HPI: Fever ? Not today.", ["Fever ?", "Not today."]],
];

describe("segment", () => {
  it.each(sections)("sections of %j", (text, kinds) => {
    expect(
      ledgerOf(text)
        .of("section")
        .map((s) => s.body.is),
    ).toEqual(kinds);
  });
  it.each(sentences)("sentences of %j", (text, parts) => {
    const said = ledgerOf(text).of("sentence");
    expect(said.map((s) => text.slice(s.body.place.start, s.body.place.end))).toEqual(parts);
  });
});
