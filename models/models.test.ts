import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toEncounter } from "../api/encounter.js";
import { ledgerHash, suggestFor, suggestWith } from "../api/result.js";
import { noModels } from "../pipeline/models.js";
import { loadKnowledge } from "../rules/load.js";
import { modelsFolder } from "./files.js";
import { loadModels } from "./load.js";
import { isHeldOut, readCodedNotes } from "./ranker/notes.js";
import { featuresOf, LONGEST } from "./term-encoder/features.js";

const LARGEST = 10e6;
const folders = readdirSync(modelsFolder(), { withFileTypes: true }).filter((f) => f.isDirectory());
const onnx = folders.map((f) => f.name).filter((name) => existsSync(join(modelsFolder(), name, "model.onnx")));

describe("model files", () => {
  it.each(onnx)("%s is what its manifest says, small, and has a card and its training", (name) => {
    const folder = join(modelsFolder(), name);
    const { files } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
      files: Record<string, string>;
    };
    expect(Object.keys(files)).toContain("model.onnx");
    for (const [file, hash] of Object.entries(files)) {
      const data = readFileSync(join(folder, file));
      expect(createHash("sha256").update(data).digest("hex"), file).toBe(hash);
      expect(statSync(join(folder, file)).size, file).toBeLessThan(LARGEST);
    }
    for (const file of ["card.md", "train.py", "requirements.txt"])
      expect(existsSync(join(folder, file)), file).toBe(true);
  });
});

const knowledge = loadKnowledge();
const models = await loadModels(knowledge);
const code = (value: string) => ({ system: "icd-10-cm" as const, value, release: "FY2026" });

describe("term encoder", () => {
  it("makes features as its training does", () => {
    // Written by features() of train.py for the same text.
    expect(featuresOf("Cyst of Kidney")).toEqual([
      6079, 59427, 46694, 13667, 18740, 46576, 40534, 359, 48844, 23992, 54416, 31131, 54375, 48522, 52326, 35999,
      10879, 3181, 51755, 65341, 21709, 24947, 59577, 30922, 55308, 47753, 62522,
    ]);
  });
  it("looks at no more than its longest", () => {
    expect(featuresOf("pneumonoultramicroscopicsilicovolcanoconiosis ".repeat(9)).length).toBe(LONGEST);
  });
  it.each([
    ["heart attack", "I21"],
    ["kidney stone", "N20.0"],
    ["pnuemonia", "J18.9"],
  ])("%s is near %s", async (text, wanted) => {
    const [near] = (await models.nearest?.([text], 5)) ?? [[]];
    expect(near.map((n) => knowledge.codes.code(n.position)).some((c) => c.startsWith(wanted))).toBe(true);
  });
  it("answers several texts as it answers each", async () => {
    const together = await models.nearest?.(["gout", "acute appendicitis"], 3);
    const alone = await models.nearest?.(["acute appendicitis"], 3);
    expect(together?.[1]).toEqual(alone?.[0]);
  });
});

describe("ranker", () => {
  const plain = { fit: 1, role: 0.5, "kind.condition": 1, named: 1, ahead: 0.5 };
  it.each([
    ["repeated", 0.5],
    ["headed", 1],
    ["treated", 1],
    ["beside.drug", 1],
    ["role", 1],
  ])("more of %s never lowers a probability", async (part, value) => {
    const [less, more] = (await models.reports?.([
      { parts: plain, code: code("J18.9") },
      { parts: { ...plain, [part]: value }, code: code("J18.9") },
    ])) ?? [0, 0];
    expect(more).toBeGreaterThanOrEqual(less);
  });
  it("judges each candidate by itself", async () => {
    const one = { parts: plain, code: code("J18.9") };
    const other = { parts: { ...plain, headed: 1 }, code: code("I10") };
    const both = await models.reports?.([one, other]);
    expect(both?.[1]).toBe((await models.reports?.([other]))?.[0]);
  });
  it("learns from notes that parse, with a part held out", () => {
    const notes = readCodedNotes();
    const held = notes.filter((n) => isHeldOut(n.id)).length;
    expect(notes.length).toBeGreaterThan(200);
    expect(held / notes.length).toBeGreaterThan(0.15);
    for (const { text, gold } of notes)
      for (const { evidence } of gold) for (const { end } of evidence) expect(end).toBeLessThanOrEqual(text.length);
  });
});

describe("a run with models", () => {
  const { encounter } = toEncounter(
    { text: "ASSESSMENT: Right knee osteoarthritis. Continue ibuprofen.", serviceDate: "2026-03-02" },
    knowledge,
    "2026-03-02",
  );
  it("is the same every time, and names the ranker in its facts", async () => {
    const first = await suggestWith(encounter, knowledge, models);
    expect(ledgerHash(await suggestWith(encounter, knowledge, models))).toBe(ledgerHash(first));
    expect(first.of("estimate").every((e) => e.by.id === models.versions.ranker)).toBe(true);
  });
  it("works the same without as the linear scorer alone", async () => {
    expect(ledgerHash(await suggestWith(encounter, knowledge, noModels))).toBe(
      ledgerHash(suggestFor(encounter, knowledge)),
    );
  });
});
