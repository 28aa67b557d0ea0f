import { expect, it } from "vitest";
import { readingsIn } from "../../fixtures/mentions-of.js";

/** Where a section ends that nothing closes: with its line, its paragraph, or not before the next heading. */
const rows: readonly (readonly [about: string, text: string, read: readonly string[]])[] = [
  [
    "a result in the middle of a line ends with it",
    "Seen for chest pain. CT: normal, no pneumonia.\n\nDiagnosed with asthma.",
    [
      "chest pain: narrative, present, current",
      "pneumonia: results, absent, current",
      "asthma: narrative, present, current",
    ],
  ],
  [
    "a relative in the middle of a line too",
    "HPI: Cough for days. FH: father with stroke.\n\nAlso has migraine.",
    ["Cough: narrative, present, current", "stroke: family, present, past", "migraine: narrative, present, current"],
  ],
  [
    "a plan in the middle of a line goes on",
    "A: gout. P: rest\n- treat obesity",
    ["gout: assessment, present, current", "obesity: plan, present, current"],
  ],
  [
    "family history within its line ends at the blank line",
    "FH: mother with lupus.\n\nEczema of both hands for years.",
    ["lupus: family, present, past", "Eczema: narrative, present, current"],
  ],
  [
    "under a heading of its own it goes on",
    "FAMILY HISTORY\n\nMother with lupus.\n\nBrother with eczema.",
    ["lupus: family, present, past", "eczema: family, present, past"],
  ],
  [
    "a numbered list of diseases without a heading is the assessment",
    "PMH: appendicitis 2012\n\n1. Migraine. Start a tablet.\n2. Eczema. Cream.",
    [
      "appendicitis: history, present, past",
      "Migraine: assessment, present, current",
      "Eczema: assessment, present, current",
    ],
  ],
  [
    "a numbered list under its own heading is not",
    "PMH:\n\n1. Migraine.\n2. Eczema.",
    ["Migraine: history, present, past", "Eczema: history, present, past"],
  ],
  [
    "brackets behind a heading are no part of its name",
    "ROS: negative\nLabs (fasting, at home): anemia",
    ["anemia: results, present, current"],
  ],
];

it.each(rows)("%s", (_about, text, read) => {
  expect(readingsIn(text)).toEqual(read);
});
