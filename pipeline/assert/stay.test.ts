import { expect, it } from "vitest";
import { readingsIn } from "../../fixtures/mentions-of.js";

const rows: readonly (readonly [setting: string, text: string, read: readonly string[]])[] = [
  // What got well in a hospital stay was treated in it.
  ["inpatient", "DISCHARGE DIAGNOSIS: Pneumonia, resolved.", ["Pneumonia: assessment, present, current"]],
  ["outpatient", "ASSESSMENT: Pneumonia, resolved.", ["Pneumonia: assessment, present, past"]],
  ["inpatient", "PAST MEDICAL HISTORY: Pneumonia, resolved.", ["Pneumonia: history, present, past"]],
  ["inpatient", "DISCHARGE DIAGNOSIS: Cough, resolved.", ["Cough: assessment, present, past"]],
  // A denial ends at the colon behind what it denies.
  [
    "outpatient",
    "HPI: No abscess: ileus.",
    ["abscess: narrative, absent, current", "ileus: narrative, present, current"],
  ],
  [
    "outpatient",
    "HPI: Denies: cough, fever.",
    ["cough: narrative, absent, current", "fever: narrative, absent, current"],
  ],
];

it.each(rows)("%s %s", (setting, text, read) => {
  expect(readingsIn(text, setting)).toEqual(read);
});
