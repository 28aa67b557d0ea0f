import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadModels } from "../../models/load.js";
import { isHeldOut, readCodedNotes } from "../../models/ranker/notes.js";
import { noModels } from "../../pipeline/models.js";
import { loadKnowledge } from "../../rules/load.js";
import { toEncounter } from "../encounter.js";
import { suggestWith, toResult } from "../result.js";
import { learnFrom, readDecisions, showReport } from "./learn.js";

const knowledge = loadKnowledge();
const day = "2026-03-02";
const note = { id: "a", text: "ASSESSMENT: Essential hypertension.", serviceDate: day };
const I10 = { system: "icd-10-cm", code: "i10", decision: "accepted" };
const canary = "Zebulon Quackenbush";
const json = (value: unknown) => JSON.stringify(value);

describe("decisions", () => {
  it.each<[string, string, string | undefined, object]>([
    ["a good line", json({ ...note, decisions: [I10] }), undefined, { rows: 1, unranked: 0 }],
    [
      "the last of two decisions",
      json({ ...note, decisions: [I10, { ...I10, decision: "rejected" }] }),
      undefined,
      { rows: 1, unranked: 0 },
    ],
    [
      "a code that was not ranked",
      json({ ...note, decisions: [{ ...I10, code: "C50.911" }] }),
      undefined,
      { rows: 0, unranked: 1 },
    ],
    ["what is not JSON", `{"id": ${canary}`, "line.not-json", { rows: 0, unranked: 0 }],
    ["no id", json({ text: canary, decisions: [] }), "input.id", { rows: 0, unranked: 0 }],
    ["no decisions", json({ id: "a", text: canary }), "decisions.missing", { rows: 0, unranked: 0 }],
    [
      "an unknown decision",
      json({ id: "a", text: canary, decisions: [{ ...I10, decision: canary }] }),
      "decisions.entry",
      { rows: 0, unranked: 0 },
    ],
    ["an empty note", json({ id: "a", text: " ", decisions: [I10] }), "note.empty", { rows: 0, unranked: 0 }],
  ])("reads %s", async (_name, line, code, wanted) => {
    const { rows, unranked, errors } = await readDecisions(`\n${line}\n`, knowledge, noModels, day);
    expect({ rows: rows.length, unranked }).toEqual(wanted);
    expect(errors.map((e) => [e.line, e.code])).toEqual(code ? [[2, code]] : []);
    expect(json(errors)).not.toContain("Quackenbush");
  });
  it("passes over codes below the cut where only what was added is written down", async () => {
    const lungs = { ...note, text: "ASSESSMENT: COPD." };
    const J449 = { ...I10, code: "J44.9" };
    const { encounter } = toEncounter(lungs, knowledge, day);
    const { alternatives } = toResult(await suggestWith(encounter, knowledge, noModels), encounter, []);
    const { system, code } = alternatives[0];
    const read = (decision: string) =>
      readDecisions(json({ ...lungs, decisions: [J449, { system, code, decision }] }), knowledge, noModels, day);
    expect(await read("accepted")).toMatchObject({ added: 1, rows: [{ accepted: true }] });
    expect(await read("rejected")).toMatchObject({ added: 0, rows: [{}, {}] });
  });
});

/** What the coders of an imagined site would decide on the codes shown for the invented notes. */
async function decisionsOf(keeps: (code: string) => boolean): Promise<string> {
  const models = await loadModels(knowledge);
  const lines: string[] = [];
  for (const { gold, file: _, ...input } of readCodedNotes()) {
    const { encounter } = toEncounter(input, knowledge, day);
    const wanted = new Set(gold.map((g) => g.code));
    const { suggestions } = toResult(await suggestWith(encounter, knowledge, models), encounter, []);
    const decisions = suggestions
      .filter((s) => s.system === "icd-10-cm")
      .map(({ system, code }) => ({
        system,
        code,
        decision: wanted.has(code) && keeps(code) ? "accepted" : "rejected",
      }));
    lines.push(json({ ...input, decisions }));
  }
  return lines.join("\n");
}

describe("learning on the invented notes", () => {
  const folder = mkdtempSync(join(tmpdir(), "citecode-learn-"));
  const file = join(folder, "decisions.ndjson");

  it("pays for a site that never reports status codes, and not a second time for the same decisions", async () => {
    writeFileSync(file, await decisionsOf((code) => !code.startsWith("Z")));
    const report = await learnFrom(file, folder, knowledge, day);
    if (process.env.CITECODE_SHOW) console.log(showReport(report));
    expect(report).toMatchObject({ installed: "site-1", errors: [], unranked: 0 });
    expect(report.after.precision).toBeGreaterThan(report.before.precision);
    expect(await learnFrom(file, folder, knowledge, day)).toMatchObject({ installed: null, current: report.after });
    expect(readdirSync(folder).filter((f) => f.startsWith("ranker"))).toEqual(["ranker-site-1.json"]);
  });
  it("tells a site whose coders are the notes' authors what it would gain, with no promise", async () => {
    writeFileSync(file, await decisionsOf(() => true));
    const report = await learnFrom(file, mkdtempSync(join(tmpdir(), "citecode-learn-")), knowledge, day);
    if (process.env.CITECODE_SHOW) console.log(showReport(report));
    expect(report.installed !== null).toBe(report.better);
    expect(report.counts.heldOut).toBeGreaterThan(100);
  });
  it("refuses too few decisions with a remedy", async () => {
    const few = readCodedNotes().filter((n) => isHeldOut(n.id))[0];
    writeFileSync(file, json({ id: few.id, text: few.text, decisions: [I10] }));
    await expect(learnFrom(file, folder, knowledge, day)).rejects.toMatchObject({ code: "decisions.too-few" });
  });
});
