import type { VisitCode, VisitRules } from "../knowledge.js";

type Tables = VisitRules["tables"];
/** What decision making is levelled by: kinds of the problems, kinds of the data, and the levels of risk. */
export type Counted = {
  readonly problems: readonly string[];
  readonly data: readonly string[];
  readonly risk: readonly number[];
};

const countOf = (kinds: readonly string[], of: readonly string[]) => kinds.filter((k) => of.includes(k)).length;

/** 0 to 4. */
export const problemLevel = (kinds: readonly string[], { problems }: Tables) =>
  Math.max(0, ...problems.filter((p) => countOf(kinds, p.of) >= p.least).map((p) => p.level));

/** 1 to 4: nothing to look at is the lowest level, not none. */
export function dataLevel(kinds: readonly string[], { data }: Tables): number {
  const met = data.categories.filter((c) => countOf(kinds, c.of) >= c.least).length;
  const levels = [
    ...data.levels.filter((l) => met >= l.least),
    ...data.single.filter((s) => countOf(kinds, s.of) >= s.least),
  ];
  return Math.max(0, ...levels.map((l) => l.level));
}

export const riskLevel = (levels: readonly number[]) => Math.max(0, ...levels);

export const levelsOf = (counted: Counted, tables: Tables) => ({
  problems: problemLevel(counted.problems, tables),
  data: dataLevel(counted.data, tables),
  risk: riskLevel(counted.risk),
});

/** Two of the three must meet or exceed a level: the second highest. */
export const twoOfThree = (l: { problems: number; data: number; risk: number }) =>
  [l.problems, l.data, l.risk].sort((a, b) => b - a)[1];

/** The code of a level of decision making. */
export const codeByMdm = (codes: readonly VisitCode[], level: number): VisitCode | null =>
  codes.find((c) => c.mdm?.includes(level)) ?? null;

/** The code with the most minutes among those that the stated ones reach. */
export function codeByTime(codes: readonly VisitCode[], minutes: number): VisitCode | null {
  let best: VisitCode | null = null;
  for (const code of codes)
    if (code.minutes !== undefined && code.minutes <= minutes && code.minutes > (best?.minutes ?? -1)) best = code;
  return best;
}

/** How high a code stands among those of its family. */
export const rankOf = (code: VisitCode | null) => (code ? Math.max(...(code.mdm ?? [0]), 0) : -1);
