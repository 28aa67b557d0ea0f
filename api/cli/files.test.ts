import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pdfOf, print } from "../intake/fixtures/pdf.js";
import { projectFolder } from "../version.js";

const main = join(projectFolder(), "dist", "api", "cli", "main.js");
const fixture = (form: string) => join(projectFolder(), "api", "intake", "fixtures", `lung-clinic.${form}`);
const citecode = (...words: string[]) => execFileSync(process.execPath, [main, ...words]).toString();
const note = readFileSync(fixture("txt"), "utf8");

describe("notes in files that are no plain text", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "citecode-"));
    writeFileSync(join(folder, "note.pdf"), pdfOf([print(note)]));
    writeFileSync(join(folder, "note.html"), pdfOf([print(note)]));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("have offsets into the text that `text` prints", () => {
    for (const file of [fixture("html"), fixture("rtf"), join(folder, "note.pdf")]) {
      const text = citecode("text", file);
      const { suggestions } = JSON.parse(citecode("suggest", file, "--json", "--no-models", "--date", "2026-03-02"));
      const copd = suggestions.find((s: { code: string }) => s.code === "J44.9");
      expect(copd.evidence.map((e: { start: number; end: number }) => text.slice(e.start, e.end))).toContain("COPD");
    }
  });

  it("are named in the error when their name and their bytes contradict", () => {
    const file = join(folder, "note.html");
    const run = spawnSync(process.execPath, [main, "text", file]);
    expect(run.status).toBe(2);
    expect(run.stderr.toString()).toContain(`(${file}) [media.contradicts]`);
  });
});
