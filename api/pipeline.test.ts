import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lines } from "../fixtures/bench/corpora.js";
import { trace, whyNot, within } from "../pipeline/explain.js";
import { loadKnowledge } from "../rules/load.js";
import { toEncounter } from "./encounter.js";
import { ledgerHash, suggestFor, toResult } from "./result.js";
import { projectFolder } from "./version.js";

const knowledge = loadKnowledge();
const DAY = "2026-03-02";
const folder = join(projectFolder(), "fixtures", "notes");
const gold = lines(readFileSync(join(folder, "gold.ndjson"), "utf8")) as unknown as {
  id: string;
  file: string;
  gold: { system: string; code: string; evidence: { start: number; end: number }[] }[];
}[];
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
const encounterOf = (text: string, more: object = {}) =>
  toEncounter({ text, serviceDate: DAY, ...more }, knowledge, DAY).encounter;

describe("fixture notes", () => {
  it("are at least 25, each with gold codes whose evidence lies in the note", () => {
    expect(gold.length).toBeGreaterThanOrEqual(25);
    for (const { file, gold: codes } of gold) {
      expect(codes.length).toBeGreaterThan(0);
      for (const { evidence } of codes)
        for (const { start, end } of evidence) expect(textOf(file).slice(start, end).trim().length).toBeGreaterThan(0);
    }
  });

  it.each(gold.map((g) => [g.file]))("%s: every fact has its place in the note, every code is billable", (file) => {
    const text = textOf(file);
    const ledger = suggestFor(encounterOf(text), knowledge);
    for (const fact of ledger.facts) {
      for (const from of fact.from) expect(from).toBeLessThan(fact.id);
      if ("place" in fact.body) {
        const { start, end } = fact.body.place;
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }
    for (const { body } of ledger.of("suggestion")) {
      expect(body.evidence.length).toBeGreaterThan(0);
      for (const { start, end } of body.evidence) expect(text.slice(start, end).trim()).not.toBe("");
      if (body.code.system !== "icd-10-cm") continue;
      const at = knowledge.codes.find(body.code.value);
      expect(at >= 0 && knowledge.codes.billable(at), body.code.value).toBe(true);
    }
  });

  it.each(gold.slice(0, 8).map((g) => [g.file]))("%s: a second run gives the same bytes", (file) => {
    const encounter = encounterOf(textOf(file));
    expect(ledgerHash(suggestFor(encounter, knowledge))).toBe(ledgerHash(suggestFor(encounter, knowledge)));
  });
});

describe("explaining", () => {
  const text =
    "HPI: Denies chest pain.\nASSESSMENT: Osteoarthritis of the right knee. Possible gout. Mother with breast cancer.";
  const ledger = suggestFor(encounterOf(text), knowledge);

  it("walks from a suggestion back to the words", () => {
    const suggestion = ledger.of("suggestion").find((s) => s.body.code.value === "M17.11");
    expect(suggestion?.body.shown).toBe(true);
    const quotes = within(trace(ledger, suggestion?.id ?? -1), "mention").map((m) =>
      text.slice(m.body.place.start, m.body.place.end),
    );
    expect(quotes).toEqual(expect.arrayContaining(["Osteoarthritis", "right"]));
  });

  it.each([
    ["M17.11", "suggested", undefined],
    ["R07.9", "dropped", "icd10cm.assertion.absent"],
    ["M10.9", "dropped", "icd10cm.uncertain.outpatient"],
    ["E11.9", "never-candidate", undefined],
  ])("says of %s that it is %s", (code, because, rule) => {
    const answer = whyNot(ledger, code);
    expect(answer.because).toBe(because);
    if (answer.because === "dropped") expect(answer.rulings.map((r) => r.by.id)).toContain(rule);
  });

  it("drops with a rule that has a citation, and rests every ruling on a mention", () => {
    for (const ruling of ledger.of("ruling")) {
      expect(knowledge.guidelines.find((r) => r.id === ruling.by.id)?.cite.section).toBeTruthy();
      expect(within(trace(ledger, ruling.id), "mention").length).toBeGreaterThan(0);
    }
  });

  it("throws on a fact that does not exist", () => {
    expect(() => trace(ledger, 1e6)).toThrow(/has no fact 1000000/);
  });
});

describe("choosing", () => {
  it.each<[string, string, string[], string[]]>([
    ["site and side from words apart", "ASSESSMENT: Osteoarthritis, right knee.", ["M17.11"], ["M17.12", "M19.90"]],
    ["the unspecified code where nothing more is said", "ASSESSMENT: Diabetes.", ["E11.9"], []],
    [
      "both sides where there is no code for both",
      "ASSESSMENT: Bilateral medial epicondylitis.",
      ["M77.01", "M77.02"],
      ["M77.00"],
    ],
    ["a linked condition", "ASSESSMENT: Hypertension. CKD stage 3a.", ["I12.9", "N18.31"], ["I10"]],
    ["no sign beside its disease", "HPI: Cough.\nASSESSMENT: Pneumonia.", ["J18.9"], ["R05.9"]],
    ["nothing denied", "ASSESSMENT: No pneumonia.", [], ["J18.9"]],
    ["nothing of a relative", "FAMILY HISTORY: Father with diabetes.", [], ["E11.9"]],
    ["nothing that a question mark doubts", "Imp: ? pneumonia - for review.", [], ["J18.9"]],
    ["nothing uncertain in a clinic", "ASSESSMENT: Probable pneumonia.", [], ["J18.9"]],
  ])("takes %s", (_name, text, wanted, unwanted) => {
    const encounter = encounterOf(text);
    const codes = toResult(suggestFor(encounter, knowledge), encounter, []).suggestions.map((s) => s.code);
    expect(codes).toEqual(expect.arrayContaining(wanted));
    for (const code of unwanted) expect(codes).not.toContain(code);
  });

  it("codes an uncertain diagnosis at an inpatient's discharge", () => {
    const text = "DISCHARGE DIAGNOSIS: Probable pneumonia.";
    const encounter = toEncounter({ text, setting: "inpatient", dischargeDate: DAY }, knowledge, DAY).encounter;
    expect(toResult(suggestFor(encounter, knowledge), encounter, []).suggestions.map((s) => s.code)).toContain("J18.9");
  });

  it("never lets a history that rules made lead", () => {
    const encounter = encounterOf("ASSESSMENT: Father with colon cancer. Hypertension.");
    const ledger = suggestFor(encounter, knowledge);
    const history = ledger.of("candidate").find((c) => c.body.code.value === "Z80.0");
    const positions = ledger
      .of("ruling")
      .filter((r) => r.body.candidate === history?.id)
      .map((r) => r.body.position);
    expect(positions).toContain("never-first");
    expect(toResult(ledger, encounter, []).suggestions[0].code).toBe("I10");
  });

  it("turns a dose into billing units", () => {
    const encounter = encounterOf("PROCEDURE: Ketorolac 30 mg IM was administered in the office today.");
    const given = toResult(suggestFor(encounter, knowledge), encounter, []).suggestions.find((s) => s.code === "J1885");
    expect(given?.units).toBe(2);
  });
});

it("never fails, and never points outside the note, whatever it is given", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "ASSESSMENT:\n",
      "1. ",
      "right knee OA",
      "denies ",
      "\r\n",
      "•",
      "\ud83d",
      "😀",
      "HTN",
      "\t",
      "PMH: ",
      "fracture of ",
      "left radius",
      ". ",
      "T2DM w/ CKD3 ",
      "\u200b",
      "BMI 33.6",
    ),
    fc.string({ maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 30 }), (parts) => {
      // Control characters beside white space make a note binary, which is refused elsewhere.
      const text = parts.join("").replace(/\p{Cc}/gu, (c) => (/\s/.test(c) ? c : " "));
      if (text.trim() === "") return;
      for (const { evidence } of toResult(suggestFor(encounterOf(text), knowledge), encounterOf(text), []).suggestions)
        for (const { start, end } of evidence) expect(start >= 0 && end > start && end <= text.length).toBe(true);
    }),
    { numRuns: 150 },
  );
});
