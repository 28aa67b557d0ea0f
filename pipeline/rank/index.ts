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

/** Score parts of each candidate; parts that look at the whole encounter are shared by candidates of one code. */
export const rank = stage({
  name: "rank",
  reads: ["section", "sentence", "problem", "mention", "assertion", "relation", "candidate"],
  writes: ["score"],
  run(see, write, _encounter, knowledge) {
    const treated = treatedRanges(see.of("assertion"), (id) => see.get(id), knowledge);
    // Without an assessment anywhere, what the narrative says is all that the provider says.
    const assessed = see.of("section").some((section) => section.body.role === ASSESSMENT);
    type Group = { roles: Set<string>; sentences: Set<number>; headed: boolean; reason: boolean; first: boolean };
    const groups = new Map<string, Group>();
    const places = new Map<FactId, { role: string; headed: boolean; first: boolean; sentence: number }>();
    const firstProblem = new Map<string, number>();
    for (const p of see.of("problem"))
      if (!firstProblem.has(p.body.place.note)) firstProblem.set(p.body.place.note, p.id);
    for (const candidate of see.of("candidate")) {
      const assertion = see.get(candidate.body.assertion);
      const mention = see.get(assertion.body.mention);
      const sentence = see.get(mention.body.sentence);
      const section = see.get(sentence.body.section);
      const problem = sentence.body.problem === null ? null : see.get(sentence.body.problem);
      const headed =
        problem !== null &&
        mention.body.place.start < problem.body.heading.end &&
        mention.body.place.start >= problem.body.heading.start;
      const place = {
        role: section.body.role,
        headed,
        first: problem !== null && firstProblem.get(mention.body.place.note) === problem.id,
        sentence: sentence.id,
      };
      places.set(candidate.id, place);
      if (!isLive(assertion)) continue;
      const key = candidate.body.code.system + candidate.body.code.value;
      let group = groups.get(key);
      if (!group) {
        group = { roles: new Set(), sentences: new Set(), headed: false, reason: false, first: false };
        groups.set(key, group);
      }
      group.roles.add(place.role);
      group.sentences.add(place.sentence);
      if (headed) group.headed = true;
      if (place.role === "reason") group.reason = true;
      if (headed && place.first) group.first = true;
    }
    for (const candidate of see.of("candidate")) {
      const { code, fit, open } = candidate.body;
      const assertion = see.get(candidate.body.assertion);
      const mention = see.get(assertion.body.mention);
      const place = places.get(candidate.id);
      const group = groups.get(code.system + code.value);
      const position = code.system === "icd-10-cm" ? knowledge.codes.find(code.value) : -1;
      const parts: Parts = { fit: round(fit) };
      const roles = knowledge.ranking.roles;
      const worth = (role: string) => (role === NARRATIVE && !assessed ? roles[ALONE] : roles[role]) ?? 0;
      parts.role = Math.max(worth(place?.role ?? ""), ...(group ? [...group.roles].map(worth) : []));
      if (group) {
        parts.repeated = round(Math.min(1, Math.log2(group.sentences.size) / 3));
        if (group.headed) parts.headed = 1;
        if (group.first) parts.first = 1;
        if (group.reason) parts.reason = 1;
      }
      // A drug is no kind of diagnosis: what its code names is.
      const kind = mention.body.kind === "drug" && position >= 0 ? knowledge.kindOf(position) : mention.body.kind;
      parts[`kind.${kind}`] = 1;
      if (mention.by.type === "lexicon") parts.named = 1;
      if (candidate.body.runnerUp) parts.runnerUp = 1;
      if (position >= 0) {
        if (knowledge.codes.flags[position] & flagUnspecified && open.length > 0) parts.unspecified = 1;
        if (treated.some(([from, to]) => position >= from && position <= to)) parts.treated = 1;
      }
      if (mention.body.place.end - mention.body.place.start <= 3) parts.short = 1;
      write("score", self, [candidate.id], { candidate: candidate.id, parts });
    }
  },
});
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
