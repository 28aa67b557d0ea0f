import { type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import { round } from "../probability.js";
import { stage } from "../stage.js";
import type { Fact, FactId, Source } from "../types.js";

/** Named parts, each 0 to 1 or a count made small, of how likely a coder is to report a candidate for this encounter. */
export type Parts = Record<string, number>;

const NARRATIVE = "narrative";
const ASSESSMENT = "assessment";
/** What narrative is worth in an encounter that has no assessment. */
const ALONE = "narrative.alone";
const flagUnspecified = 1;
/** A short sentence of an assessment that opens with a disease names a diagnosis; both in UTF-16 units. */
const OPENING = 16;
const SHORT = 60;
const listed = new Set(["condition", "injury"]);

/** Score parts of each candidate; parts that look at the whole encounter are shared by candidates of one code. */
export const rank = stage({
  name: "rank",
  reads: ["section", "sentence", "problem", "mention", "assertion", "relation", "candidate"],
  writes: ["score"],
  run(see, write, _encounter, knowledge) {
    const treated = treatedRanges(see.of("assertion"), (id) => see.get(id), knowledge);
    // Without an assessment anywhere, what the narrative says is all that the provider says.
    const assessed = see.of("section").some((section) => section.body.role === ASSESSMENT);
    const supported = supportOf(see.of("mention"), (id) => see.get(id));
    const groups = new Map<string, Group>();
    const places = new Map<FactId, Where>();
    const problems = new Map<FactId, number>();
    const firstOf = new Map<string, number>();
    for (const { id, body } of see.of("problem")) {
      const n = firstOf.get(body.place.note) ?? 0;
      problems.set(id, n);
      firstOf.set(body.place.note, n + 1);
    }
    const best = new Map<FactId, number>();
    for (const candidate of see.of("candidate")) {
      const assertion = see.get(candidate.body.assertion);
      const mention = see.get(assertion.body.mention);
      const sentence = see.get(mention.body.sentence);
      const section = see.get(sentence.body.section);
      const problem = sentence.body.problem === null ? null : see.get(sentence.body.problem);
      const { start } = mention.body.place;
      const heading = problem !== null && start < problem.body.heading.end && start >= problem.body.heading.start;
      const headed =
        heading ||
        // "ASSESSMENT: Knee osteoarthritis. Hypertension. Gout." lists diagnoses as a list of lines does.
        (section.body.role === ASSESSMENT &&
          listed.has(mention.body.kind) &&
          start - sentence.body.place.start <= OPENING &&
          sentence.body.place.end - sentence.body.place.start <= SHORT);
      const place: Where = {
        role: section.body.role,
        headed,
        problem: heading ? (problems.get(problem.id) ?? 0) : null,
      };
      places.set(candidate.id, place);
      if (candidate.body.runnerUp) best.set(assertion.id, Math.max(best.get(assertion.id) ?? 0, candidate.body.fit));
      const key = candidate.body.code.system + candidate.body.code.value;
      let group = groups.get(key);
      if (!group) {
        group = {
          roles: new Set(),
          sentences: new Set(),
          headed: false,
          order: -1,
          supports: new Set(),
          live: 0,
          all: 0,
        };
        groups.set(key, group);
      }
      group.all++;
      if (!isLive(assertion)) continue;
      group.live++;
      group.roles.add(place.role);
      group.sentences.add(sentence.id);
      if (headed) group.headed = true;
      if (headed && place.problem !== null && (group.order < 0 || place.problem < group.order))
        group.order = place.problem;
      for (const kind of supported.get(sentence.id) ?? []) group.supports.add(kind);
      if (problem) for (const kind of supported.get(problem.id) ?? []) group.supports.add(kind);
    }
    for (const candidate of see.of("candidate")) {
      const { code, fit, open } = candidate.body;
      const assertion = see.get(candidate.body.assertion);
      const mention = see.get(assertion.body.mention);
      const place = places.get(candidate.id);
      const group = groups.get(code.system + code.value) as Group;
      const position = code.system === "icd-10-cm" ? knowledge.codes.find(code.value) : -1;
      const parts: Parts = { fit: round(fit) };
      const roles = knowledge.ranking.roles;
      const worth = (role: string) => (role === NARRATIVE && !assessed ? roles[ALONE] : roles[role]) ?? 0;
      parts.role = Math.max(worth(place?.role ?? ""), ...[...group.roles].map(worth));
      for (const role of group.roles) parts[`in.${role}`] = 1;
      if (group.live > 0) {
        parts.repeated = round(Math.min(1, Math.log2(group.sentences.size) / 3));
        if (group.headed) parts.headed = 1;
        if (group.order === 0) parts.first = 1;
        if (group.order >= 0) parts.order = round(1 / (1 + group.order));
        if (group.roles.has("reason")) parts.reason = 1;
        for (const kind of group.supports) parts[`beside.${kind}`] = 1;
      }
      if (group.live < group.all) parts.doubted = round(1 - group.live / group.all);
      // A drug is no kind of diagnosis: what its code names is.
      const kind = mention.body.kind === "drug" && position >= 0 ? knowledge.kindOf(position) : mention.body.kind;
      parts[`kind.${kind}`] = 1;
      if (mention.by.type === "lexicon") parts.named = 1;
      if (candidate.body.runnerUp) parts.runnerUp = 1;
      else parts.ahead = round(Math.max(0, fit - (best.get(assertion.id) ?? 0)));
      if (position >= 0) {
        if (open.length > 0) parts.open = round(Math.min(1, open.length / 3));
        if (knowledge.codes.flags[position] & flagUnspecified) parts.unspecified = open.length > 0 ? 1 : 0;
        if (treated.some(([from, to]) => position >= from && position <= to)) parts.treated = 1;
      }
      if (mention.body.place.end - mention.body.place.start <= 3) parts.short = 1;
      write("score", self, [candidate.id], { candidate: candidate.id, parts });
    }
  },
});
type Where = {
  readonly role: string;
  readonly headed: boolean /** Which problem's heading it stands in, counted from 0. */;
  readonly problem: number | null;
};
/** What the encounter says of one code, over all of its mentions. */
type Group = {
  readonly roles: Set<string>;
  readonly sentences: Set<number>;
  readonly supports: Set<string>;
  headed: boolean;
  /** Place of its first heading among the problems, or -1. */
  order: number;
  live: number;
  all: number;
};

/** Kinds of mention that show a condition to be looked after. */
const looksAfter = new Set(["drug", "dose", "measurement", "service"]);
/** Which of them stand in each sentence and under each problem. */
function supportOf(
  mentions: readonly Fact<"mention">[],
  get: (id: FactId<"sentence">) => Fact<"sentence">,
): Map<FactId, Set<string>> {
  const found = new Map<FactId, Set<string>>();
  const add = (id: FactId, kind: string) => {
    const kinds = found.get(id);
    if (kinds) kinds.add(kind);
    else found.set(id, new Set([kind]));
  };
  for (const { body } of mentions) {
    if (!looksAfter.has(body.kind)) continue;
    add(body.sentence, body.kind);
    const { problem } = get(body.sentence).body;
    if (problem !== null) add(problem, body.kind);
  }
  return found;
}

const self: Source = { type: "stage", id: "rank" };

const isLive = (a: Fact<"assertion">) =>
  a.body.certainty === "present" && a.body.time === "current" && a.body.subject === "patient";

/** Code ranges of the conditions that drugs of the note are given for. */
function treatedRanges(
  assertions: readonly Fact<"assertion">[],
  get: (id: FactId<"mention">) => Fact<"mention">,
  knowledge: Knowledge,
): [number, number][] {
  const ranges: [number, number][] = [];
  const seen = new Set<number>();
  for (const a of assertions) {
    if (a.body.certainty === "absent" || a.body.subject !== "patient") continue;
    const mention = get(a.body.mention);
    if (mention.body.kind !== "drug") continue;
    const meaning = meaningOf(mention.body, knowledge);
    if (meaning.cls !== PhraseClass.drug) continue;
    for (const t of meaning.drug.treats)
      if (!seen.has(t)) {
        seen.add(t);
        ranges.push([t, knowledge.codes.lastOf[t]]);
      }
  }
  return ranges;
}
