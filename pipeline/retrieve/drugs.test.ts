import { describe, expect, it } from "vitest";
import { toEncounter } from "../../api/encounter.js";
import { suggestFor } from "../../api/result.js";
import { loadKnowledge } from "../../rules/load.js";

const DAY = "2026-03-02";
const knowledge = loadKnowledge();

/** Codes above and below the cut that stem from drugs, measures or status words. */
function proposed(text: string): string[] {
  const { encounter } = toEncounter({ text, setting: "outpatient", serviceDate: DAY }, knowledge, DAY);
  return suggestFor(encounter, knowledge)
    .of("suggestion")
    .map((s) => s.body.code.value);
}

describe("the adverse effect of a drug that is blamed", () => {
  it.each<[string, string]>([
    ["Cough from lisinopril.", "T46.4X5A"],
    ["Myalgia from atorvastatin.", "T46.6X5A"],
    ["Amlodipine edema.", "T46.1X5A"],
    ["Steroid-induced hyperglycemia.", "T38.0X5A"],
    ["Opioid induced constipation.", "T40.2X5A"],
    ["Insomnia, stimulant related.", "T43.605A"],
    ["Nausea due to metformin.", "T38.3X5A"],
    ["Rash caused by amoxicillin.", "T36.0X5A"],
    ["Headache secondary to isosorbide mononitrate.", "T46.3X5A"],
    ["Epistaxis due to warfarin.", "T45.515A"],
  ])("%s", (words, code) => {
    expect(proposed(`ASSESSMENT: ${words}`)).toContain(code);
  });

  it.each<[string]>([
    ["Hypertension. Continue lisinopril."],
    ["Pain after ibuprofen."],
    ["Hyperlipidemia on atorvastatin; myalgia from exercise."],
    ["No cough from lisinopril."],
    ["Atrial fibrillation, apixaban."],
  ])("none: %s", (words) => {
    expect(proposed(`ASSESSMENT: ${words}`).filter((c) => /^T(3[6-9]|4|50)/.test(c))).toEqual([]);
  });
});

describe("long-term use, by the drug alone", () => {
  it.each<[string, string]>([
    ["insulin glargine 20 units nightly", "Z79.4"],
    ["apixaban 5 mg twice daily", "Z79.01"],
    ["clopidogrel 75 mg daily", "Z79.02"],
    ["prednisone 5 mg daily", "Z79.52"],
    ["methotrexate 15 mg weekly", "Z79.631"],
    ["tacrolimus 2 mg twice daily", "Z79.621"],
    ["mycophenolate 500 mg twice daily", "Z79.624"],
    ["adalimumab every 2 weeks", "Z79.620"],
    ["metformin 500 mg daily", "Z79.84"],
    ["alendronate weekly", "Z79.83"],
  ])("%s", (words, code) => {
    expect(proposed(`MEDICATIONS: ${words}.\nASSESSMENT: Follow-up.`)).toContain(code);
  });

  it.each<[string]>([["Naproxen as needed."], ["Prednisone burst for 5 days."]])("none: %s", (words) => {
    expect(proposed(`PLAN: ${words}`).filter((c) => c.startsWith("Z79"))).toEqual([]);
  });
});

describe("vaccines, and numbers that choose a code", () => {
  it.each<[string, string]>([
    ["PLAN: Gardasil given today.", "Z23"],
    ["PLAN: MMR, VZV vaccine and hep A vaccine given.", "Z23"],
    ["ASSESSMENT: Gestational diabetes at 31w5d.", "Z3A.31"],
    ["ASSESSMENT: Partial thickness burn of right hand, TBSA 2%.", "T31.0"],
    ["ASSESSMENT: Acute ischemic stroke, NIHSS 11.", "R29.711"],
  ])("%s", (text, code) => {
    expect(proposed(text)).toContain(code);
  });

  it.each<[string, string]>([
    ["PLAN: Flu shot declined.", "Z23"],
    ["ASSESSMENT: Headache. NIHSS 0.", "R29.700"],
  ])("none: %s", (text, code) => {
    expect(proposed(text)).not.toContain(code);
  });
});
