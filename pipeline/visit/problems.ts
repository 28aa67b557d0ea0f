import type { Knowledge, ProblemRule } from "../knowledge.js";
import type { Bodies, Encounter, Fact, Place, Span } from "../types.js";
import type { Page } from "./spot.js";

export type Problem = {
  readonly kind: string;
  readonly rule: string;
  readonly says: string;
  readonly places: readonly Place[];
};
/** A condition that is read as the patient's own, with the code that leads for it. */
export type Named = {
  readonly mention: Fact<"mention">;
  readonly certainty: Bodies["assertion"]["certainty"];
  readonly code: string;
  readonly related: boolean;
  /** Said to be over. */
  readonly over: boolean;
};

const DIAGNOSIS = new Set(["condition", "injury"]);
const SYMPTOM = "finding";
/** A name so near the beginning of a sentence is what the sentence is about, in UTF-16 units. */
const LEADS = 24;
/** Roles of sections in which problems are addressed; the first that names one decides. */
const ADDRESSED = [
  { roles: ["assessment"], over: false },
  { roles: ["plan"], over: false },
  // What an assessment says to be over is all that was looked at: a problem that has run its course.
  { roles: ["assessment"], over: true },
  { roles: ["reason", "narrative"], over: false },
] as const;
const DECIDING = new Set<string>(["assessment", "plan"]);
const RUN_ITS_COURSE = "minor";

type Item = { readonly named: Named; readonly sentence: Span; readonly block: number; readonly heading: boolean };

/** The problems that a note addresses, each with its kind. @param problemOf the place and heading of a problem fact */
export function problemsOf(
  all: readonly Named[],
  page: Page,
  problemOf: (id: number) => Bodies["problem"],
  encounter: Encounter,
  knowledge: Knowledge,
): Problem[] {
  const { notAddressed } = knowledge.visits.tables;
  for (const { roles, over } of ADDRESSED) {
    const items: Item[] = [];
    for (const named of all) {
      if (named.over !== over) continue;
      const { start } = named.mention.body.place;
      const section = page.section(start);
      const sentence = page.sentence(start);
      if (
        !section ||
        !sentence ||
        !(roles as readonly string[]).includes(section.role) ||
        notAddressed.includes(section.is)
      )
        continue;
      const problem = sentence.body.problem === null ? null : problemOf(sentence.body.problem);
      const heading = problem !== null && start >= problem.heading.start && start < problem.heading.end;
      items.push({ named, sentence: sentence.body.place, block: sentence.body.problem ?? -1 - sentence.id, heading });
    }
    const found = addressed(items, roles[0] === "assessment");
    if (found.length > 0 && over) return found.flatMap((item) => ended(item, knowledge));
    if (found.length > 0) return kindsOf(found, page, encounter, knowledge, problemOf);
  }
  return [];
}

/** Of what blocks name, the diagnoses that head them or a sentence of theirs; symptoms where a block has no diagnosis. */
function addressed(items: readonly Item[], strict: boolean): Item[] {
  const blocks = new Map<number, Item[]>();
  for (const item of items) {
    const list = blocks.get(item.block);
    if (list) list.push(item);
    else blocks.set(item.block, [item]);
  }
  const found: Item[] = [];
  const seen = new Set<string>();
  for (const block of blocks.values()) {
    const leads = (i: Item) => i.heading || i.named.mention.body.place.start - i.sentence.start <= LEADS;
    const is = (kinds: (kind: string) => boolean) => block.filter((i) => kinds(i.named.mention.body.kind));
    const diagnoses = is((k) => DIAGNOSIS.has(k));
    const headed = diagnoses.filter(leads);
    const symptoms = is((k) => k === SYMPTOM);
    const chosen = headed.length > 0 ? headed : symptoms.filter(leads).slice(0, 1);
    const kept = chosen.length > 0 ? chosen : strict ? [...diagnoses, ...symptoms].slice(0, 1) : diagnoses.slice(0, 1);
    kept.forEach((item, i) => {
      if (i > 0 && item.named.related) return;
      const key = item.named.code.slice(0, 3);
      if (seen.has(key)) return;
      seen.add(key);
      found.push(item);
    });
  }
  return found;
}

function kindsOf(
  items: readonly Item[],
  page: Page,
  encounter: Encounter,
  knowledge: Knowledge,
  problemOf: (id: number) => Bodies["problem"],
): Problem[] {
  const { problems: rules } = knowledge.visits;
  return items.flatMap((item, i) => {
    const first = longest(rules, item.named.code);
    if (!first) return [];
    const { place } = item.named.mention.body;
    const next = items[i + 1];
    const same = items.filter((o) => o.block === item.block);
    const stretch = same.length === 1 && item.block >= 0 ? problemOf(item.block).place : own(item, same, next);
    let problem: Problem = { kind: first.makes, rule: first.id, says: first.says, places: [place] };
    for (const rule of rules) {
      if (!rule.of?.includes(problem.kind) || rule.makes === problem.kind) continue;
      if (rule.setting && !rule.setting.includes(encounter.setting)) continue;
      if (rule.code && !rule.code.some((prefix) => item.named.code.startsWith(prefix))) continue;
      const spot = page
        .found(rule)
        .find((s) => rule.anywhere || inside(s.place, stretch) || (items.length === 1 && addressing(s.place, page)));
      if (spot) problem = { kind: rule.makes, rule: rule.id, says: rule.says, places: [place, spot.place] };
    }
    return [problem];
  });
}

/** The one problem of a note is what its assessment and plan speak of. */
const addressing = ({ start }: Place, page: Page) => DECIDING.has(page.section(start)?.role ?? "");
/** A problem that is over counts by the rule that says so. */
function ended(item: Item, { visits }: Knowledge): Problem[] {
  const rule = visits.problems.find((r) => r.of && r.makes === RUN_ITS_COURSE);
  const places = [item.named.mention.body.place];
  return rule ? [{ kind: rule.makes, rule: rule.id, says: rule.says, places }] : [];
}
const inside = (p: Span, s: Span) => p.start >= s.start && p.end <= s.end;

/** From a problem's own sentence, or its name where a sentence names several, to where the next begins. */
function own(item: Item, same: readonly Item[], next: Item | undefined): Span {
  const { start } = item.named.mention.body.place;
  const alone = same.filter((o) => o.sentence.start === item.sentence.start);
  const shared = alone.length > 1;
  const from = shared && alone[0] !== item ? start : item.sentence.start;
  if (shared && alone.at(-1) !== item) {
    const after = alone[alone.indexOf(item) + 1].named.mention.body.place.start;
    return { start: from, end: after };
  }
  const end = next && next.block === item.block ? next.sentence.start : item.sentence.end;
  return { start: from, end: Math.max(end, item.sentence.end) };
}

/** The rule with the longest beginning of a code among those that code alone decides. */
function longest(rules: readonly ProblemRule[], code: string): ProblemRule | null {
  let best: ProblemRule | null = null;
  let length = 0;
  for (const rule of rules) {
    if (rule.of) continue;
    for (const prefix of rule.code ?? [])
      if (prefix.length > length && code.startsWith(prefix)) {
        best = rule;
        length = prefix.length;
      }
  }
  return best;
}
