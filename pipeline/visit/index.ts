import type { Knowledge, TimedService } from "../knowledge.js";
import { stage } from "../stage.js";
import type { Bodies, FactId, Place } from "../types.js";
import { dataOf, riskOf } from "./elements.js";
import { readFacts } from "./facts.js";
import { codesFor, familiesOf, statusOf } from "./family.js";
import { codeByMdm, codeByTime, rankOf, twoOfThree } from "./level.js";
import { problemsOf } from "./problems.js";
import { type Firm, proposer } from "./propose.js";
import { Page } from "./spot.js";
import { type Minutes, minutesOf } from "./time.js";
import { cellsOf, changesOf } from "./worksheet.js";

type Also = Bodies["worksheet"]["also"][number];
const MOST_EVIDENCE = 2;

/** The level of the visit, by decision making and by time, and the services that are counted by their own minutes. */
export const visit = stage({
  name: "visit",
  reads: ["section", "sentence", "problem", "mention", "assertion", "relation", "candidate", "ruling"],
  writes: ["mention", "assertion", "worksheet", "candidate", "score"],
  run(see, write, encounter, knowledge) {
    const note = encounter.notes[0].id;
    const of = <T extends { body: { place: Place } }>(list: readonly T[]) =>
      list.filter((f) => f.body.place.note === note);
    const sections = of(see.of("section"));
    const sentences = of(see.of("sentence"));
    if (sentences.length === 0) return;
    const page = new Page(note, see.reading(note), sections, sentences, knowledge, encounter.date);
    const { named, taken, durations, services } = readFacts(see, note, knowledge);
    const times = minutesOf(durations, page, knowledge);
    const { main, beside } = familiesOf(page, encounter, services);
    const status = statusOf(page, encounter);
    const propose = proposer(see, write, page, knowledge);
    const also: Also[] = [];

    if (beside) {
      const code = codesFor(beside.family, status.status, encounter, page)[0];
      if (code) {
        also.push({ rule: beside.family.id, code: code.code, units: 1, minutes: 0, places: beside.places });
        const firm = code.status && status.status === "unknown" ? "visit.unknown" : "visit.family";
        propose(code, beside.family, [...beside.places, ...status.places], firm);
      }
    }
    const sheet = main && levelled();
    const timed = timedServices(times, page, sheet?.chosen ?? null, knowledge);
    for (const { rule, band, ...one } of timed) {
      also.push({ rule: rule.id, code: band.code, units: one.units, minutes: one.minutes, places: one.places });
      propose(band, rule, one.places, "visit.timed", one.units);
    }
    const body =
      sheet ?? (beside && also.length > 0 ? only(beside.family.id, beside.family.says, beside.places) : null);
    if (!body) return;
    const asks =
      status.status === "unknown" && (main ?? beside)?.family.codes.some((c) => c.status)
        ? { asks: knowledge.visits.tables.asks.status }
        : {};
    write("worksheet", { type: "rule", id: body.family }, [], { ...body, also, ...asks });

    function only(family: string, says: string, places: readonly Place[]): Bodies["worksheet"] {
      return {
        family,
        says,
        places,
        status: status.status,
        cells: null,
        time: null,
        levels: { mdm: null, time: null },
        codes: { mdm: null, time: null },
        chosen: null,
        by: null,
        modifiers: [],
        changes: [],
        also,
      };
    }

    function levelled(): Bodies["worksheet"] | null {
      if (!main) return null;
      const { family, places } = main;
      const codes = codesFor(family, status.status, encounter, page);
      if (codes.length === 0) return null;
      const found = {
        problems: problemsOf(named, page, (id) => see.get(id as FactId<"problem">).body, encounter, knowledge),
        data: dataOf(page, services),
        risk: riskOf(page, taken),
      };
      const { tables } = knowledge.visits;
      const byLevel = codes.some((c) => c.mdm);
      const assessed = found.problems.length > 0 || found.risk.length > 0;
      const cells = byLevel ? cellsOf(found, tables) : null;
      const mdm =
        cells && assessed
          ? twoOfThree({ problems: cells.problems.level, data: cells.data.level, risk: cells.risk.level })
          : null;
      const mdmCode = mdm === null ? null : codeByMdm(codes, mdm);
      const time = timeOf(family.clock, times, page, byLevel, beside !== null);
      const timeCode = codeByTime(codes, time?.minutes ?? 0);
      const byTime = timeCode && (time || timeCode.minutes === 0) ? timeCode : null;
      const chosen = byLevel ? (rankOf(mdmCode) >= rankOf(byTime) ? mdmCode : byTime) : byTime;
      if (!chosen) return null;
      const agree = mdmCode !== null && mdmCode === byTime;
      const by = !byLevel ? (time ? "time" : "family") : chosen === mdmCode ? "mdm" : "time";
      const modifiers = family.telehealth ? modifiersOf(page, knowledge) : { codes: [], places: [] };
      const unknown = status.status === "unknown" && chosen.status !== undefined;
      const firm: Firm = unknown ? "visit.unknown" : agree ? "visit.agree" : (`visit.${by}` as Firm);
      const elements = cells
        ? [cells.problems, cells.data, cells.risk].flatMap((c) =>
            c.elements.slice(0, MOST_EVIDENCE).map((e) => e.places[0]),
          )
        : [];
      const evidence = [...(time ? [time.place] : []), ...places, ...status.places, ...modifiers.places, ...elements];
      propose(chosen, family, evidence, firm, undefined, modifiers.codes);
      return {
        ...only(family.id, family.says, places),
        cells,
        time: time && { minutes: time.minutes, place: time.place },
        levels: { mdm, time: byTime && time ? codes.indexOf(byTime) + 1 : null },
        codes: { mdm: mdmCode?.code ?? null, time: byTime?.code ?? null },
        chosen: chosen.code,
        by,
        modifiers: modifiers.codes,
        changes: byLevel ? changesOf(found, codes, chosen, byTime, time?.minutes ?? null, tables) : [],
      };
    }
  },
});

/** The minutes that count for the visit: without what other services of the note take of them. */
function timeOf(
  clocks: readonly string[],
  times: readonly Minutes[],
  page: Page,
  levelled: boolean,
  beside: boolean,
): Minutes | null {
  const { apart, noTimeBeside } = page.knowledge.visits.tables;
  if (levelled && times.some((t) => noTimeBeside.includes(t.clock))) return null;
  const own = times.filter((t) => clocks.includes(t.clock));
  const best = own.reduce<Minutes | null>((a, t) => (a && a.minutes >= t.minutes ? a : t), null);
  if (!best) return null;
  const set = page.says(apart, best.within);
  if (beside && levelled && !set) return null;
  const taken = set
    ? 0
    : times
        .filter((t) => t.within.start === best.within.start && !clocks.includes(t.clock))
        .reduce((n, t) => n + t.minutes, 0);
  return { ...best, minutes: best.minutes - taken };
}

function timedServices(times: readonly Minutes[], page: Page, chosen: string | null, knowledge: Knowledge) {
  const medicare = page.says(knowledge.visits.tables.medicare);
  return knowledge.visits.timed.flatMap((rule: TimedService) => {
    if (rule.on && (chosen === null || !rule.on.includes(chosen))) return [];
    if (rule.visit !== undefined && rule.visit !== (chosen !== null)) return [];
    if (rule.medicare !== undefined && rule.medicare !== medicare) return [];
    const own = times.filter((t) => t.clock === rule.clock);
    const best = own.reduce<Minutes | null>((a, t) => (a && a.minutes >= t.minutes ? a : t), null);
    if (!best) return [];
    const { minutes, place } = best;
    return rule.bands
      .filter((b) => minutes >= b.from && (b.to === undefined || minutes <= b.to))
      .map((band) => ({
        rule,
        band,
        minutes,
        units: band.per ? 1 + Math.floor((minutes - band.from) / band.per) : 1,
        places: [place],
      }));
  });
}

function modifiersOf(page: Page, knowledge: Knowledge) {
  const said = knowledge.visits.modifiers.filter((m) => page.found(m).length > 0).at(-1);
  return said ? { codes: [said.modifier], places: [page.found(said)[0].place] } : { codes: [], places: [] };
}
