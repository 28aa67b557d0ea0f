import type { DataRule, Drug, RiskRule } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import type { Fact, Place } from "../types.js";
import type { Page, Spot } from "./spot.js";

/** One thing of the note that counts in a cell. */
export type Element<R> = { readonly rule: R; readonly says: string; readonly places: readonly Place[] };
/** A drug that is read as the patient's own now. */
export type Taken = { readonly mention: Fact<"mention">; readonly drug: Drug };

const TEST = "test";
const NOTE = "note";
const NARRATIVE = "narrative";
const READING = "interpretation";

/**
 * What counts for data: each test once, however often it is named; each outside note by its rule and sentence.
 * @param services codes that the practice reports itself: a test with its own reading there counts for nothing here
 */
export function dataOf(page: Page, services: ReadonlySet<string>): Element<DataRule>[] {
  const { data } = page.knowledge.visits;
  const reported = data.filter((r) => r.reported?.some((c) => services.has(c)));
  const ownReading = (spot: Spot) => reported.some((r) => page.says(r.terms ?? [], spot.within));
  return data.flatMap((rule) => {
    if (reported.includes(rule)) return [];
    let spots = page.found(rule);
    if (rule.counts === READING) spots = spots.filter((s) => !ownReading(s));
    if (rule.counts === TEST) spots = spots.filter((s) => current(s, page));
    if (spots.length === 0) return [];
    if (rule.counts !== NOTE) return [{ rule, says: rule.says, places: [spots[0].place] }];
    const sentences = new Map(spots.map((s) => [s.within.start, s.place]));
    return [...sentences.values()].map((place) => ({ rule, says: rule.says, places: [place] }));
  });
}

/** A narrative tells of old tests too: there a test counts where something says that it belongs to this visit. */
function current(spot: Spot, page: Page): boolean {
  const section = page.section(spot.place.start);
  const { sections, words } = page.knowledge.visits.tables.done;
  return section?.role !== NARRATIVE || sections.includes(section.is) || page.says(words, spot.within);
}

/** What counts for risk: words of the plan and drugs that it names. */
export function riskOf(page: Page, taken: readonly Taken[]): Element<RiskRule>[] {
  return page.knowledge.visits.risk.flatMap((rule) => {
    if (rule.drug) {
      const one = taken.find((t) => covers(rule, t.drug) && drugCounts(rule, t, page));
      return one ? [{ rule, says: rule.says, places: [one.mention.body.place] }] : [];
    }
    const [spot] = page.found(rule);
    return spot ? [{ rule, says: rule.says, places: [spot.place] }] : [];
  });
}

function covers(rule: RiskRule, { id, class: cls }: Drug): boolean {
  if (rule.notIds?.includes(id) || rule.notClasses?.includes(cls)) return false;
  const narrow = rule.ids || rule.classes;
  return !narrow || (rule.ids?.includes(id) ?? false) || (rule.classes?.includes(cls) ?? false);
}

function drugCounts(rule: RiskRule, { mention }: Taken, page: Page): boolean {
  const { start } = mention.body.place;
  const role = page.section(start)?.role ?? "";
  const within = page.sentence(start)?.body.place;
  if (!within || (rule.roles && !rule.roles.includes(role))) return false;
  if (rule.without && page.says(rule.without, within)) return false;
  return (rule.with ?? []).every((group) => page.says(group, within)) && !page.doubted(tokenAt(page.reading, start));
}
