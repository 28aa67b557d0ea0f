import { PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import { stage } from "../stage.js";
import type { Fact, FactId, Place, Role, Source } from "../types.js";

const self: Source = { type: "stage", id: "suggest" };
const ASSESSMENT = "assessment";
/** Places of the words that name a code; the same words once more help nobody. */
const MOST_NAMED = 6;
/** Sentences that show it looked after: what was taken, ordered or done for it under its heading. */
const MOST_CARE = 8;
const care = new Set(["drug", "dose", "service"]);

/** One suggestion a code and line: merged over mentions, ordered, with its role, and above or below the cut. */
export const suggest = stage({
  name: "suggest",
  reads: [
    "section",
    "sentence",
    "problem",
    "mention",
    "assertion",
    "relation",
    "candidate",
    "score",
    "ruling",
    "estimate",
  ],
  writes: ["suggestion"],
  run(see, write, encounter, knowledge) {
    const scores = new Map<FactId, Fact<"score">>();
    for (const s of see.of("score")) scores.set(s.body.candidate, s);
    let careOf: ReadonlyMap<FactId, Place[]> | undefined;
    const estimates = new Map<FactId, Fact<"estimate">>();
    for (const e of see.of("estimate")) estimates.set(e.body.candidate, e);
    const probabilityOf = (id: FactId) => estimates.get(id)?.body.probability ?? 0;
    const dropped = new Set<FactId>();
    const rulings = new Map<FactId, Fact<"ruling">[]>();
    for (const r of see.of("ruling")) {
      if (r.body.verdict === "drop") dropped.add(r.body.candidate);
      const list = rulings.get(r.body.candidate);
      if (list) list.push(r);
      else rulings.set(r.body.candidate, [r]);
    }
    const relations = new Map<FactId, Fact<"relation">[]>();
    for (const r of see.of("relation")) {
      const list = relations.get(r.body.of);
      if (list) list.push(r);
      else relations.set(r.body.of, [r]);
    }
    type Group = {
      best: Fact<"candidate">;
      probability: number;
      leads: boolean;
      members: Fact<"candidate">[];
      order: number;
    };
    const groups = new Map<string, Group>();
    // Runners-up stand only while a code that leads for the same words stands.
    const standing = new Set<FactId>();
    for (const c of see.of("candidate")) if (!c.body.runnerUp && !dropped.has(c.id)) standing.add(c.body.assertion);
    for (const candidate of see.of("candidate")) {
      const { code, runnerUp, line = "" } = candidate.body;
      const leads = !runnerUp;
      if (dropped.has(candidate.id) || !standing.has(candidate.body.assertion)) continue;
      const p = probabilityOf(candidate.id);
      const key = `${code.system}:${code.value}:${line}`;
      const group = groups.get(key);
      if (!group) groups.set(key, { best: candidate, probability: p, leads, members: [candidate], order: groups.size });
      else {
        if (leads === group.leads) group.members.push(candidate);
        else if (leads) group.members = [candidate];
        if ((leads && !group.leads) || (leads === group.leads && p > group.probability))
          Object.assign(group, { best: candidate, probability: p, leads });
      }
    }
    const cut = knowledge.ranking.cut;
    const judged = [...groups.values()].map((g) => ({ ...g, shown: g.leads && (g.probability >= cut || asked(g)) }));
    const lead = leadOf(judged);
    const ranked = judged.sort(
      (a, b) =>
        Number(b.shown) - Number(a.shown) ||
        Number(b === lead) - Number(a === lead) ||
        (a.shown ? sequence(a) - sequence(b) : 0) ||
        b.probability - a.probability ||
        a.order - b.order,
    );
    ranked.forEach((g, i) => {
      const { code } = g.best.body;
      const role = roleOf(g);
      const evidence = evidenceOf(g.members);
      const from: FactId[] = [
        ...g.members.flatMap((c) => [
          c.id,
          ...(estimates.has(c.id) ? [estimates.get(c.id)?.id as FactId] : []),
          ...(rulings.get(c.id) ?? []).map((r) => r.id),
        ]),
      ];
      write("suggestion", self, from, {
        code,
        rank: i + 1,
        probability: g.probability,
        evidence,
        role,
        shown: g.shown,
        candidate: g.best.id,
        ...(g.best.body.units === undefined ? {} : { units: g.best.body.units }),
      });
    });

    /** Whether a guideline asks for the code, so that the probability does not decide. */
    function asked(g: Group): boolean {
      return g.members.some((c) => (rulings.get(c.id) ?? []).some((r) => r.body.report));
    }
    /** 0 for what must lead, 2 for what may never lead, 1 for the rest and 3 for what was done. */
    function sequence(g: Group): number {
      if (g.best.body.code.system !== "icd-10-cm") return 3;
      const positions = g.members.flatMap((c) => rulings.get(c.id) ?? []).map((r) => r.body.position);
      return positions.includes("first") ? 0 : positions.includes("never-first") ? 2 : 1;
    }
    function roleOf(g: (typeof judged)[number]): Role {
      const { system } = g.best.body.code;
      if (system === "cpt") return visit(g.best) ? "visit" : "procedure";
      if (system !== "icd-10-cm") return "supply";
      if (g === lead) return encounter.setting === "inpatient" ? "principal" : "first-listed";
      return "secondary";
    }
    /**
     * The diagnosis that leads: one that must, otherwise the first that the assessment names in a heading, otherwise the
     * most probable (guidelines II, IV.G: the provider lists first what the encounter was chiefly for).
     */
    function leadOf(all: readonly (Group & { shown: boolean })[]): (Group & { shown: boolean }) | undefined {
      const able = all.filter((g) => g.shown && g.best.body.code.system === "icd-10-cm" && sequence(g) < 2);
      const must = able.filter((g) => sequence(g) === 0);
      const from = must.length > 0 ? must : able;
      const named = from.filter((g) => parts(g.best).first === 1);
      const place = (g: Group) => see.get(see.get(g.best.body.assertion).body.mention).body.place.start;
      return named.length > 0
        ? named.sort(
            (a, b) =>
              Number("replaced" in parts(b.best)) - Number("replaced" in parts(a.best)) ||
              place(a) - place(b) ||
              a.order - b.order,
          )[0]
        : from.sort((a, b) => b.probability - a.probability || a.order - b.order)[0];
    }
    function parts(candidate: Fact<"candidate">): Readonly<Record<string, number>> {
      return scores.get(candidate.id)?.body.parts ?? {};
    }
    function visit(candidate: Fact<"candidate">): boolean {
      const [cls, index] = see.get(see.get(candidate.body.assertion).body.mention).body.concept.split(":").map(Number);
      if (cls === PhraseClass.visit) return true;
      return cls === PhraseClass.service && knowledge.services[index].visit !== undefined;
    }
    /** Whether words of a related mention are among those that led to the code. */
    function says(related: Fact<"mention">, candidate: Fact<"candidate">): boolean {
      const meaning = meaningOf(related.body, knowledge);
      const stems =
        meaning.cls === PhraseClass.qualifier
          ? meaning.qualifier.words
          : meaning.cls === PhraseClass.anatomy
            ? [...meaning.anatomy.words, ...meaning.anatomy.wider.flat()]
            : meaning.cls === PhraseClass.concept
              ? meaning.concept.name
              : [];
      return stems.some((stem) => candidate.body.matched.includes(knowledge.lexicon.stemText(stem)));
    }
    /** Sentences with a drug, a dose or a service under each problem; looked up once, when first asked for. */
    function cared(): ReadonlyMap<FactId, Place[]> {
      if (careOf) return careOf;
      const found = new Map<FactId, Place[]>();
      const seen = new Set<FactId>();
      for (const { body } of see.of("mention")) {
        if (!care.has(body.kind) || seen.has(body.sentence) || meaningOf(body, knowledge).cls === PhraseClass.visit)
          continue;
        seen.add(body.sentence);
        const { problem, place } = see.get(body.sentence).body;
        if (problem === null) continue;
        const list = found.get(problem);
        if (list) list.push(place);
        else found.set(problem, [place]);
      }
      careOf = found;
      return found;
    }
    function evidenceOf(members: readonly Fact<"candidate">[]): Place[] {
      const places: Place[] = [];
      let most = MOST_NAMED;
      const add = (place: Place) => {
        if (
          places.length < most &&
          !places.some((p) => p.note === place.note && p.start === place.start && p.end === place.end)
        )
          places.push(place);
      };
      const byStrength = [...members].sort((a, b) => probabilityOf(b.id) - probabilityOf(a.id) || a.id - b.id);
      for (const candidate of byStrength) {
        const mention = see.get(see.get(candidate.body.assertion).body.mention);
        if (candidate.body.evidence) {
          for (const place of candidate.body.evidence) add(place);
          continue;
        }
        add(mention.body.place);
        for (const r of relations.get(mention.id) ?? [])
          if (r.body.role !== "without" && says(see.get(r.body.to), candidate)) add(see.get(r.body.to).body.place);
      }
      most = places.length + MOST_CARE;
      for (const candidate of byStrength) {
        const { sentence } = see.get(see.get(candidate.body.assertion).body.mention).body;
        const { problem } = see.get(sentence).body;
        if (problem !== null && see.get(see.get(sentence).body.section).body.role === ASSESSMENT)
          for (const place of cared().get(problem) ?? []) add(place);
      }
      return places.sort((a, b) => (a.note === b.note ? a.start - b.start || a.end - b.end : a.note < b.note ? -1 : 1));
    }
  },
});
