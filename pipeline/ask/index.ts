import type { Knowledge, QueryRule } from "../knowledge.js";
import { stage } from "../stage.js";
import type { Bodies, FactId, Place, Source } from "../types.js";
import { type Found, finderOf } from "./indicators.js";

/** Questions to the provider: what rulings leave open, and what measurements and treatment point to but nobody named. */
export const ask = stage({
  name: "ask",
  reads: ["mention", "assertion", "candidate", "ruling"],
  writes: ["question"],
  run(see, write, encounter, knowledge) {
    const { codes, wording } = knowledge;
    const day = encounter.date < codes.effective.to ? encounter.date : codes.effective.to;
    const text = new Map(encounter.notes.map((n) => [n.id, n.text]));
    const find = finderOf(see, encounter, knowledge);
    const better = new Set<string>();

    for (const rule of knowledge.queries) {
      if (!applies(rule, day)) continue;
      const each = rule.find.map((indicator) => find(indicator, "given"));
      if (each.some((list) => list.length === 0)) continue;
      const found: Found[] = each.flat();
      if (rule.unless.some((indicator) => find(indicator, "said").length > 0)) continue;
      const places = distinct(found.map((f) => f.place));
      const about = found.find((f) => f.candidate !== undefined)?.candidate;
      const quotes = places.map(
        ({ note, start, end }) => `"${text.get(note)?.slice(start, end).replace(/\s+/g, " ")}"`,
      );
      const from = [...new Set(found.flatMap((f) => (f.fact === null ? [] : [f.fact])))];
      put(rule.id, from, {
        text: `${wording.given} ${quotes.join(", ")}. ${rule.asks}`,
        options: [...rule.options, ...wording.offered],
        places,
        ...(about === undefined ? {} : { about }),
      });
      for (const id of rule.replaces ?? []) better.add(id);
    }

    const rules = rulesById(knowledge);
    for (const ruling of see.of("ruling")) {
      const { verdict, says, asks = says, candidate } = ruling.body;
      if (verdict !== "query" || better.has(ruling.by.id)) continue;
      const { place } = see.get(see.get(see.get(candidate).body.assertion).body.mention).body;
      put(ruling.by.id, [ruling.id], {
        text: asks,
        options: [...(rules.get(ruling.by.id) ?? []), ...wording.offered],
        places: [place],
        about: candidate,
      });
    }

    function put(id: string, from: readonly FactId[], body: Bodies["question"]): void {
      const by: Source = { type: "rule", id };
      write("question", by, from, body);
    }
    function applies({ effective: { from, to }, setting, age }: QueryRule, date: string): boolean {
      const years = encounter.patient.age;
      return (
        from <= date &&
        (to === undefined || date <= to) &&
        (!setting || setting.includes(encounter.setting)) &&
        // Where the age is not known, a rule for adults or children is held back.
        (!age || (years !== undefined && years >= (age.min ?? 0) && years <= (age.max ?? Infinity)))
      );
    }
  },
});

const tables = new WeakMap<Knowledge, ReadonlyMap<string, readonly string[]>>();
/** The answers that a guideline's question brings, by rule. */
function rulesById(knowledge: Knowledge): ReadonlyMap<string, readonly string[]> {
  let found = tables.get(knowledge);
  if (!found) {
    found = new Map(knowledge.guidelines.flatMap((r) => (r.then.options ? [[r.id, r.then.options] as const] : [])));
    tables.set(knowledge, found);
  }
  return found;
}

function distinct(places: readonly Place[]): Place[] {
  const seen = new Set<string>();
  return places.filter(({ note, start, end }) => {
    const key = `${note}:${start}:${end}`;
    return !seen.has(key) && seen.add(key);
  });
}
