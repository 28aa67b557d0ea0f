import type { DataRule, RiskRule, VisitCode, VisitRules } from "../knowledge.js";
import type { Bodies, Cell } from "../types.js";
import type { Element } from "./elements.js";
import { type Counted, codeByMdm, levelsOf, rankOf, twoOfThree } from "./level.js";
import type { Problem } from "./problems.js";

type Tables = VisitRules["tables"];
type Change = Bodies["worksheet"]["changes"][number];
/** What a note holds for decision making. */
export type Found = {
  readonly problems: readonly Problem[];
  readonly data: readonly Element<DataRule>[];
  readonly risk: readonly Element<RiskRule>[];
};

export const countedOf = ({ problems, data, risk }: Found): Counted => ({
  problems: problems.map((p) => p.kind),
  data: data.map((d) => d.rule.counts),
  risk: risk.map((r) => r.rule.level),
});

/** The three cells, each with its level and what counts in it. */
export function cellsOf(found: Found, tables: Tables): { problems: Cell; data: Cell; risk: Cell } {
  const level = levelsOf(countedOf(found), tables);
  const element = (rule: string, { says, places }: { says: string; places: Cell["elements"][number]["places"] }) => ({
    rule,
    says,
    places,
  });
  return {
    problems: { level: level.problems, elements: found.problems.map((p) => element(p.rule, p)) },
    data: { level: level.data, elements: found.data.map((d) => element(d.rule.id, d)) },
    risk: {
      level: level.risk,
      elements: [...found.risk].sort((a, b) => b.rule.level - a.rule.level).map((r) => element(r.rule.id, r)),
    },
  };
}

/**
 * What one more element would raise and one less would lower, as far as the code changes.
 * @param chosen the code that stands now
 */
export function changesOf(
  found: Found,
  codes: readonly VisitCode[],
  chosen: VisitCode,
  byTime: VisitCode | null,
  minutes: number | null,
  tables: Tables,
): Change[] {
  const counted = countedOf(found);
  const best = (c: Counted): VisitCode | null => {
    const code = codeByMdm(codes, twoOfThree(levelsOf(c, tables)));
    return rankOf(code) >= rankOf(byTime) ? code : byTime;
  };
  const changes: Change[] = [];
  const tell = (direction: "raise" | "lower", cell: Change["cell"], says: string, code: VisitCode | null) => {
    const moved = rankOf(code) - rankOf(chosen);
    if (direction === "raise" ? moved <= 0 : moved >= 0) return;
    if (changes.some((c) => c.direction === direction && c.cell === cell && c.says === says)) return;
    changes.push({ direction, cell, says, code: code?.code ?? "" });
  };
  const seen = new Set<number>();
  for (const p of tables.problems) {
    if (seen.has(p.level)) continue;
    seen.add(p.level);
    tell("raise", "problems", p.says, best({ ...counted, problems: [...counted.problems, p.of[0]] }));
  }
  for (const s of [...tables.data.categories, ...tables.data.single])
    if (s.of[0]) tell("raise", "data", s.says, best({ ...counted, data: [...counted.data, s.of[0]] }));
  for (const r of tables.risk) tell("raise", "risk", r.says, best({ ...counted, risk: [...counted.risk, r.level] }));
  const without = <T>(list: readonly T[], i: number) => list.filter((_, j) => j !== i);
  const fewer = {
    problems: (i: number) => ({ ...counted, problems: without(counted.problems, i) }),
    data: (i: number) => ({ ...counted, data: without(counted.data, i) }),
    risk: (i: number) => ({ ...counted, risk: without(counted.risk, i) }),
  };
  for (const cell of ["problems", "data", "risk"] as const)
    found[cell].forEach((element, i) => {
      tell("lower", cell, element.says, best(fewer[cell](i)));
    });
  const next = codes
    .filter((c) => c.minutes !== undefined && rankOf(c) > rankOf(chosen))
    .sort((a, b) => (a.minutes ?? 0) - (b.minutes ?? 0))[0];
  if (next) tell("raise", "time", `${next.minutes} minutes`, next);
  if (minutes !== null && byTime === chosen)
    tell("lower", "time", `${minutes} minutes`, codeByMdm(codes, twoOfThree(levelsOf(counted, tables))));
  return changes;
}
