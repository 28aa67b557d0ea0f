import { type Choice, type Condition, type GuidelineRule, type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import { probability } from "../probability.js";
import { stage } from "../stage.js";
import type { Bodies, Code, Fact, FactId, Place, Source } from "../types.js";
import { compileCondition, coverOf, pairs, placesOf, type Scene, type Subject, type Test } from "./operators.js";

type Compiled = {
  readonly rule: GuidelineRule;
  readonly holds: Test;
  readonly choices: readonly { readonly code: string; readonly holds: Test | null }[];
};
/** Rules that a code can fall under at all: those that judge it alone, and those that ask how it stands to another. */
type Ruleset = { readonly alone: readonly Compiled[]; readonly paired: readonly Compiled[] };

/** Rules that make candidates come first, then those that shield, then those that judge. */
const order = { replace: 0, add: 1, keep: 2, drop: 3, query: 4, warn: 5, sequence: 6 } as const;
const rulesets = new WeakMap<Knowledge, (code: Code, position: number) => Ruleset>();

/** Of all rules, only those whose conditions on the code hold are asked; settled once for each code that is met. */
function rulesFor(knowledge: Knowledge): (code: Code, position: number) => Ruleset {
  let find = rulesets.get(knowledge);
  if (!find) {
    const all = knowledge.guidelines
      .map((rule) => ({
        rule,
        holds: compileCondition(rule.when, knowledge),
        choices: choicesOf(rule.then.code).map((c) => ({
          code: c.code,
          holds: c.when ? compileCondition(c.when, knowledge) : null,
        })),
        covers: coverOf(rule.when, knowledge),
        pair: asksPair(rule.when),
      }))
      .sort((a, b) => order[a.rule.then.verdict] - order[b.rule.then.verdict]);
    const known = new Map<string, Ruleset>();
    find = (code, position) => {
      const key = `${code.system}:${code.value}`;
      let found = known.get(key);
      if (!found) {
        const mine = all.filter((r) => r.covers(code, position));
        found = { alone: mine.filter((r) => !r.pair), paired: mine.filter((r) => r.pair) };
        known.set(key, found);
      }
      return found;
    };
    rulesets.set(knowledge, find);
  }
  return find;
}

function asksPair(condition: Condition): boolean {
  if ("pair" in condition) return true;
  if ("all" in condition) return condition.all.some(asksPair);
  if ("any" in condition) return condition.any.some(asksPair);
  return "not" in condition && asksPair(condition.not);
}

const choicesOf = (code: string | readonly Choice[] | undefined): readonly Choice[] =>
  code === undefined ? [] : typeof code === "string" ? [{ code }] : code;

/** Applies the rules in force to each candidate; every effect is a ruling that names its rule. */
export const guideline = stage({
  name: "guideline",
  reads: ["section", "sentence", "problem", "mention", "assertion", "relation", "candidate", "score"],
  writes: ["candidate", "score", "ruling"],
  run(see, write, encounter, knowledge) {
    const date = encounter.date < knowledge.codes.effective.to ? encounter.date : knowledge.codes.effective.to;
    const rulesOf = rulesFor(knowledge);
    const inForce = ({ effective: { from, to } }: GuidelineRule) => from <= date && (to === undefined || date <= to);
    const scores = new Map<FactId, Fact<"score">>();
    for (const s of see.of("score")) scores.set(s.body.candidate, s);
    const byMention = new Map<FactId, Subject>();
    const relations = new Map<FactId, Fact<"relation">[]>();
    for (const r of see.of("relation")) {
      const list = relations.get(r.body.of);
      if (list) list.push(r);
      else relations.set(r.body.of, [r]);
    }
    const subjectOf = (candidate: Fact<"candidate">): Subject => {
      const assertion = see.get(candidate.body.assertion).body;
      const mention = see.get(assertion.mention);
      const sentence = see.get(mention.body.sentence);
      return {
        candidate,
        assertion,
        mention,
        sentence,
        section: see.get(sentence.body.section).body,
        problem: sentence.body.problem === null ? null : see.get(sentence.body.problem).body,
        position: candidate.body.code.system === "icd-10-cm" ? knowledge.codes.find(candidate.body.code.value) : -1,
        probability: probability(scores.get(candidate.id)?.body.parts ?? {}, knowledge),
        get relations() {
          return (relations.get(mention.id) ?? []).map((r) => ({
            role: r.body.role,
            other: byMention.get(r.body.to) ?? null,
          }));
        },
      };
    };
    const leading: Subject[] = [];
    for (const candidate of see.of("candidate")) {
      if (candidate.body.runnerUp) continue;
      const subject = subjectOf(candidate);
      if (!byMention.has(subject.mention.id)) byMention.set(subject.mention.id, subject);
      leading.push(subject);
    }
    const dropped = new Set<FactId>();
    const scene: Scene = {
      encounter,
      knowledge,
      leading,
      reading: see.reading,
      ...drugsTaken(see.of("assertion"), (id) => see.get(id), knowledge),
      isDropped: (s) => dropped.has(s.candidate.id),
    };
    const made = new Set<string>();
    const derived: FactId<"candidate">[] = [];
    const shielded = new Set<FactId>();
    // Pairs are judged last: a candidate that another rule has dropped must not push others out.
    // Runners-up share the fate of the code that won their words.
    for (const kind of ["alone", "paired"] as const) for (const subject of leading) judge(subject, kind);

    // What rules made is not judged again, but where it may stand in the order is: a family history never leads.
    for (const id of derived) {
      const subject = subjectOf(see.get(id));
      const { alone, paired } = rulesOf(subject.candidate.body.code, subject.position);
      for (const { rule, holds } of [...alone, ...paired])
        if ((rule.then.verdict === "sequence" || asked(rule)) && inForce(rule) && holds(subject, scene))
          write("ruling", { type: "rule", id: rule.id }, [id], {
            candidate: id,
            verdict: "keep",
            ...(asked(rule) ? { says: rule.then.says, report: true } : placed(rule)),
          });
    }

    function judge(subject: Subject, kind: keyof Ruleset): void {
      const { id } = subject.candidate;
      for (const { rule, holds, choices } of rulesOf(subject.candidate.body.code, subject.position)[kind]) {
        if (!inForce(rule)) continue;
        const { verdict, says } = rule.then;
        if (
          (verdict === "drop" || verdict === "replace") &&
          (dropped.has(id) || (shielded.has(id) && verdict === "drop"))
        )
          continue;
        if ((verdict === "query" || verdict === "warn") && dropped.has(id)) continue;
        if (!holds(subject, scene)) continue;
        const by: Source = { type: "rule", id: rule.id };
        const other = pairOf(rule.when, subject, scene)?.candidate.id;
        const ruling = (body: Omit<Bodies["ruling"], "candidate" | "says">, led?: FactId<"candidate">) =>
          write("ruling", by, led === undefined ? [id] : [id, led], {
            candidate: id,
            says,
            ...body,
            ...(led === undefined ? {} : { other: led }),
          });
        switch (verdict) {
          case "replace":
          case "add": {
            const code = rule.then.seventh
              ? withSeventh(subject, rule.then.seventh)
              : choices.find((c) => !c.holds || c.holds(subject, scene))?.code;
            const led = code ? derive(subject, code, by, verdict, placesOf(rule.when, subject, scene)) : null;
            if (led === null) break;
            ruling({ verdict: verdict === "replace" ? "drop" : "keep" }, led);
            if (rule.then.report) write("ruling", by, [led], { candidate: led, verdict: "keep", says, report: true });
            if (verdict === "replace") dropped.add(id);
            break;
          }
          case "keep":
            if (!asked(rule)) shielded.add(id);
            ruling(asked(rule) ? { verdict: "keep", report: true } : { verdict: "keep" });
            break;
          case "drop":
            ruling({ verdict: "drop" }, other);
            dropped.add(id);
            break;
          case "query":
            ruling({ verdict: "query", ...(rule.then.asks ? { asks: rule.then.asks } : {}) });
            break;
          case "warn":
            ruling({ verdict: "warn" });
            break;
          case "sequence":
            ruling({ verdict: "keep", position: placed(rule).position }, other);
        }
      }
    }

    /** The code with another 7th character, where it has one that the rule speaks of. */
    function withSeventh({ candidate, position }: Subject, seventh: Readonly<Record<string, string>>): string | null {
      const { value } = candidate.body.code;
      const other = position >= 0 && knowledge.codes.seventh[position] ? seventh[value.slice(-1)] : undefined;
      return other ? value.slice(0, -1) + other : null;
    }
    /** A new candidate on the same assertion, resting on the one that led to it. Made once for a mention and a code. */
    function derive(
      subject: Subject,
      code: string,
      by: Source,
      how: "replace" | "add",
      places: readonly Place[],
    ): FactId<"candidate"> | null {
      const key = `${subject.mention.id}:${code}`;
      const position = knowledge.codes.find(code);
      if (made.has(key) || position === subject.position || position < 0) return null;
      made.add(key);
      const id = write("candidate", by, [subject.candidate.id], {
        assertion: subject.candidate.body.assertion,
        code: { ...subject.candidate.body.code, value: knowledge.codes.code(position) },
        runnerUp: false,
        matched: subject.candidate.body.matched,
        fit: subject.candidate.body.fit,
        open: [],
        ...(how === "add" && places.length > 0 ? { evidence: places } : {}),
      });
      const parts: Record<string, number> = {};
      for (const [name, value] of Object.entries(scores.get(subject.candidate.id)?.body.parts ?? {}))
        if (!name.startsWith("kind.")) parts[name] = value;
      const kind = knowledge.kindOf(position);
      parts[`kind.${kind}`] = 1;
      parts[`${how === "replace" ? "replaced" : "added"}${kind === "status" ? ".status" : ""}`] = 1;
      scores.set(id, see.get(write("score", by, [id], { candidate: id, parts })));
      derived.push(id);
      return id;
    }
  },
});

/** Whether a rule asks that its own code be reported. */
const asked = ({ then }: GuidelineRule) => then.verdict === "keep" && then.report === true;

/** What a sequencing rule says of its code's place. */
const placed = ({ then }: GuidelineRule) =>
  ({ says: then.says, position: then.position === "first" ? "first" : "never-first" }) as const;

/** Drugs of the note that the patient is said to take: those whose long-term use has a code, and what each is given for. */
function drugsTaken(
  assertions: readonly Fact<"assertion">[],
  get: (id: FactId<"mention">) => Fact<"mention">,
  knowledge: Knowledge,
): Pick<Scene, "drugs" | "treats"> {
  const drugs: { longTerm: number; place: Place }[] = [];
  const treats = new Set<number>();
  for (const { body } of assertions) {
    if (body.certainty !== "present" || body.time !== "current" || body.subject !== "patient") continue;
    const mention = get(body.mention);
    if (mention.body.kind !== "drug") continue;
    const meaning = meaningOf(mention.body, knowledge);
    if (meaning.cls !== PhraseClass.drug) continue;
    for (const code of meaning.drug.treats) treats.add(code);
    if (meaning.drug.longTerm >= 0) drugs.push({ longTerm: meaning.drug.longTerm, place: mention.body.place });
  }
  return { drugs, treats };
}

/** The other candidate of a pair that a rule's condition speaks of, to be named in its ruling. */
function pairOf(condition: Condition, subject: Subject, scene: Scene): Subject | null {
  if ("pair" in condition) return pairs[condition.pair](subject, scene);
  if ("all" in condition)
    for (const c of condition.all) {
      const found = pairOf(c, subject, scene);
      if (found) return found;
    }
  return null;
}
