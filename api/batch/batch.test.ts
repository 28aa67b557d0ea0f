import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, describe, expect, it } from "vitest";
import { projectFolder } from "../version.js";

const main = join(projectFolder(), "dist", "api", "cli", "main.js");
const folder = mkdtempSync(join(tmpdir(), "citecode-batch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string) => join(folder, name);
const args = (source: string, out: string, ...more: string[]) => [
  main,
  "batch",
  source,
  "--out",
  out,
  "--no-models",
  "--threads",
  "2",
  ...more,
];
const run = (source: string, out: string, ...more: string[]) =>
  spawnSync(process.execPath, args(source, out, ...more), { encoding: "utf8" });
const lines = (path: string) => readFileSync(path, "utf8").trimEnd().split("\n");
const ids = (path: string) => lines(path).map((line) => (JSON.parse(line) as { id: string }).id);

/** Notes that are not alike, every seventh of them bad. */
function archive(count: number): string {
  const path = file(`${count}.ndjson`);
  const texts = ["Type 2 diabetes with neuropathy.", "Right knee osteoarthritis.", "Denies chest pain. Asthma."];
  const note = (i: number) => JSON.stringify({ id: `n${i}`, text: `ASSESSMENT: ${texts[i % 3]} Visit ${i}.` });
  const bad = ["{not json, Zebediah", '{"id":"x","text":7}', '{"id":"y"}'];
  writeFileSync(path, Array.from({ length: count }, (_, i) => `${i % 7 === 6 ? bad[i % 3] : note(i)}\n`).join(""));
  return path;
}

describe("batch", () => {
  const source = archive(700);
  const whole = file("whole.ndjson");
  it("answers in the order of the notes and sets bad ones aside without their words", () => {
    const { status, stdout, stderr } = run(source, whole, "--report", file("report.html"));
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(ids(whole)).toEqual(Array.from({ length: 700 }, (_, i) => i).flatMap((i) => (i % 7 === 6 ? [] : `n${i}`)));
    const aside = readFileSync(`${whole}.rejected.ndjson`, "utf8");
    expect(aside.trimEnd().split("\n")).toHaveLength(100);
    expect(JSON.parse(aside.split("\n")[0])).toMatchObject({ place: "line 7", code: "line.not-json" });
    expect(aside).not.toContain("Zebediah");
    expect(stdout).toContain("600 notes");
    expect(stdout).toContain("100 set aside");
    expect(readFileSync(file("report.html"), "utf8")).toContain("<svg");
    expect(existsSync(`${whole}.journal`)).toBe(false);
    expect(existsSync(`${whole}.part`)).toBe(false);
  });

  it("after kill -9 goes on where it was: nothing lost, nothing twice", async () => {
    const out = file("killed.ndjson");
    let kills = 0;
    for (let past = 40_000; past <= 200_000; past += 80_000) {
      const child = spawn(process.execPath, args(source, out), { stdio: "ignore" });
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      const size = () => (existsSync(`${out}.part`) ? statSync(`${out}.part`).size : 0);
      while (child.exitCode === null && size() < past) await new Promise((resolve) => setTimeout(resolve, 2));
      if (child.exitCode === null) kills++;
      child.kill("SIGKILL");
      await ended;
    }
    expect(kills).toBeGreaterThan(0);
    // A line that a kill cut short in the middle of its writing.
    if (existsSync(`${out}.journal`)) writeFileSync(`${out}.journal`, '{"taken":9', { flag: "a" });
    if (!existsSync(out)) expect(run(source, out).stderr).toBe("");
    expect(readFileSync(out, "utf8")).toBe(readFileSync(whole, "utf8"));
    expect(readFileSync(`${out}.rejected.ndjson`, "utf8")).toBe(readFileSync(`${whole}.rejected.ndjson`, "utf8"));
  });

  it("refuses to go on with other notes, other options, or over a finished output", async () => {
    const out = file("other.ndjson");
    const child = spawn(process.execPath, args(source, out), { stdio: "ignore" });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    while (!existsSync(`${out}.part`) || statSync(`${out}.part`).size === 0)
      await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill("SIGKILL");
    await ended;
    writeFileSync(file("short.ndjson"), '{"id":"a","text":"Asthma."}\n');
    expect(run(file("short.ndjson"), out).stderr).toContain("batch.other-source");
    expect(run(source, whole).stderr).toContain("batch.exists");
    expect(run(source, file("out.csv")).stderr).toContain("batch.out");
  });

  it("reads a folder by name and writes Parquet with the same results", async () => {
    const notes = join(projectFolder(), "fixtures", "notes");
    const out = file("notes.parquet");
    expect(run(notes, out).stderr).toBe("");
    expect(run(notes, file("notes.ndjson")).status).toBe(0);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
    const names = readdirSync(notes).filter((name) => name.endsWith(".txt"));
    expect(rows.map((row) => row.id)).toEqual(names.sort());
    expect(rows.map((row) => JSON.stringify(row.result))).toEqual(lines(file("notes.ndjson")));
  });

  it.each([
    ["nothing", "", 0],
    ["blank lines", "\n\n", 0],
    ["one note", '{"id":"a","text":"Asthma."}', 1],
  ])("takes %s from standard input", (name, input, notes) => {
    const out = file(`${name}.ndjson`);
    const done = spawnSync(process.execPath, args("-", out), { input, encoding: "utf8" });
    expect(done.stderr).toBe("");
    expect(done.stdout).toContain(`${notes} notes`);
    expect(readFileSync(out, "utf8").split("\n").filter(Boolean)).toHaveLength(notes);
  });
});
