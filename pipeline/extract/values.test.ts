import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toEncounter } from "../../api/encounter.js";
import { loadKnowledge } from "../../rules/load.js";
import { run } from "../index.js";
import type { Fact } from "../types.js";

const knowledge = loadKnowledge();
const DAY = "2026-03-02";
const kinds = new Set(["measurement", "dose", "frequency", "route", "duration", "date"]);

function valuesOf(text: string) {
  const { encounter } = toEncounter({ text, setting: "outpatient", serviceDate: DAY }, knowledge, DAY);
  const ledger = run(encounter, knowledge);
  const drugOf = new Map<number, string>();
  for (const r of ledger.of("relation"))
    if (r.body.role === "dose") {
      const { place } = (ledger.facts[r.body.to] as Fact<"mention">).body;
      drugOf.set(r.body.of, text.slice(place.start, place.end));
    }
  return ledger
    .of("mention")
    .filter((m) => kinds.has(m.body.kind))
    .map((m) => ({ m, quote: text.slice(m.body.place.start, m.body.place.end), drug: drugOf.get(m.id) }));
}

/** "name amount[/second[/third]] unit [flag]" of each value, dates as dates, a dose with its drug. */
const shown = (text: string) =>
  valuesOf(text).map(({ m, drug }) => {
    const { value: v, date } = m.body;
    const name = m.body.kind === "measurement" && m.by.id !== v?.unit ? m.by.id : m.body.kind;
    const said = v
      ? ` ${v.bound ?? ""}${[v.amount, v.second, v.third].filter((n) => n !== undefined).join("/")} ${v.unit}`.trimEnd()
      : m.body.kind === "frequency" || m.body.kind === "route"
        ? ` ${m.by.id}`
        : "";
    return `${name}${said}${date ? ` ${date}` : ""}${v?.flag ? ` ${v.flag}` : ""}${drug ? ` of ${drug}` : ""}`;
  });

describe("vital signs", () => {
  it.each<[string, string[]]>([
    ["BP 120/80.", ["blood-pressure 120/80"]],
    ["Blood pressure was 142/88 mmHg.", ["blood-pressure 142/88 mmhg"]],
    ["BP 120 over 80.", ["blood-pressure 120/80"]],
    ["HR 72, RR 16.", ["heart-rate 72", "respiratory-rate 16"]],
    ["Pulse of 88 beats per minute.", ["heart-rate 88 bpm"]],
    ["Temp 98.6 F.", ["temperature 98.6 fahrenheit"]],
    ["Temperature is 37.2°C.", ["temperature 37.2 celsius"]],
    ["T 98.6, P 80, R 18.", ["temperature 98.6", "heart-rate 80", "respiratory-rate 18"]],
    ["SpO2 98% on room air.", ["oxygen-saturation 98 %"]],
    ["O2 sat 94 percent.", ["oxygen-saturation 94 %"]],
    ["Weight 150 lb.", ["weight 150 lb"]],
    ["Birth weight 7 lb 3 oz.", ["weight 7/3 lb"]],
    ["Weighs 82.5 kg.", ["weight 82.5 kg"]],
    ["Height 5 ft 10 in.", ["height 5/10 ft"]],
    ["Height 5'10\".", ["height 5/10 ft"]],
    ["Height 64 inches.", ["height 64 inch"]],
    ["BMI today is 33.6.", ["body-mass-index 33.6"]],
    ["BMI 33.6 kg/m2.", ["body-mass-index 33.6 kg/m2"]],
    ["Pain 7/10.", ["pain-score 7"]],
    ["7/10 pain at rest.", ["pain-score 7"]],
    ["Pain score is 5 out of 10.", ["pain-score 5"]],
    ["EBL 50 mL.", ["blood-loss 50 ml"]],
    ["LVEF 55-60%.", ["ejection-fraction 55/60 %"]],
  ])("%s", (text, expected) => expect(shown(text)).toEqual(expected));
});

describe("laboratory values and scores", () => {
  it.each<[string, string[]]>([
    ["Na 138, K 4.2, Cl 101.", ["sodium 138", "potassium 4.2", "chloride 101"]],
    ["Potassium 3.1 mmol/L L", ["potassium 3.1 mmol/l low"]],
    ["Glucose 250 mg/dL (70-99) H", ["glucose 250 mg/dl high"]],
    ["Glucose 250*", ["glucose 250 abnormal"]],
    ["Creatinine ↑ 2.1", ["creatinine 2.1 high"]],
    ["Hemoglobin low at 9.8 g/dL.", ["hemoglobin 9.8 g/dl low"]],
    ["Elevated WBC of 15.2.", ["white-cells 15.2 high"]],
    ["Platelets 288,000.", ["platelets 288000"]],
    ["WBC 12.3 K/uL.", ["white-cells 12.3 10^3/ul"]],
    ["Hgb A1c 7.2%.", ["hemoglobin-a1c 7.2 %"]],
    ["A1c on 1/5/2026 was 8.1%.", ["hemoglobin-a1c 8.1 %"]],
    ["Troponin <0.01 ng/mL.", ["troponin <0.01 ng/ml"]],
    ["TSH 2.5 mIU/L, free T4 1.1 ng/dL.", ["tsh 2.5 miu/l", "free-t4 1.1 ng/dl"]],
    ["INR 2.4", ["inr 2.4"]],
    ["eGFR 48 mL/min/1.73m2", ["gfr 48 ml/min/1.73m2"]],
    ["PHQ-9 score of 14.", ["phq-9 14"]],
    ["GAD-7: 11", ["gad-7 11"]],
    ["GCS 15", ["gcs 15"]],
    ["NIHSS of 4", ["nihss 4"]],
    ["MoCA 24/30", ["moca 24"]],
    ["AUDIT score 8", ["audit 8"]],
    ["ECOG 1", ["ecog 1"]],
    ["APGAR 8 and 9.", ["apgar 8/9"]],
    ["Apgars 8/9", ["apgar 8/9"]],
    ["CHA2DS2-VASc score of 3", ["cha2ds2-vasc 3"]],
    ["T-score -2.7", ["t-score -2.7"]],
  ])("%s", (text, expected) => expect(shown(text)).toEqual(expected));
});

describe("doses", () => {
  it.each<[string, string[]]>([
    [
      "Lisinopril 20 mg p.o. daily.",
      ["dose 20 mg of Lisinopril", "route oral of Lisinopril", "frequency daily of Lisinopril"],
    ],
    ["Metformin 500mg b.i.d.", ["dose 500 mg of Metformin", "frequency twice-daily of Metformin"]],
    ["Gave 40 mg IV furosemide.", ["dose 40 mg of furosemide", "route intravenous of furosemide"]],
    ["Lantus 20 units at bedtime.", ["dose 20 unit of Lantus", "frequency at-bedtime of Lantus"]],
    [
      "Percocet 5/325 q4-6h prn.",
      ["dose 5/325 of Percocet", "frequency 4/6 hour of Percocet", "frequency as-needed of Percocet"],
    ],
    ["Ibuprofen 600 mg every six hours.", ["dose 600 mg of Ibuprofen", "frequency 6 hour of Ibuprofen"]],
    ["Albuterol 2 puffs q6h.", ["dose 2 puff of Albuterol", "frequency 6 hour of Albuterol"]],
    ["Gabapentin 300 mg 3 times a day.", ["dose 300 mg of Gabapentin", "frequency 3 day of Gabapentin"]],
    ["Zzyzzine 300 mg daily.", ["dose 300 mg", "frequency daily"]],
  ])("%s", (text, expected) => expect(shown(text)).toEqual(expected));
});

describe("ages, sizes, durations and dates", () => {
  it.each<[string, string[]]>([
    ["58 y.o. man.", ["age 58 year"]],
    ["A 58-year-old woman.", ["age 58 year"]],
    ["54y/o woman.", ["age 54 year"]],
    ["An 11-month-old boy.", ["age 11 month"]],
    ["A twenty-five-year-old woman.", ["age 25 year"]],
    ["EGA 39w2d.", ["gestational-age 39/2 week"]],
    ["Born at 39 2/7 weeks.", ["gestational-age 39/2 week"]],
    ["G2P1 at 32 weeks.", ["gestational-age 32 week"]],
    ["A 2.5 cm mass.", ["measurement 2.5 cm"]],
    ["A nodule of 3 x 2 x 1 mm.", ["measurement 3/2/1 mm"]],
    ["A 3 cm x 2 cm mass.", ["measurement 3/2 cm"]],
    ["40 pack-years.", ["measurement 40 pack-years"]],
    ["Smokes 1 ppd.", ["measurement 1 packs/day"]],
    ["Cough for 3 days.", ["duration 3 day"]],
    ["Symptoms for 2-3 weeks.", ["duration 2/3 week"]],
    ["Pain for two and a half weeks.", ["duration 2.5 week"]],
    ["Diabetic for twenty-five years.", ["duration 25 year"]],
    ["30 minutes were spent.", ["duration 30 minute"]],
    ["Fell 3 weeks ago.", ["date 2026-02-09"]],
    ["Fell three weeks ago.", ["date 2026-02-09"]],
    ["Fell a week ago.", ["date 2026-02-23"]],
    ["Surgery 2 years ago.", ["date 2024"]],
    ["Seen last Tuesday.", ["date 2026-02-24"]],
    ["Seen yesterday.", ["date 2026-03-01"]],
    ["Fell the day before yesterday.", ["date 2026-02-28"]],
    ["Return in 6 months.", ["date 2026-09"]],
    ["Surgery on March 3, 2019.", ["date 2019-03-03"]],
    ["Since May 2008.", ["date 2008-05"]],
    ["Seen 10/20/2023.", ["date 2023-10-20"]],
    ["Seen 2023-10-20.", ["date 2023-10-20"]],
    ["Treated since 2011.", ["date 2011"]],
  ])("%s", (text, expected) => expect(shown(text)).toEqual(expected));
});

describe("numbers that are none of these", () => {
  it.each([
    "2/4 strength in the left arm.",
    "Phone 555-0100.",
    "Call 800-555-0100 ext 12.",
    "Degenerative change at L4-5.",
    "CKD stage 3.",
    "Type 2 diabetes.",
    "Seen at 12:30.",
    "Grade 2/6 systolic murmur.",
    "Reflexes 2+ throughout.",
    "Cranial nerves II-XII intact, S1 and S2 normal.",
    "Fracture of the T10 vertebra.",
    "Vitamin K given.",
    "2-0 Vicryl was used.",
    "Room 12, MRN 0012345.",
    "Daily headaches.",
    "Between four and six of them.",
    "He may walk.",
    "Potassium was discussed.",
    "Version 1.2.3 of the form.",
    "2/2 infection.",
    "Chest pain 2/2 reflux.",
    "BP 900/20.",
    "1. Hypertension",
  ])("%s", (text) => expect(shown(text)).toEqual([]));
});

it("makes no diagnosis of a number alone", () => {
  const text = "LABS: Glucose 450 H, K 6.9 H, Hgb 6.2 L. BP 210/120. PHQ-9 25.";
  const { encounter } = toEncounter({ text, setting: "outpatient", serviceDate: DAY }, knowledge, DAY);
  expect(run(encounter, knowledge).of("candidate")).toEqual([]);
});

const bits = [
  "BP 120/80",
  "K 4.2 L",
  "2.5 cm",
  "3\u00a0x\u00a02 mm",
  "lisinopril 20\u00a0mg daily",
  "three weeks ago",
  "couldn't",
  "twenty-five years",
  "39w2d",
  "😀",
  "\r\n",
  "\u00a0",
  " ",
  ", ",
  ": ",
  "7/10 pain",
  "µg",
  "last spring",
  "½",
  "10/20/2023",
  "-",
  "98.6°F",
  "q4-6h",
];
it("quotes what it places, whatever stands around it", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 14 }), (parts) => {
      const text = `Note ${parts.join(" ")}`;
      let last = -1;
      for (const { m, quote } of valuesOf(text)) {
        expect(m.body.place.end).toBeLessThanOrEqual(text.length);
        expect(quote.trim()).toBe(quote);
        expect(quote).not.toMatch(/[\r\n]/);
        expect(quote.isWellFormed()).toBe(true);
        expect(m.body.place.start).toBeGreaterThanOrEqual(last);
        last = m.body.place.end;
        if (m.body.value && /^\d/.test(quote))
          expect(quote.replace(/,/g, "")).toContain(String(Number.parseFloat(quote.replace(/,/g, ""))));
      }
    }),
    { seed: 7, numRuns: 150 },
  );
});
it.each([
  ["😀 BP 120/80", "BP 120/80"],
  ["Note\r\n\r\nLisinopril 20\u00a0mg", "20\u00a0mg"],
  ["It couldn't be; fell three weeks ago.", "three weeks ago"],
  ["Dose: 5 µg of drug IV", "5 µg"],
])("%s quotes %s", (text, quote) => expect(valuesOf(text).map((v) => v.quote)).toContain(quote));
