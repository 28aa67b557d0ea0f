import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Result } from "../result.js";

/** What a finished run holds, told from its files, so that it is the same after any number of starts. */
export type Summary = {
  readonly notes: number;
  readonly codes: number;
  /** Notes without a code. */
  readonly empty: number;
  readonly queries: number;
  /** Codes by system, most frequent first. */
  readonly bySystem: ReadonlyMap<string, readonly (readonly [string, number])[]>;
  /** Proposed codes by probability, ten bins. */
  readonly scores: readonly number[];
  /** Notes by how many codes they have; the last bin holds all above. */
  readonly codesANote: readonly number[];
  /** Notes set aside, by the code of the reason. */
  readonly rejected: ReadonlyMap<string, number>;
};

export async function summarise(
  part: string,
  rejectedPath: string,
  each: (result: Result, line: string) => void,
): Promise<Summary> {
  const systems = new Map<string, Map<string, number>>();
  const scores = new Array<number>(10).fill(0);
  const codesANote = new Array<number>(21).fill(0);
  let notes = 0;
  let codes = 0;
  let empty = 0;
  let queries = 0;
  for await (const line of createInterface({ input: createReadStream(part) })) {
    const result = JSON.parse(line) as Result;
    each(result, line);
    notes++;
    codes += result.suggestions.length;
    queries += result.queries.length;
    if (result.suggestions.length === 0) empty++;
    codesANote[Math.min(20, result.suggestions.length)]++;
    for (const { system, code, score } of result.suggestions) {
      const counts = systems.get(system) ?? new Map<string, number>();
      systems.set(system, counts);
      counts.set(code, (counts.get(code) ?? 0) + 1);
      scores[Math.min(9, Math.floor(score * 10))]++;
    }
  }
  const rejected = new Map<string, number>();
  for await (const line of createInterface({ input: createReadStream(rejectedPath) })) {
    const { code } = JSON.parse(line) as { code: string };
    rejected.set(code, (rejected.get(code) ?? 0) + 1);
  }
  const bySystem = new Map(
    [...systems].sort().map(([s, counts]) => [s, [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))]),
  );
  return { notes, codes, empty, queries, bySystem, scores, codesANote, rejected };
}

/** The end of a run, for a terminal. @param ms of work over all starts */
export function showSummary(s: Summary, ms: number, out: string): string {
  const aside = [...s.rejected.values()].reduce((a, b) => a + b, 0);
  const rate = ms === 0 ? "" : `, ${((s.notes + aside) / (ms / 1000)).toFixed(0)} notes/s`;
  return [
    `${s.notes} notes in ${out}: ${s.codes} codes, ${s.queries} questions, ${s.empty} notes without a code; ${(ms / 1000).toFixed(1)} s${rate}`,
    ...[...s.bySystem].map(
      ([system, codes]) =>
        `${system.padEnd(10)} ${codes
          .slice(0, 8)
          .map(([code, n]) => `${code} x${n}`)
          .join(", ")}${codes.length > 8 ? `, and ${codes.length - 8} others` : ""}`,
    ),
    ...(aside === 0
      ? []
      : [`${aside} set aside in ${out}.rejected.ndjson: ${[...s.rejected].map(([c, n]) => `${c} x${n}`).join(", ")}`]),
  ].join("\n");
}
