import { type Knowledge, PhraseClass, type ServiceRule } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import type { View } from "../stage.js";
import type { Fact, FactId } from "../types.js";
import type { Line } from "./units.js";

/** A service that a sentence says was done, with the lines that its own words lead to. */
export type Found = {
  readonly rule: ServiceRule;
  readonly assertion: Fact<"assertion">;
  readonly mention: Fact<"mention">;
  readonly lines: readonly Line[];
  /** Another code that it is reported by, beside others of the encounter. */
  readonly code?: string;
};

const isLive = ({ assertion: { body } }: Found) =>
  body.certainty === "present" && body.time === "current" && body.subject === "patient";

/**
 * What the services of an encounter make of each other: one of a kind comes first and the others are reported as further
 * ones, and what is given is counted by the services that give it.
 */
export function together(
  found: readonly Found[],
  see: View<"mention" | "assertion">,
  knowledge: Knowledge,
): readonly Found[] {
  const live = found.filter(isLive);
  if (!live.some((f) => f.rule.first || f.rule.per)) return found;
  return counted(oneFirst(found, live, see, knowledge), live);
}

function oneFirst(
  found: readonly Found[],
  live: readonly Found[],
  see: View<"mention" | "assertion">,
  knowledge: Knowledge,
): readonly Found[] {
  const ranked = live.filter((f) => f.rule.first);
  if (ranked.length === 0) return found;
  const rankOf = (f: Found) => f.rule.first?.rank ?? 0;
  const lowest = Math.min(...ranked.map(rankOf));
  const lead = ranked.find((f) => rankOf(f) === lowest) as Found;
  const drugs = drugsBySentence(see, knowledge);
  const drugsOf = (f: Found) => drugs.get(f.mention.body.sentence) ?? [];
  const known = new Set(drugsOf(lead));
  // Each other way of giving counts once for each drug; the same drug named again is not given again.
  const further = new Map<string, Set<string>>();
  const turned = new Map<Found, string>();
  const others = new Map<FactId, boolean>([[lead.mention.body.sentence, false]]);
  for (const f of ranked) {
    const code = f.rule.first?.further;
    const { sentence } = f.mention.body;
    let other = rankOf(f) > lowest;
    if (!other) {
      other = others.get(sentence) ?? drugsOf(f).some((d) => !known.has(d));
      others.set(sentence, other);
      if (other) for (const d of drugsOf(f)) known.add(d);
    }
    if (!other || code === undefined) continue;
    turned.set(f, code);
    const set = further.get(code) ?? new Set();
    for (const d of drugsOf(f)) set.add(d);
    further.set(code, set);
  }
  return found.map((f) => {
    const code = turned.get(f);
    if (code === undefined) return f;
    const units = further.get(code)?.size ?? 0;
    return { ...f, code, lines: units > 1 ? [{ units }] : f.lines };
  });
}

/** Drugs named in each sentence, by their codes. */
function drugsBySentence(see: View<"mention" | "assertion">, knowledge: Knowledge): Map<FactId, string[]> {
  const all = new Map<FactId, string[]>();
  for (const { body } of see.of("mention")) {
    if (body.kind !== "service") continue;
    const meaning = meaningOf(body, knowledge);
    if (meaning.cls !== PhraseClass.service || !meaning.service.dose) continue;
    const list = all.get(body.sentence);
    if (list) list.push(meaning.service.code);
    else all.set(body.sentence, [meaning.service.code]);
  }
  return all;
}

/** Gives each service that counts others its units, and takes those out that there are not enough to count for. */
function counted(found: readonly Found[], live: readonly Found[]): readonly Found[] {
  const groups = new Map<string, Map<string, number>>();
  for (const { rule, lines } of live) {
    if (!rule.group || lines.length === 0) continue;
    const group = groups.get(rule.group) ?? new Map();
    groups.set(rule.group, group.set(rule.code, rule.components ?? 1));
  }
  return found.flatMap((f) => {
    const { per } = f.rule;
    if (!per) return [f];
    const given = per.groups.flatMap((g) => [...(groups.get(g)?.values() ?? [])]);
    const total = per.of === "components" ? given.reduce((sum, n) => sum + n - 1, 0) : given.length - (per.after ?? 0);
    return total > 0 ? [{ ...f, lines: [{ units: total }] }] : [];
  });
}
