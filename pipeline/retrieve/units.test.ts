import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toEncounter } from "../../api/encounter.js";
import { suggestFor } from "../../api/result.js";
import { loadKnowledge } from "../../rules/load.js";
import { unitOf } from "./amounts.js";
import { linesOf } from "./units.js";

const knowledge = loadKnowledge();
const DAY = "2026-03-02";
const drugs = knowledge.services.filter((rule) => rule.dose);

const said = (text: string) => {
  const { encounter } = toEncounter({ text, setting: "outpatient", serviceDate: DAY }, knowledge, DAY);
  const ledger = suggestFor(encounter, knowledge);
  const modifiersOf = (id: number) => ledger.of("line").find((l) => l.body.suggestion === id)?.body.modifiers ?? [];
  return ledger
    .of("suggestion")
    .filter((s) => s.body.code.system === "hcpcs")
    .map((s) => `${[s.body.code.value, ...modifiersOf(s.id).map((m) => m.modifier)].join("-")} ${s.body.units}`);
};

describe("units of a dose", () => {
  it.each<[string, string[]]>([
    ["Ceftriaxone 1 g IM and ketorolac 30 mg IM were given today.", ["J0696 4", "J1885 2"]],
    ["Ceftriaxone 1 g IM and 30 mg of ketorolac IM were given today.", ["J0696 4", "J1885 2"]],
    ["30 mg ketorolac and 1 g ceftriaxone were administered IM today.", ["J1885 2", "J0696 4"]],
    ["Kenalog 40 mg/mL, 2 mL was injected.", ["J3301 8"]],
    ["2 mL of 40 mg/mL triamcinolone was injected.", ["J3301 8"]],
    ["The knee was injected with 1 mL of Kenalog 40 mg/mL and 4 mL of 1% lidocaine.", ["J3301 4"]],
    ["Depo-Provera 150 mg/mL IM was administered in clinic today.", ["J1050 150"]],
    ["Toradol 60 mg/2 mL IM was given today.", ["J1885 4"]],
    ["2 vials of 100 mg of infliximab were infused today.", ["J1745 20"]],
    ["Two 100 mg vials of infliximab were infused today.", ["J1745 20"]],
    ["Infliximab 100 mg x 3 vials infused today.", ["J1745 30"]],
    ["Dexamethasone 10 mg IM given today for 5 days of pain.", ["J1100 10"]],
    ["Infliximab 5 mg/kg was infused today, weight 80 kg.", ["J1745 40"]],
    ["Infliximab 5 mg/kg was infused today.", []],
    ["Heparin 12 units/kg/hr was infused today.", []],
    ["Penicillin G benzathine 2.4 million units IM was given today.", ["J0561 24"]],
    ["Vitamin B12 1,000 mcg IM was given today.", ["J3420 1"]],
    ["Epinephrine 0.3 mL of 1:1000 IM was given.", ["J0165 3"]],
    ["Potassium chloride 20 mEq was infused today.", ["J3480 10"]],
    ["Haloperidol decanoate 100 mg IM was given.", ["J1631 2"]],
    ["Ceftriaxone IM was given today.", []],
  ])("%s", (text, lines) => {
    expect(said(text)).toEqual(lines);
  });
});

describe("what was left of a container", () => {
  it.each<[string, string[]]>([
    ["Botox 155 units was injected today, and 45 units were discarded.", ["J0585 155", "J0585-JW 45"]],
    ["Botox 155 units was injected today; 45 units wasted from a multi-dose vial.", ["J0585 155"]],
    ["Botox 200 units was injected today from a single-dose 200 unit vial, no waste.", ["J0585-JZ 200"]],
    ["Botox 200 units was injected today, no waste.", ["J0585 200"]],
    ["Keytruda 200 mg was infused today, 0 mg wasted.", ["J9271 200"]],
    // What one unit already pays for is not thrown away a second time.
    ["Infliximab 297 mg was infused today; 3 mg discarded.", ["J1745 30"]],
  ])("%s", (text, lines) => {
    expect(said(text)).toEqual(lines);
  });
});

describe("services that make something of each other", () => {
  const codes = (text: string) => {
    const { encounter } = toEncounter({ text, setting: "outpatient", serviceDate: DAY }, knowledge, DAY);
    return suggestFor(encounter, knowledge)
      .of("candidate")
      .filter((c) => c.body.code.system === "cpt" && c.stage === "retrieve")
      .map((c) => `${c.body.code.value}${c.body.units === undefined ? "" : ` ${c.body.units}`}`)
      .filter((c, i, all) => all.indexOf(c) === i)
      .sort();
  };
  it.each<[string, string[]]>([
    ["Ketorolac 30 mg IV push was given today.", ["96374"]],
    ["Vancomycin 1 g IV was infused over one hour today. Ketorolac 30 mg IV push was given today.", ["96365", "96375"]],
    [
      "Paclitaxel 300 mg IV was infused over 3 hours today. Carboplatin 450 mg IV was infused over 60 minutes today.",
      ["96413", "96415 2", "96417"],
    ],
    [
      "Therapeutic exercises were performed for 30 minutes, manual therapy was performed for 15 minutes today.",
      ["97110 2", "97140 1"],
    ],
  ])("%s", (text, expected) => {
    expect(codes(text)).toEqual(expected);
  });
});

describe("every drug", () => {
  const written = { mg: ["mg", "g", "mcg"], unit: ["units", "million units"], ml: ["mL", "L", "cc"], meq: ["mEq"] };
  const found = { units: "unit", ml: "ml", meq: "meq", mg: "mg", mcg: "mg", g: "mg" } as Readonly<
    Record<string, keyof typeof written>
  >;
  const amount = fc.integer({ min: 1, max: 9_999_999 }).map((n) => n / 1000);

  it("has at least 350 codes", () => {
    expect(new Set(drugs.map((rule) => rule.code)).size).toBeGreaterThanOrEqual(350);
  });
  it.each(drugs.map((rule) => [rule.code, rule] as const))("%s: a part of a unit counts as one", (_code, rule) => {
    const { per, unit } = rule.dose ?? { per: 1, unit: "mg" };
    const base = unitOf(unit, knowledge);
    fc.assert(
      fc.property(amount, fc.constantFrom(...written[found[unit.toLowerCase()]]), (value, name) => {
        const own = { start: 0, end: 4 };
        const text = `Drug ${value} ${name} was given.`;
        const sentence = { start: 0, end: text.length };
        const named = { text, own, sentence, passage: sentence, others: [], weight: null };
        const [line, ...more] = linesOf(rule, () => named, knowledge);
        // In thousandths of the smaller unit, whole numbers, so that no division errs.
        const factor = (unitOf(name, knowledge)?.value ?? 1) / (base?.value ?? 1);
        const given = Math.round(value * factor * 1e9);
        expect(line.units).toBe(Math.ceil(given / Math.round(per * 1e9)));
        expect(more).toEqual([]);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
