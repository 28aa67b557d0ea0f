import { type Knowledge, PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import { axisTable, descend, type Leaf } from "../search/index.js";
import { stage } from "../stage.js";
import { hitsWithin, type Reading } from "../text/index.js";
import type { Code, Encounter, Fact, FactId, Source } from "../types.js";
import { serviceCandidates } from "./services.js";
import { supportOf } from "./support.js";

/** Codes kept for each mention: the best, and the next for the ranking below the cut. */
const KEPT = 4;

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
    const known = new Map<string, Leaf[]>();
    for (const assertion of see.of("assertion")) {
      const mention = see.get(assertion.body.mention);
      const meaning = meaningOf(mention.body, knowledge);
      if (meaning.cls !== PhraseClass.concept) continue;
      const support = supportOf(
        mention,
        meaning.concept,
        relations,
        see.reading(mention.body.place.note),
        (id) => see.get(id),
        knowledge,
        sex,
      );
      const key = `${mention.body.concept}|${[...support.weight].map(([s, w]) => `${s}:${w}`).join()}|${[...support.denied].join()}`;
      let leaves = known.get(key);
      if (!leaves) {
        leaves = descend(meaning.concept, support, knowledge, KEPT);
        known.set(key, leaves);
      }
      const by: Source = { type: meaning.concept.source, id: meaning.concept.id };
      const from = [assertion.id, ...(relations.get(mention.id) ?? []).map((r) => r.id)];
      leaves.forEach((leaf, i) => {
        write("candidate", by, from, {
          assertion: assertion.id,
          code: codeAt(leaf.position, knowledge),
          matched: leaf.matched.map((stem) => knowledge.lexicon.stemText(stem)),
          fit: i === 0 ? leaf.fit : leaf.fit * 0.4,
          open: i === 0 ? openAxes(leaf.position, knowledge) : [],
        });
      });
    }
    serviceCandidates(see, write, encounter, knowledge);
  },
});

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

export function codeAt(position: number, knowledge: Knowledge): Code {
  return { system: "icd-10-cm", value: knowledge.codes.code(position), release: knowledge.codes.release };
}

const flagUnspecified = 1;
/** Axes on which a code's siblings differ while its own title leaves them unspecified. */
function openAxes(position: number, knowledge: Knowledge): string[] {
  const { codes } = knowledge;
  const base = codes.seventh[position] ? codes.parent(position) : position;
  if (!(codes.flags[base] & flagUnspecified)) return [];
  const { axisOf } = axisTable(knowledge);
  const own = new Set<number>(codes.words.subarray(codes.wordStart[base], codes.wordStart[base + 1]));
  const axes = new Set<number>();
  const parent = codes.parent(base);
  if (parent < 0) return [];
  for (let i = parent + 1; i <= codes.lastOf[parent]; i++) {
    if (codes.seventh[i] || codes.parent(i) !== parent) continue;
    for (let w = codes.wordStart[i]; w < codes.wordStart[i + 1]; w++) {
      const axis = axisOf[codes.words[w]];
      if (axis >= 0 && !own.has(codes.words[w])) axes.add(axis);
    }
  }
  return [...axes].sort((a, b) => a - b).map((a) => knowledge.axes[a].id);
}
