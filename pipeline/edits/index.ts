import { type Knowledge, PhraseClass } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import { stage } from "../stage.js";
import { hitsWithin } from "../text/index.js";
import type { Fact, FactId, Place, Poa, Source } from "../types.js";

const by: Source = { type: "rule", id: "icd10cm.poa" };
type Read = { readonly indicator: Poa; readonly place: Place };
/** What the words of a sentence say outweighs what its section implies; of two sentences the later onset is the one explained. */
const strength: readonly Poa[] = ["N", "Y", "W"];

/** What claims ask of the proposed diagnoses: how many there may be and, for inpatients, which were present on admission. */
export const edits = stage({
  name: "edits",
  reads: ["section", "sentence", "mention", "assertion", "candidate", "suggestion"],
  writes: ["poa", "question", "ruling"],
  run(see, write, encounter, knowledge) {
    const diagnoses = see.of("suggestion").filter((s) => s.body.shown && s.body.code.system === "icd-10-cm");
    for (const { id, setting, most, says } of knowledge.limits) {
      const first = diagnoses[most];
      if (first && setting.includes(encounter.setting))
        write("ruling", { type: "rule", id }, [first.id], { candidate: first.body.candidate, verdict: "warn", says });
    }
    if (encounter.setting !== "inpatient") return;
    const { poa: rules, wording } = knowledge;
    const { exempt, chronic, says } = tableOf(knowledge);
    const candidateOf = new Map<FactId, Fact<"candidate">>(see.of("candidate").map((c) => [c.id, c]));
    for (const suggestion of diagnoses) {
      const { code, role } = suggestion.body;
      const position = knowledge.codes.find(code.value);
      const candidates = suggestion.from.flatMap((id) => candidateOf.get(id) ?? []);
      if (exempt(position)) put("exempt", []);
      else {
        const read = candidates.flatMap(readings);
        const said = strength.map((s) => read.filter((r) => r.indicator === s)).find((list) => list.length > 0);
        if (said) put(said[0].indicator, [said[0].place]);
        // The principal diagnosis is what occasioned the admission, and what is chronic was there before it.
        else if (role === "principal" || chronic(position)) put("Y", []);
        else {
          put("U", []);
          const places = candidates.map((c) => mentionOf(c).body.place);
          write("question", by, [suggestion.id], {
            text: rules.asks,
            options: [...rules.options, ...wording.offered],
            places,
            about: suggestion.body.candidate,
          });
        }
      }
      function put(indicator: Poa, places: readonly Place[]): void {
        write("poa", by, [suggestion.id], { suggestion: suggestion.id, indicator, places });
      }
    }

    function mentionOf(candidate: Fact<"candidate">): Fact<"mention"> {
      return see.get(see.get(candidate.body.assertion).body.mention);
    }
    function readings(candidate: Fact<"candidate">): Read[] {
      const mention = mentionOf(candidate);
      const sentence = see.get(mention.body.sentence);
      const { note, start, end } = sentence.body.place;
      const reading = see.reading(note);
      const hits = hitsWithin(reading, tokenAt(reading, start), tokenAt(reading, end - 1) + 1, PhraseClass.words);
      for (const indicator of ["W", "N", "Y"] as const) {
        const hit = hits.find((h) => says[indicator].has(h.index));
        if (hit) return [{ indicator, place: { note, start: reading.start[hit.from], end: reading.end[hit.to - 1] } }];
      }
      const section = see.get(sentence.body.section).body;
      return rules.sections.includes(section.is) || rules.roles.includes(section.role)
        ? [{ indicator: "Y", place: mention.body.place }]
        : [];
    }
  },
});

type Table = {
  exempt(position: number): boolean;
  chronic(position: number): boolean;
  readonly says: Readonly<Record<"Y" | "N" | "W", ReadonlySet<number>>>;
};
/** Whether a diagnosis needs no present-on-admission indicator. @param position in the code table */
export const exemptFromPoa = (position: number, knowledge: Knowledge): boolean => tableOf(knowledge).exempt(position);

const tables = new WeakMap<Knowledge, Table>();
function tableOf(knowledge: Knowledge): Table {
  let found = tables.get(knowledge);
  if (!found) {
    const { codes, lists, poa: rules, phrase } = knowledge;
    const within = (name: string) => {
      const ranges = (lists[name] ?? []).map((p) => codes.find(p)).map((at) => [at, codes.lastOf[at]] as const);
      return (position: number) => ranges.some(([from, to]) => position >= from && position <= to);
    };
    const exempt = within(rules.exempt);
    const exemptLater = within(rules.exemptLater);
    const chronic = rules.chronic.map(within);
    const phrases = (terms: readonly string[]) => new Set(terms.map((term) => phrase.get(term) ?? -1));
    const isActive = (position: number) => rules.active.includes(codes.code(position).slice(-1));
    found = {
      exempt: (position) =>
        exempt(position) || (codes.seventh[position] === 1 && !isActive(position) && exemptLater(position)),
      chronic: (position) => chronic.some((test) => test(position)),
      says: { Y: phrases(rules.present), N: phrases(rules.later), W: phrases(rules.unable) },
    };
    tables.set(knowledge, found);
  }
  return found;
}
