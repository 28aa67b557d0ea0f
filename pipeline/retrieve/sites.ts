import { type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf, tokenAt } from "../mention.js";
import { type Reading, TokenKind } from "../text/index.js";
import type { Fact, FactId } from "../types.js";

const LATERALITY = "laterality";
const joins = new Set(["and", "or", "&", "/", ","]);
const light = new Set(["of", "to", "in", "on", "at", "over", "as", "well"]);

/**
 * One mention, several places: "sprain of the right wrist and left ankle" is coded twice. The relations are dealt out,
 * one place a share; a side belongs to the place that it stands before, and carries on to later places without a side.
 * @returns the shares in order of the note, or null when there are not several places in a list
 */
export function sharesBySite(
  relations: readonly Fact<"relation">[],
  reading: Reading,
  get: (id: FactId<"mention">) => Fact<"mention">,
  knowledge: Knowledge,
): Fact<"relation">[][] | null {
  let count = 0;
  for (const r of relations) if (isSite(r)) count++;
  if (count < 2) return null;
  const at = (r: Fact<"relation">) => get(r.body.to).body.place;
  const sites = relations.filter(isSite).sort((a, b) => at(a).start - at(b).start);
  const sides = relations.filter((r) => r.by.id !== ELSEWHERE && r.body.role === "qualifier" && isSide(get(r.body.to)));
  const groups: Fact<"relation">[][] = [];
  let listed = false;
  for (const site of sites) {
    const last = groups.at(-1);
    if (!last) groups.push([site]);
    else if (inList(at(last[last.length - 1]).end, at(site).start)) {
      listed = true;
      groups.push([site]);
    } else last.push(site);
  }
  if (!listed) return null;
  const rest = relations.filter((r) => !sites.includes(r) && !sides.includes(r));
  let carried: Fact<"relation">[] = [];
  let from = -1;
  return groups.map((group, i) => {
    const start = at(group[0]).start;
    const { end } = at(group[group.length - 1]);
    const until = i + 1 < groups.length ? at(groups[i + 1][0]).start : Number.POSITIVE_INFINITY;
    const before = sides.filter((s) => at(s).start >= from && at(s).start <= start);
    // "wrist, right, and ankle, left": behind its place, unless the next place follows at once.
    const behind = sides.filter((s) => at(s).start >= end && at(s).start < until && !leadsOn(at(s).end, until));
    const own = before.length > 0 ? before : behind;
    if (own.length > 0) carried = own;
    from = end;
    return [...rest, ...group, ...carried];
  });

  function isSide(m: Fact<"mention">): boolean {
    const meaning = meaningOf(m.body, knowledge);
    return meaning.cls === PhraseClass.qualifier && knowledge.axes[meaning.qualifier.axis].id === LATERALITY;
  }
  /** Nothing but joiners, articles and sides between two places, and a joiner among them. */
  function inList(end: number, start: number): boolean {
    let joined = false;
    for (let i = tokenAt(reading, end); i < reading.count && reading.start[i] < start; i++) {
      if (reading.kind[i] === TokenKind.passed || light.has(reading.norm[i])) continue;
      if (joins.has(reading.norm[i])) joined = true;
      else if (!sides.some((s) => at(s).start <= reading.start[i] && reading.end[i] <= at(s).end)) return false;
    }
    return joined;
  }
  function leadsOn(end: number, start: number): boolean {
    if (!Number.isFinite(start)) return false;
    for (let i = tokenAt(reading, end); i < reading.count && reading.start[i] < start; i++)
      if (reading.kind[i] !== TokenKind.passed) return false;
    return true;
  }
}

const ELSEWHERE = "relate.elsewhere";
const isSite = (r: Fact<"relation">) => r.body.role === "site" && r.by.id !== ELSEWHERE;
