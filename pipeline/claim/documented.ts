import type { EditRule } from "../claim-knowledge.js";
import { ofKind } from "../claim-knowledge.js";
import { PhraseClass } from "../knowledge.js";
import { meaningOf } from "../mention.js";
import type { Fact, Place } from "../types.js";
import { type Finding, inForce } from "./edits.js";
import { DIAGNOSES, hitsIn, inside, type Scene } from "./scene.js";

export type Documented = { readonly rule: EditRule; readonly finding: Finding; readonly places: readonly Place[] };
const MOST_CODES = 4;
const MOST_PLACES = 2;

/** What the note tells or leaves out that a claim would need: a repair without its length, a visit after surgery. */
export function documented(scene: Scene): Documented[] {
  const found: Documented[] = [];
  for (const rule of scene.claim.edits) {
    if (!inForce(rule, scene.encounter.date)) continue;
    if ("undocumented" in rule.check) found.push(...undocumented(rule, rule.check, scene));
    else if ("said" in rule.check) found.push(...said(rule, rule.check, scene));
  }
  return found;
}

/** Services that were done and of which no code came, since the number that chooses it is not told. */
function undocumented(
  rule: EditRule,
  check: {
    readonly undocumented: readonly string[];
    readonly done: readonly string[];
    readonly measured: readonly string[];
  },
  scene: Scene,
): Documented[] {
  const { see, knowledge, claim } = scene;
  const coded = ({ body: { code } }: Fact<"candidate">) =>
    code.system !== DIAGNOSES && ofKind(code.value, check.undocumented, claim);
  if (see.of("candidate").some(coded)) return [];
  const codes = new Set<string>();
  const places: Place[] = [];
  for (const { body } of see.of("assertion")) {
    const mention = see.get(body.mention);
    if (mention.body.kind !== "service") continue;
    if (body.certainty !== "present" || body.time !== "current" || body.subject !== "patient") continue;
    const meaning = meaningOf(mention.body, knowledge);
    if (meaning.cls !== PhraseClass.service || !ofKind(meaning.service.code, check.undocumented, claim)) continue;
    const sentence = see.get(mention.body.sentence).body;
    const place = done(check.done, sentence.place, scene);
    if (!place || measured(check.measured, sentence, scene)) continue;
    codes.add(meaning.service.code);
    if (!places.some((p) => p.note === place.note && p.start === place.start)) places.push(place);
  }
  if (codes.size === 0) return [];
  const list = [...codes].sort().slice(0, MOST_CODES);
  return [{ rule, finding: { codes: list, fill: { a: list.join(", ") } }, places: places.slice(0, MOST_PLACES) }];
}

function done(terms: readonly string[], sentence: Place, { phrases, knowledge }: Scene): Place | null {
  for (const term of terms) {
    const found = phrases(sentence.note, knowledge.phrase.get(term) ?? -1).find((p) => inside(p, sentence));
    if (found) return found;
  }
  return null;
}

/** Whether a number of one of these units is said around a sentence. */
function measured(
  units: readonly string[],
  { problem, section }: Fact<"sentence">["body"],
  { see, knowledge }: Scene,
): boolean {
  const around = problem === null ? see.get(section).body.place : see.get(problem).body.place;
  return hitsIn(around, see.reading(around.note), PhraseClass.unit).some((hit) =>
    units.includes(knowledge.units[hit.index].id),
  );
}

/** Words of the note that speak against a code as it stands, until a modifier says why. */
function said(
  rule: EditRule,
  check: { readonly said: readonly string[]; readonly on: readonly string[]; readonly unless: readonly string[] },
  scene: Scene,
): Documented[] {
  const { knowledge, claim, services } = scene;
  return services.flatMap((service) => {
    if (!ofKind(service.code, check.on, claim)) return [];
    for (const term of check.said) {
      const note = service.sources[0]?.mention.body.place.note;
      const place = note === undefined ? undefined : scene.phrases(note, knowledge.phrase.get(term) ?? -1)[0];
      if (place) return [{ rule, finding: { codes: [service.code], fill: { a: service.code } }, places: [place] }];
    }
    return [];
  });
}
