import { type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import { axisTable, type Leaf } from "../search/index.js";
import { stage } from "../stage.js";
import { hitsWithin, type Reading } from "../text/index.js";
import type { Encounter, Fact, FactId, Source } from "../types.js";
import { codeAt } from "./code-at.js";
import { drugCandidates } from "./drugs.js";
import { measureCandidates } from "./measures.js";
import { serviceCandidates } from "./services.js";
import { joinSides, leavesOf } from "./sides.js";
import { sharesBySite } from "./sites.js";
import { supportOf } from "./support.js";

/** Codes kept for each mention: the best, and the next for the ranking below the cut. */
const KEPT = 4;
/** What the fit of a runner-up is worth beside the code that won its mention. */
const RUNNER_UP = 0.4;

/** Candidate codes for what was asserted, with the words that match. */
export const retrieve = stage({
  name: "retrieve",
  reads: ["section", "sentence", "problem", "mention", "assertion", "relation"],
  writes: ["candidate"],
  run(see, write, encounter, knowledge) {
    const relations = new Map<FactId, Fact<"relation">[]>();
    for (const r of see.of("relation")) {
      const list = relations.get(r.body.of);
      if (list) list.push(r);
      else relations.set(r.body.of, [r]);
    }
    const sex = sexWords(encounter, see.reading(encounter.notes[0].id), knowledge);
    const known = new Map<string, ReturnType<typeof leavesOf>>();
    for (const assertion of see.of("assertion")) {
      const mention = see.get(assertion.body.mention);
      const meaning = meaningOf(mention.body, knowledge);
      if (meaning.cls !== PhraseClass.concept) continue;
      const reading = see.reading(mention.body.place.note);
      const own = relations.get(mention.id) ?? [];
      const leavesFor = (share: readonly Fact<"relation">[]) => {
        const support = supportOf(mention, meaning.concept, share, reading, (id) => see.get(id), knowledge, sex);
        const key = `${mention.body.concept}|${[...support.weight].map(([s, w]) => `${s}:${w}`).join()}|${[...support.denied].join()}`;
        let found = known.get(key);
        if (!found) {
          found = leavesOf(meaning.concept, support, knowledge, KEPT);
          known.set(key, found);
        }
        return found;
      };
      const shares = sharesBySite(own, reading, (id) => see.get(id), knowledge);
      const leaves = shares ? severally(shares.map(leavesFor), leavesFor(own)) : leavesFor(own);
      const by: Source = { type: meaning.concept.source, id: meaning.concept.id };
      const from = [assertion.id, ...own.map((r) => r.id)];
      const candidates = (list: readonly Leaf[], runnerUp: boolean) => {
        for (const leaf of list)
          write("candidate", by, from, {
            assertion: assertion.id,
            code: codeAt(leaf.position, knowledge),
            runnerUp,
            matched: leaf.matched.map((stem) => knowledge.lexicon.stemText(stem)),
            fit: runnerUp ? leaf.fit * RUNNER_UP : leaf.fit,
            open: runnerUp ? [] : openAxes(leaf.position, knowledge),
          });
      };
      candidates(joinSides(leaves.leading, knowledge), false);
      candidates(leaves.others, true);
    }
    drugCandidates(see, write, knowledge);
    measureCandidates(see, write, encounter, knowledge);
    serviceCandidates(see, write, encounter, knowledge);
  },
});

type Leaves = ReturnType<typeof leavesOf>;
/** The codes of each place of a list, once each; all together where one code holds as many words as any of them and more. */
function severally(each: readonly Leaves[], together: Leaves): Leaves {
  const leading = new Map<number, Leaf>();
  for (const { leading: own } of each)
    for (const leaf of own) if (!leading.has(leaf.position)) leading.set(leaf.position, leaf);
  const [whole] = together.leading;
  const says = (leaf: Leaf) => leaf.matched.every((stem) => whole.matched.includes(stem));
  if (leading.size < 2 || (together.leading.length === 1 && [...leading.values()].every(says))) return together;
  const others = [...each.flatMap((l) => l.others), ...together.leading].filter((leaf) => !leading.has(leaf.position));
  return { leading: [...leading.values()], others: others.slice(0, KEPT) };
}

const SEX = "sex";
/** How many tokens into a note its subject is introduced ("a 62-year-old male"). */
const INTRODUCTION = 150;

/** Title words of the patient's sex: as given, otherwise as the note's opening says. */
function sexWords(encounter: Encounter, reading: Reading, knowledge: Knowledge): readonly number[] {
  const { sex } = encounter.patient;
  if (sex) return [knowledge.lexicon.stem(sex)];
  const said = hitsWithin(reading, 0, Math.min(INTRODUCTION, reading.count), PhraseClass.qualifier).find((h) => {
    const { axis, words } = knowledge.qualifiers[h.index];
    return knowledge.axes[axis].id === SEX && words.length > 0;
  });
  return said ? knowledge.qualifiers[said.index].words : [];
}

const flagUnspecified = 1;
/** Axes on which a code's siblings differ while its own title leaves them unspecified. */
function openAxes(position: number, knowledge: Knowledge): string[] {
  const { codes } = knowledge;
  const base = codes.seventh[position] ? codes.parent(position) : position;
  if (!(codes.flags[base] & flagUnspecified)) return [];
  const { axisOf } = axisTable(knowledge);
  const own = new Set<number>(codes.words.subarray(codes.wordStart[base], codes.wordStart[base + 1]));
  const values = new Map<number, Set<number>>();
  const parent = codes.parent(base);
  if (parent < 0) return [];
  for (let i = parent + 1; i <= codes.lastOf[parent]; i++) {
    if (codes.seventh[i] || codes.parent(i) !== parent) continue;
    for (let w = codes.wordStart[i]; w < codes.wordStart[i + 1]; w++) {
      const stem = codes.words[w];
      if (axisOf[stem] < 0 || own.has(stem)) continue;
      const said = values.get(axisOf[stem]) ?? new Set();
      values.set(axisOf[stem], said.add(stem));
    }
  }
  // One value alone ("right heart failure") is a kind of its own, not a choice.
  const axes = [...values].filter(([, stems]) => stems.size > 1).map(([axis]) => axis);
  return axes.sort((a, b) => a - b).map((a) => knowledge.axes[a].id);
}
