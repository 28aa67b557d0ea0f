import { describe, expect, it } from "vitest";
import { modelsFor } from "../../api/models.js";
import { loadKnowledge } from "../../rules/load.js";
import { noModels } from "../models.js";
import { nearWords } from "./near-words.js";
import { search } from "./search.js";

const knowledge = loadKnowledge();
const models = await modelsFor(knowledge);
const codesFor = async (query: string, most: number) =>
  (await search(query, knowledge, models, most)).map((f) => knowledge.codes.code(f.position));

/** What coders type, the code that they look for, and among how many it stands. */
const typed: readonly (readonly [string, string, 1 | 3])[] = [
  ["rt knee oa", "M17.11", 1],
  ["dm2 w neuropathy", "E11.40", 3],
  ["fx L distal radius closed", "S52.502A", 3],
  ["chf", "I50.9", 1],
  ["dm2", "E11.9", 1],
  ["uti", "N39.0", 1],
  ["copd exacerbation", "J44.1", 1],
  ["copd", "J44.9", 1],
  ["afib", "I48.91", 1],
  ["lbp", "M54.50", 1],
  ["breast ca left", "C50.912", 3],
  ["hx of colon cancer", "Z85.038", 1],
  ["family history breast cancer", "Z80.3", 1],
  ["pna", "J18.9", 1],
  ["gerd", "K21.9", 1],
  ["hypothyroid", "E03.9", 1],
  ["anxiety", "F41.9", 1],
  ["mdd recurrent moderate", "F33.1", 1],
  ["pneumnia", "J18.9", 1],
  ["osteoperosis", "M81.0", 3],
  ["diarrhoea", "R19.7", 1],
  ["colles fracture right", "S52.531A", 1],
  ["acute mi", "I21.9", 1],
  ["stroke", "I63.9", 1],
  ["l shoulder pain", "M25.512", 1],
  ["screening mammogram", "Z12.31", 1],
  ["flu shot", "Z23", 1],
  ["tylenol overdose intentional", "T39.1X2A", 1],
  ["cellulitis r leg", "L03.115", 1],
  ["sprained ankle left", "S93.402A", 3],
  ["dog bite right hand", "S61.451A", 3],
  ["asthma mild persistent", "J45.30", 1],
  ["esrd on dialysis", "N18.6", 3],
  ["dvt left leg", "I82.402", 3],
  ["fall from ladder", "W11.XXXA", 1],
  ["cad", "I25.10", 1],
  ["bph with luts", "N40.1", 1],
  ["migraine with aura", "G43.109", 1],
  ["b12 deficiency anemia", "D51.9", 3],
  ["kidney stone", "N20.0", 1],
  ["lumbar radiculopathy", "M54.16", 1],
  ["carpal tunnel right", "G56.01", 1],
  ["acl tear left", "S83.512A", 1],
  ["vertigo", "R42", 1],
  ["sepsis e coli", "A41.51", 1],
  ["long term insulin", "Z79.4", 1],
  ["left femoral neck fracture", "S72.002A", 3],
  ["diabetic foot ulcer", "E11.621", 3],
  ["hyperlipidemia", "E78.5", 1],
  ["htn", "I10", 1],
  ["shingles", "B02.9", 1],
  ["rotator cuff tear right", "M75.101", 3],
  ["strep throat", "J02.0", 1],
  ["pregnancy 12 weeks", "Z3A.12", 3],
  ["morbid obesity", "E66.01", 1],
  ["iron deficiency anaemia", "D50.9", 1],
  ["benign neoplasm of colon", "D12.6", 3],
  ["mets to liver", "C78.7", 1],
  ["prostate ca", "C61", 1],
  ["abdominal pain rlq", "R10.31", 1],
  ["appendicitis", "K37", 3],
  ["laceration left index finger", "S61.211A", 3],
  ["concussion", "S06.0X0A", 3],
  ["burn second degree right forearm", "T22.211A", 3],
  ["otitis media right", "H66.91", 3],
  ["etoh dependence", "F10.20", 1],
  ["tobacco use", "Z72.0", 3],
  ["s/p hip replacement left", "Z96.642", 3],
  ["pressure ulcer sacrum stage 3", "L89.153", 1],
  ["aki", "N17.9", 1],
  ["nstemi", "I21.4", 1],
  ["hyponatremia", "E87.1", 1],
  ["covid", "U07.1", 1],
  ["htn ckd 3", "I12.9", 3],
  ["hart attack", "I21.9", 3],
  ["water on the brain", "G91.9", 3],
  ["trouble peeing", "R39.198", 3],
];

describe("what coders type", () => {
  it.each(typed)("%s: %s among the first %i", async (query, code, most) => {
    expect(await codesFor(query, most)).toContain(code);
  });
});

describe("without models", () => {
  it.each([
    ["chf", "I50.9"],
    ["rt knee oa", "M17.11"],
    ["kidney stone", "N20.0"],
  ])("%s: %s", async (query, code) => {
    const found = await search(query, knowledge, noModels, 3);
    expect(found.map((f) => knowledge.codes.code(f.position))).toContain(code);
  });
});

describe("index paths", () => {
  it.each([
    ["Cyst > kidney", "N28.1"],
    ["Neoplasm > lung > benign", "D14.30"],
    ["Agenesis > kidney, bilateral", "Q60.1"],
  ])("%s: %s", async (query, code) => {
    expect(await codesFor(query, 3)).toContain(code);
  });
});

describe("what nothing is said about", () => {
  it("does not fill the list with sides of one code", async () => {
    const pain = (await codesFor("knee pain", 10)).filter((code) => code.startsWith("M25.56"));
    expect(pain.length).toBe(1);
  });
  it.each(["", "  ", "zzzzqqq", "of the"])("finds nothing for %j and does not fail", async (query) => {
    expect(await codesFor(query, 10)).toEqual([]);
  });
  it("is the same every time", async () => {
    expect(await codesFor("fx L distal radius", 10)).toEqual(await codesFor("fx L distal radius", 10));
  });
});

describe("misspelt words", () => {
  it.each([
    ["pneumnia", "pneumonia"],
    ["diabtes", "diabetes"],
    ["appendicitsi", "appendicitis"],
  ])("%s is near %s", (wrong, right) => {
    expect(nearWords(wrong, knowledge).map((n) => n.stem)).toContain(knowledge.lexicon.stem(right));
  });
  it.each(["ab", "x12345", "qqqqwwwweeee"])("%s is near nothing", (word) => {
    expect(nearWords(word, knowledge)).toEqual([]);
  });
});
