import type { CodeSet } from "../codesets/table.js";
import type { Rules } from "../schema.js";

/**
 * Rules that were written for one release, fitted to another: a code that is not there gives way to the nearest above it, and
 * what has none falls away.
 */
export function fitRules(rules: Rules, set: CodeSet): Rules {
  const billable = new Map(set.codes.map((line) => [line.c, line.b === 1]));
  const all = set.codes.map((line) => line.c);
  const near = (code: string): string | undefined => {
    let up = code.toUpperCase();
    while (up.length >= 3 && !billable.has(up)) up = up.slice(0, -1).replace(/\.$/, "");
    return up.length >= 3 ? up : undefined;
  };
  const kept = (code: string | undefined) => (code === undefined ? undefined : near(code));
  const list = (codes: readonly string[]) => [...new Set(codes.flatMap((c) => near(c) ?? []))];
  const here = (rule: { readonly code: string }) => near(rule.code) === rule.code;
  return {
    ...rules,
    concepts: rules.concepts.flatMap((entry) => {
      const code = list(typeof entry.code === "string" ? [entry.code] : entry.code);
      if (code.length === 0) return [];
      const { default: fallback, ...rest } = entry;
      const leaf = kept(fallback);
      return [{ ...rest, code, ...(leaf && billable.get(leaf) ? { default: leaf } : {}) }];
    }),
    drugs: rules.drugs.map((d) =>
      without({ ...d, treats: list(d.treats), longTerm: kept(d.longTerm), adverse: kept(d.adverse) }),
    ),
    drugClasses: rules.drugClasses.map((c) => without({ ...c, adverse: kept(c.adverse), given: kept(c.given) })),
    measures: rules.measures.map((m) => (m.ranges ? { ...m, ranges: m.ranges.filter(here) } : m)),
    history: {
      ...rules.history,
      personal: rules.history.personal.filter(here),
      family: rules.history.family.filter(here),
    },
    kinds: rules.kinds.map((k) => ({
      ...k,
      first: near(k.first) ?? all.find((c) => c >= k.first) ?? all[0],
      last: near(k.last) ?? all.findLast((c) => c.length === 3 && c <= k.last) ?? all[all.length - 1],
    })),
  };
}

const without = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;

type Days = { readonly from: string; readonly to: string };
/**
 * Rules are dated by the release that they were written for. Under another release the same ones hold, for want of its own:
 * what begins with the one begins with the other.
 */
export function redate(value: unknown, base: Days, release: Days): unknown {
  if (Array.isArray(value)) return value.map((v) => redate(v, base, release));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Map) return value;
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const days = inner as Partial<Days> | null;
    if (key === "effective" && typeof days?.from === "string") {
      const from = days.from === base.from && release.from < base.from ? release.from : days.from;
      const ends = days.to !== undefined && !(days.to >= base.to && release.to > base.to);
      out[key] = { from, ...(ends ? { to: days.to } : {}) };
    } else out[key] = redate(inner, base, release);
  }
  return out;
}
