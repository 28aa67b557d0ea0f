import { ofKind } from "../claim-knowledge.js";
import { PhraseClass } from "../knowledge.js";
import { sideStems } from "../mention.js";
import type { Fact, FactId, Place, PointerReason } from "../types.js";
import { hitsIn, inside, placeOf, type Scene, type Shown, type Source } from "./scene.js";
import { sideOf } from "./sides.js";

export type Pointer = {
  readonly suggestion: FactId<"suggestion">;
  readonly by: PointerReason;
  readonly places: readonly Place[];
};

/** A claim line has room for this many. */
const MOST = 4;
const strength: Record<PointerReason, number> = {
  indication: 0,
  sentence: 1,
  problem: 2,
  link: 3,
  site: 4,
  visit: 5,
  only: 6,
};

/** The diagnoses that support a service, best first: tied by words where there are any. */
export function pointersOf(service: Shown, scene: Scene): Pointer[] {
  const { diagnoses } = scene;
  if (service.suggestion.body.role === "visit" && !linked(service, scene))
    return diagnoses.slice(0, MOST).map((d) => point(d, "visit", d.suggestion.body.evidence.slice(0, 1)));
  const found: Pointer[] = [];
  const usual = (p: Pointer) => commonly(service, scene.see.get(p.suggestion).body.code.value, scene);
  for (const diagnosis of diagnoses) {
    const best = tie(service, diagnosis, scene);
    if (best) found.push(best);
  }
  // What knowledge or a shared place ties says less than words that tie: it stands in where there are none, and knowledge
  // also where the words tie no diagnosis that the service is commonly for.
  const said = found.filter((p) => strength[p.by] <= strength.problem);
  const rest = said.length === 0 ? found : said.some((p) => usual(p)) ? [] : found.filter((p) => p.by === "link");
  const taken = [...said, ...rest.filter((p) => p.by === strongest(rest))];
  if (taken.length === 0 && diagnoses.length === 1 && !otherSite(service, diagnoses[0], scene))
    return [point(diagnoses[0], "only", diagnoses[0].suggestion.body.evidence.slice(0, 1))];
  return taken.sort((a, b) => strength[a.by] - strength[b.by]).slice(0, MOST);
}

const strongest = (found: readonly Pointer[]) =>
  found.reduce<PointerReason | null>(
    (best, p) => (best === null || strength[p.by] < strength[best] ? p.by : best),
    null,
  );
const point = (d: Shown, by: PointerReason, places: readonly Place[]): Pointer => ({
  suggestion: d.suggestion.id,
  by,
  places,
});

/** A service with diagnoses of its own (a counselling, a screening) is not for all that the visit was for. */
const linked = (service: Shown, scene: Scene) => scene.diagnoses.some((d) => commonly(service, d.code, scene));
/** Whether a service is commonly for a diagnosis. */
const commonly = (service: Shown, diagnosis: string, { claim }: Scene) =>
  claim.links.some((l) => ofKind(service.code, l.services, claim) && begins(diagnosis, l.diagnoses));
const begins = (code: string, prefixes: readonly string[]) => prefixes.some((p) => code.startsWith(p));

function tie(service: Shown, diagnosis: Shown, scene: Scene): Pointer | null {
  let best: Pointer | null = null;
  const offer = (by: PointerReason, places: readonly Place[]) => {
    if (best === null || strength[by] < strength[best.by]) best = point(diagnosis, by, places);
  };
  for (const s of service.sources)
    for (const d of diagnosis.sources) {
      if (s.sentence === d.sentence) {
        const word = indication(s, d, scene);
        offer(word ? "indication" : "sentence", [...(word ? [word] : []), d.mention.body.place]);
      } else if (s.problem !== null && s.problem === d.problem)
        offer("problem", [headingOf(scene.see.get(s.problem)), d.mention.body.place]);
    }
  if (best) return best;
  if (commonly(service, diagnosis.code, scene))
    return point(diagnosis, "link", diagnosis.suggestion.body.evidence.slice(0, 1));
  const places = sameSite(service, diagnosis, scene);
  return places && point(diagnosis, "site", places);
}

const headingOf = (problem: Fact<"problem">): Place => problem.body.heading;

/** A word between the two that says why: "injection for", "due to". */
function indication(service: Source, diagnosis: Source, { see, knowledge }: Scene): Place | null {
  const a = service.mention.body.place;
  const b = diagnosis.mention.body.place;
  if (inside(a, b) || inside(b, a)) return null;
  const between = { note: a.note, start: Math.min(a.end, b.end), end: Math.max(a.start, b.start) };
  if (between.end <= between.start) return null;
  const reading = see.reading(a.note);
  const forward = a.start < b.start;
  for (const hit of hitsIn(between, reading, PhraseClass.connector)) {
    const { role, reversed } = knowledge.connectors[hit.index];
    if (role === "due-to" && reversed !== forward) return placeOf(a.note, reading, hit);
  }
  if (!forward) return null;
  for (const phrase of phrasesFor(knowledge.claim.indications, knowledge.phrase))
    for (const hit of hitsIn(between, reading, PhraseClass.words))
      if (hit.index === phrase) return placeOf(a.note, reading, hit);
  return null;
}
const phrasesFor = (terms: readonly string[], phrase: ReadonlyMap<string, number>) =>
  terms.map((t) => phrase.get(t) ?? -1);

/** Both name the same part of the body, and not the two sides of it. */
function sameSite(service: Shown, diagnosis: Shown, scene: Scene): readonly Place[] | null {
  const parts = sitesOf(service, scene);
  if (parts.size === 0) return null;
  for (const [part, place] of sitesOf(diagnosis, scene)) {
    const own = parts.get(part);
    if (!own) continue;
    const side = sideOf(service, scene);
    const other = sideOf(diagnosis, scene);
    if (side && other && side.side !== other.side && side.side !== "bilateral" && other.side !== "bilateral")
      return null;
    return [own, place];
  }
  return null;
}

/** Each names parts of the body, and none is common to both. */
export function otherSite(a: Shown, b: Shown, scene: Scene): readonly Place[] | null {
  const here = sitesOf(a, scene);
  const there = sitesOf(b, scene);
  if (here.size === 0 || there.size === 0 || [...here.keys()].some((part) => there.has(part))) return null;
  return [...here.values()].slice(0, 1).concat([...there.values()].slice(0, 1));
}

/** Parts of the body named in the sentences of a suggestion, each with its first place; by the words of titles that it supports. */
export function sitesOf(shown: Shown, { see, knowledge }: Scene): Map<string, Place> {
  const sites = new Map<string, Place>();
  const sides = sideStems(knowledge);
  for (const { sentence } of shown.sources) {
    const { place } = sentence.body;
    const reading = see.reading(place.note);
    let covered = 0;
    for (const hit of hitsIn(place, reading, PhraseClass.anatomy)) {
      if (hit.from < covered) continue;
      covered = hit.to;
      const words = knowledge.anatomy[hit.index].words.filter((stem) => !sides.has(stem));
      const name = words.length > 0 ? words.join(" ") : String(hit.index);
      if (!sites.has(name)) sites.set(name, placeOf(place.note, reading, hit));
    }
  }
  return sites;
}
