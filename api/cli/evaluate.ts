import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Models } from "../../pipeline/models.js";
import type { Span } from "../../pipeline/types.js";
import { toEncounter } from "../encounter.js";
import { InputError } from "../errors.js";
import { type Result, suggestWith, toResult } from "../result.js";
import { readNote } from "./files.js";

type GoldCode = { system: string; code: string; evidence?: Span[] };
type GoldLine = {
  id: string;
  text?: string;
  file?: string;
  setting?: string;
  serviceDate?: string;
  dischargeDate?: string;
  patient?: object;
  gold: GoldCode[] | null;
};
type Counts = { tp: number; fp: number; fn: number };

const key = (c: { system: string; code: string }) => `${c.system}:${c.code}`;
const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);
const three = (x: number) => x.toFixed(3);
function prf({ tp, fp, fn }: Counts): string {
  const p = ratio(tp, tp + fp);
  const r = ratio(tp, tp + fn);
  return `precision ${three(p)}  recall ${three(r)}  F1 ${three(ratio(2 * p * r, p + r))}  (${tp} right, ${fp} too many, ${fn} missed)`;
}

/** Precision, recall and F1 for each system, average precision, evidence overlap, calibration, and the commonest errors. */
export async function evaluate(
  path: string,
  knowledge: Knowledge,
  models: Models,
  today: string,
  worst: number,
): Promise<string> {
  const lines = readGold(path);
  const bySystem = new Map<string, Counts>();
  const missed = new Map<string, number>();
  const extra = new Map<string, number>();
  const bins = Array.from({ length: 10 }, () => ({ n: 0, right: 0, sum: 0 }));
  let ap = 0;
  let notes = 0;
  let matched = 0;
  let overlapping = 0;
  let first = 0;
  for (const line of lines) {
    if (!line.gold) continue;
    notes++;
    const { gold, file, ...rest } = line;
    const text = line.text ?? (await readNote(join(dirname(path), file ?? ""))).text;
    const input = { id: rest.id, text, ...pick(rest) };
    const { encounter } = toEncounter(input, knowledge, today);
    const result: Result = toResult(await suggestWith(encounter, knowledge, models), encounter, []);
    const systems = new Set(gold.map((g) => g.system));
    const proposed = result.suggestions.filter((s) => systems.has(s.system));
    const wanted = new Map(gold.map((g) => [key(g), g]));
    const got = new Set(proposed.map(key));
    for (const s of proposed) {
      const counts = countsOf(bySystem, s.system);
      const right = wanted.has(key(s));
      if (right) counts.tp++;
      else {
        counts.fp++;
        extra.set(key(s), (extra.get(key(s)) ?? 0) + 1);
      }
    }
    for (const s of [...result.suggestions, ...result.alternatives]) {
      if (!systems.has(s.system)) continue;
      const bin = bins[Math.min(9, Math.floor(s.score * 10))];
      bin.n++;
      bin.sum += s.score;
      if (wanted.has(key(s))) bin.right++;
    }
    for (const g of gold)
      if (!got.has(key(g))) {
        countsOf(bySystem, g.system).fn++;
        missed.set(key(g), (missed.get(key(g)) ?? 0) + 1);
      }
    const leadGold = gold.find((g) => g.system === "icd-10-cm");
    const lead = result.suggestions.find((s) => s.role === "first-listed" || s.role === "principal");
    if (leadGold && lead && key(leadGold) === key(lead)) first++;
    const ranked = [...result.suggestions, ...result.alternatives].filter((s) => systems.has(s.system)).map(key);
    let hit = 0;
    let sum = 0;
    ranked.forEach((k, i) => {
      if (wanted.has(k)) sum += ++hit / (i + 1);
    });
    ap += ratio(sum, wanted.size);
    for (const s of proposed) {
      const g = wanted.get(key(s));
      if (!g?.evidence?.length) continue;
      matched++;
      if (s.evidence.some((e) => g.evidence?.some((w) => e.start < w.end && w.start < e.end))) overlapping++;
    }
  }
  const total = bins.reduce((n, b) => n + b.n, 0);
  const ece = bins.reduce((e, b) => e + (b.n === 0 ? 0 : (b.n / total) * Math.abs(b.right / b.n - b.sum / b.n)), 0);
  const out = [`${notes} notes`];
  for (const [system, counts] of [...bySystem].sort()) out.push(`${system.padEnd(10)} ${prf(counts)}`);
  out.push(
    `average precision ${three(ratio(ap, notes))}`,
    `first-listed right ${three(ratio(first, notes))}`,
    `evidence overlaps ${three(ratio(overlapping, matched))} of ${matched} matched codes that have gold evidence`,
    `expected calibration error ${three(ece)}`,
    ...bins.map(
      (b, i) =>
        `  ${(i / 10).toFixed(1)}-${((i + 1) / 10).toFixed(1)}  ${String(b.n).padStart(5)} codes  said ${three(ratio(b.sum, b.n))}  right ${three(ratio(b.right, b.n))}`,
    ),
    `most missed: ${top(missed, worst)}`,
    `most superfluous: ${top(extra, worst)}`,
  );
  return out.join("\n");
}

function readGold(path: string): GoldLine[] {
  let raw: Buffer;
  try {
    raw = readFileSync(path);
  } catch {
    throw new InputError("file.unreadable", "Cannot read the gold file. Check its name and rights.", path);
  }
  const text = (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString("utf8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line, i) => {
      try {
        return JSON.parse(line) as GoldLine;
      } catch {
        throw new InputError("line.not-json", "A line of the gold file is not JSON.", `${path}:${i + 1}`);
      }
    });
}

function pick(line: Omit<GoldLine, "gold" | "file">): object {
  const out: Record<string, unknown> = {};
  for (const name of ["setting", "serviceDate", "dischargeDate", "patient"] as const)
    if (line[name] !== undefined) out[name] = line[name];
  return out;
}

function countsOf(map: Map<string, Counts>, system: string): Counts {
  let counts = map.get(system);
  if (!counts) {
    counts = { tp: 0, fp: 0, fn: 0 };
    map.set(system, counts);
  }
  return counts;
}

const top = (map: ReadonlyMap<string, number>, n: number) =>
  [...map]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, n)
    .map(([k, v]) => (v > 1 ? `${k} x${v}` : k))
    .join(", ");
