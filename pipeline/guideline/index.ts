import type { Choice, Condition, GuidelineRule, Knowledge } from "../knowledge.js";
import { probability } from "../probability.js";
import { stage } from "../stage.js";
import type { Bodies, Fact, FactId, Source } from "../types.js";
import { compileCondition, pairs, type Scene, type Subject, type Test } from "./operators.js";

type Compiled = {
  readonly rule: GuidelineRule;
  readonly holds: Test;
  readonly choices: readonly { readonly code: string; readonly holds: Test | null }[];
};

/** Rules that make candidates come first, then those that shield, then those that judge. */
const order = { replace: 0, add: 1, keep: 2, drop: 3, query: 4, sequence: 5 } as const;
const compiledRules = new WeakMap<Knowledge, readonly Compiled[]>();

function rulesOf(knowledge: Knowledge): readonly Compiled[] {
  let rules = compiledRules.get(knowledge);
  if (!rules) {
    rules = knowledge.guidelines
      .map((rule) => ({
        rule,
        holds: compileCondition(rule.when, knowledge),
        choices: choicesOf(rule.then.code).map((c) => ({
          code: c.code,
          holds: c.when ? compileCondition(c.when, knowledge) : null,
        })),
      }))
      .sort((a, b) => order[a.rule.then.verdict] - order[b.rule.then.verdict]);
    compiledRules.set(knowledge, rules);
  }
  return rules;
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
    const rules = rulesOf(knowledge).filter(
      ({ rule }) => rule.effective.from <= date && (!rule.effective.to || date <= rule.effective.to),
    );
    const scores = new Map<FactId, Fact<"score">>();
    for (const s of see.of("score")) scores.set(s.body.candidate, s);
    const byMention = new Map<FactId, Subject>();
    const relations = new Map<FactId, Fact<"relation">[]>();
    for (const r of see.of("relation")) {
      const list = relations.get(r.body.of);
      if (list) list.push(r);
      else relations.set(r.body.of, [r]);
    }
    const subjectOf = (candidate: Fact<"candidate">, leading: boolean): Subject => {
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
        leads: leading,
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
    const queue: Subject[] = see.of("candidate").map((candidate) => {
      const subject = subjectOf(candidate, !candidate.body.runnerUp);
      if (subject.leads && !byMention.has(subject.mention.id)) byMention.set(subject.mention.id, subject);
      return subject;
    });
    const leading = queue.filter((s) => s.leads);
    const scene: Scene = { encounter, knowledge, leading, reading: see.reading };
    const made = new Set<string>();
    for (let i = 0; i < queue.length; i++) {
      const subject = queue[i];
      let shielded = false;
      let dropped = false;
      for (const { rule, holds, choices } of rules) {
        const { verdict } = rule.then;
        if ((verdict === "drop" || verdict === "replace") && (dropped || (shielded && verdict === "drop"))) continue;
        if ((verdict === "add" || verdict === "replace" || verdict === "query" || verdict === "keep") && !subject.leads)
          continue;
        if (verdict === "query" && dropped) continue;
        if (!holds(subject, scene)) continue;
        const by: Source = { type: "rule", id: rule.id };
        const says = rule.then.says;
        const rule_ = (body: Omit<Bodies["ruling"], "candidate">, from: FactId[] = []) =>
          write("ruling", by, [subject.candidate.id, ...from], { candidate: subject.candidate.id, ...body });
        if (verdict === "replace" || verdict === "add") {
          const choice = choices.find((c) => !c.holds || c.holds(subject, scene));
          const other = choice ? derive(subject, choice.code, by) : null;
          if (other === null) continue;
          if (verdict === "replace") {
            rule_({ verdict: "drop", says, other }, [other]);
            dropped = true;
          } else rule_({ verdict: "keep", says, other }, [other]);
        } else if (verdict === "keep") {
          shielded = true;
          rule_({ verdict: "keep", says });
        } else if (verdict === "drop") {
          const pair = pairOf(rule.when, subject, scene);
          rule_({ verdict: "drop", says, ...(pair ? { other: pair.candidate.id } : {}) });
          dropped = true;
        } else if (verdict === "query")
          rule_({ verdict: "query", says, ...(rule.then.asks ? { asks: rule.then.asks } : {}) });
        else if (typeof rule.then.position === "string") rule_({ verdict: "keep", says, position: rule.then.position });
        else {
          const pair = pairOf(rule.when, subject, scene);
          rule_({ verdict: "keep", says, ...(pair ? { other: pair.candidate.id } : {}), position: "never-first" });
        }
      }
    }

    /** A new candidate on the same assertion, resting on the one that led to it. Made once for a mention and a code. */
    function derive(subject: Subject, code: string, by: Source): FactId<"candidate"> | null {
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
      });
      const parts = scores.get(subject.candidate.id)?.body.parts ?? {};
      write("score", by, [id], { candidate: id, parts: { ...parts, derived: 1 } });
      return id;
    }
  },
});

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
