import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../api/errors.js";
import { noModels } from "../../pipeline/models.js";
import { withSite } from "./apply.js";
import { install, readCurrent, type SiteVersion, use } from "./file.js";
import { correct, fitWith, type Row } from "./fit.js";
import { lacking, learn } from "./learn.js";

/** Numbers 0 to 1 that are the same every time. */
function chances(seed: number): () => number {
  let x = seed;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 2 ** 32;
  };
}

/** Made-up decisions of a site whose coders answer with the given slope, shift and weight of findings. */
function rowsOf(n: number, slope: number, shift: number, finding: number): Row[] {
  const next = chances(7);
  return Array.from({ length: n }, (_, i) => {
    const z = next() * 6 - 3;
    const isFinding = next() < 0.4;
    const parts = { fit: 1, ...(isFinding ? { "kind.finding": 1 } : { "kind.condition": 1 }) };
    const p = 1 / (1 + Math.exp(-(slope * z + shift + (isFinding ? finding : 0))));
    return { encounter: `e${i >> 2}`, parts, estimate: 1 / (1 + Math.exp(-z)), accepted: next() < p };
  });
}
const reject = rowsOf(4000, 1, 0, -2);
const same = rowsOf(4000, 1, 0, 0);

describe("fit", () => {
  it("finds the slope and weights that rows were made with", () => {
    const { slope, shift, weights } = fitWith(rowsOf(20_000, 0.7, 0.5, -1.5), 1);
    expect(slope).toBeCloseTo(0.7, 1);
    expect(weights["kind.finding"] - weights["kind.condition"]).toBeCloseTo(-1.5, 0);
    expect(shift + weights.fit + weights["kind.condition"]).toBeCloseTo(0.5, 0);
  });
  it("draws weights to nothing under a hard penalty", () => {
    const { weights } = fitWith(reject, 1e9);
    expect(Object.values(weights)).toEqual([]);
  });
  it("never raises a code less probable than any that was decided", () => {
    const correction = { slope: 1, shift: 2, weights: {}, lowest: 0.4 };
    expect(correct(correction, { parts: {}, estimate: 0.3 })).toBe(0.3);
    expect(correct(correction, { parts: {}, estimate: 0.5 })).toBeGreaterThan(0.8);
  });
});

describe("learn", () => {
  it("lowers a kind that coders reject, with less loss on what was held out", () => {
    const { correction, before, after, better } = learn(reject, 0.4);
    const finding = { parts: { fit: 1, "kind.finding": 1 }, estimate: 0.6 };
    expect(correct(correction, finding)).toBeLessThan(0.3);
    expect(after.logLoss).toBeLessThan(before.logLoss);
    expect(after.calibrationError).toBeLessThan(before.calibrationError);
    expect(better).toBe(true);
  });
  it("is not better where coders agree with the ranker", () => {
    expect(learn(same, 0.4).better).toBe(false);
  });
  it("gives the same bytes for the same rows", () => {
    expect(JSON.stringify(learn(reject, 0.4))).toBe(JSON.stringify(learn(structuredClone(reject), 0.4)));
  });
  it.each<[string, readonly Row[], string | undefined]>([
    ["enough", same, undefined],
    ["too few", same.slice(0, 199), "decisions.too-few"],
    ["too few held out", same.map((r) => ({ ...r, encounter: "one" })), "decisions.too-few"],
    ["none rejected", same.map((r) => ({ ...r, accepted: true })), "decisions.one-sided"],
  ])("asks for enough decisions: %s", (_name, rows, code) => {
    // "one" is not among the held-out encounters.
    expect(lacking(rows)?.code).toBe(code);
  });
});

describe("versions of a site", () => {
  const base = { id: "ranker-1", sha256: "a" };
  const { correction, penalty, counts, before, after, gain } = learn(reject, 0.4);
  const content: Omit<SiteVersion, "id"> = {
    base,
    decisions: "d",
    knowledge: "k",
    penalty,
    correction,
    counts,
    before,
    after,
    gain,
  };
  const fresh = () => mkdtempSync(join(tmpdir(), "citecode-site-"));
  const ranker = { ...noModels, versions: { ranker: "ranker-1" }, reports: async () => [0.6] };
  const code = { system: "icd-10-cm" as const, value: "R05.9", release: "FY2026" };
  const judged = [{ parts: { fit: 1, "kind.finding": 1 }, code }];
  const withFolder = async (folder: string, other = base) => {
    const warnings: string[] = [];
    const models = withSite(ranker, folder, other, (w) => warnings.push(w));
    return { ranker: models.versions.ranker, p: (await models.reports?.(judged))?.[0], warnings: warnings.length };
  };
  const low = correct(correction, { parts: judged[0].parts, estimate: 0.6 });

  it("are kept, put in use and taken out of use", async () => {
    const folder = fresh();
    expect(await withFolder(folder)).toEqual({ ranker: "ranker-1", p: 0.6, warnings: 0 });
    install(folder, content);
    install(folder, content);
    expect(await withFolder(folder)).toEqual({ ranker: "ranker-1+site-2", p: low, warnings: 0 });
    use(folder, "site-1");
    expect((await withFolder(folder)).ranker).toBe("ranker-1+site-1");
    use(folder, "none");
    expect((await withFolder(folder)).ranker).toBe("ranker-1");
    expect(readdirSync(folder).sort()).toEqual(["current.json", "ranker-site-1.json", "ranker-site-2.json"]);
  });
  it("of another ranker are ignored with a warning", async () => {
    const folder = fresh();
    install(folder, content);
    expect(await withFolder(folder, { ...base, sha256: "b" })).toEqual({ ranker: "ranker-1", p: 0.6, warnings: 1 });
  });
  it("are the same bytes for the same content", () => {
    const [one, other] = [fresh(), fresh()];
    for (const folder of [one, other]) install(folder, content);
    for (const file of readdirSync(one))
      expect(readFileSync(join(one, file), "utf8")).toBe(readFileSync(join(other, file), "utf8"));
  });
  it.each<[string, (folder: string) => void, string]>([
    [
      "changed",
      (f) => writeFileSync(join(f, "ranker-site-1.json"), JSON.stringify({ id: "site-1", ...content })),
      "site.changed",
    ],
    ["damaged", (f) => writeFileSync(join(f, "ranker-site-1.json"), "{"), "site.damaged"],
    ["missing", (f) => writeFileSync(join(f, "current.json"), '{"use":"site-9"}'), "site.unknown"],
    ["a path", (f) => writeFileSync(join(f, "current.json"), '{"use":"../x"}'), "site.unknown"],
  ])("are refused when %s", (_name, spoil, wanted) => {
    const folder = fresh();
    install(folder, content);
    spoil(folder);
    expect(() => readCurrent(folder)).toThrow(InputError);
    expect(() => readCurrent(folder)).toThrow(expect.objectContaining({ code: wanted }));
  });
});
