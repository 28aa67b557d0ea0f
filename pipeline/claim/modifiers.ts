import { type ModifierRule, type ModifierTest, ofKind } from "../claim-knowledge.js";
import type { Place } from "../types.js";
import type { Pointer } from "./pointers.js";
import { otherSite } from "./pointers.js";
import { inside, type Scene, type Shown } from "./scene.js";
import { type Sided, sideOf } from "./sides.js";

export type Modifier = { readonly modifier: string; readonly rule: string; readonly places: readonly Place[] };
/** A service with what is known of it before its modifiers. */
export type Draft = { readonly service: Shown; readonly pointers: readonly Pointer[] };

const MOST_PLACES = 4;
const ASSESSMENT = "assessment";
const VISIT = "visit";
/** A status or reason of encounter is no problem that was worked on. */
const problemKinds = new Set(["condition", "finding", "injury"]);

/** The modifiers of each service, in the order of the rules: that of a claim. */
export function modifiersOf(drafts: readonly Draft[], scene: Scene): Modifier[][] {
  const sides = new Map<Shown, Sided | null>();
  const side = (service: Shown) => {
    let found = sides.get(service);
    if (found === undefined) {
      found = sideOf(service, scene);
      sides.set(service, found);
    }
    return found;
  };
  return drafts.map((draft) => {
    const taken: Modifier[] = [];
    const groups = new Set<string>();
    for (const rule of scene.claim.modifiers) {
      if ((rule.group && groups.has(rule.group)) || taken.some((m) => m.modifier === rule.modifier)) continue;
      if (!standsOn(rule, draft.service, scene)) continue;
      const places = test(rule.when, draft, drafts, scene, side);
      if (!places) continue;
      if (rule.group) groups.add(rule.group);
      taken.push({ modifier: rule.modifier, rule: rule.id, places: distinct(places).slice(0, MOST_PLACES) });
    }
    const groupOf = (modifier: string) => scene.claim.modifiers.find((r) => r.modifier === modifier)?.group ?? modifier;
    return [...taken, ...carried(draft.service, scene).filter((m) => !groups.has(groupOf(m.modifier)))];
  });
}

/** What the reading of doses and visits has put on the code already, with the words that it went by. */
function carried({ suggestion }: Shown, { see }: Scene): Modifier[] {
  const { by, body } = see.get(suggestion.body.candidate);
  return (body.modifiers ?? []).map((modifier) => ({ modifier, rule: by.id, places: body.evidence ?? [] }));
}

function standsOn(rule: ModifierRule, service: Shown, { claim, encounter }: Scene): boolean {
  const { from, to } = rule.effective;
  if (encounter.date < from || (to !== undefined && encounter.date > to)) return false;
  if (rule.never && ofKind(service.code, rule.never, claim)) return false;
  // A stage that chooses visits may know codes that the table of kinds does not.
  return ofKind(service.code, rule.on, claim) || (rule.on.includes(VISIT) && service.suggestion.body.role === VISIT);
}

/** The words that make a test hold, none where it speaks of the claim alone; null where it does not hold. */
function test(
  when: ModifierTest,
  draft: Draft,
  drafts: readonly Draft[],
  scene: Scene,
  side: (s: Shown) => Sided | null,
): readonly Place[] | null {
  const again = (t: ModifierTest) => test(t, draft, drafts, scene, side);
  const others = drafts.filter((d) => d !== draft);
  if ("all" in when) {
    const places: Place[] = [];
    for (const t of when.all) {
      const found = again(t);
      if (!found) return null;
      places.push(...found);
    }
    return places;
  }
  if ("any" in when) {
    for (const t of when.any) {
      const found = again(t);
      if (found) return found;
    }
    return null;
  }
  if ("not" in when) return again(when.not) ? null : [];
  if ("words" in when) return wordsOf(when.words, draft.service, scene);
  if ("side" in when) {
    const found = side(draft.service);
    return found?.side === when.side ? found.places : null;
  }
  if ("setting" in when) return when.setting.includes(scene.encounter.setting) ? [] : null;
  if ("beside" in when) {
    const found = others.find((d) => ofKind(d.service.code, when.beside, scene.claim));
    return found ? found.service.suggestion.body.evidence.slice(0, 1) : null;
  }
  if ("pair" in when) return firstOfPair(draft, others, scene) ? [] : null;
  if ("assessed" in when) return assessed(scene, () => true);
  if (when.apart === "problem") {
    const done = others.filter((d) => d.service.suggestion.body.role !== VISIT);
    // What nobody can tie to a diagnosis may be for any of them.
    if (done.some((d) => d.pointers.length === 0)) return null;
    const pointed = new Set(done.flatMap((d) => d.pointers.map((p) => p.suggestion)));
    return assessed(scene, (d) => !pointed.has(d.suggestion.id));
  }
  const first = firstOfPair(draft, others, scene);
  return first ? elsewhere(draft.service, first.service, scene, side) : null;
}

function firstOfPair(draft: Draft, others: readonly Draft[], { claim, encounter }: Scene): Draft | null {
  return others.find((o) => claim.pairs.find(o.service.code, draft.service.code, encounter.date)?.allowed) ?? null;
}

/** Two places where the services were done, when no part of the body and no side is common to both. */
function elsewhere(a: Shown, b: Shown, scene: Scene, side: (s: Shown) => Sided | null): readonly Place[] | null {
  const one = side(a);
  const two = side(b);
  if (one && two && one.side !== two.side && one.side !== "bilateral" && two.side !== "bilateral")
    return [...one.places, ...two.places];
  return otherSite(a, b, scene);
}

/** A diagnosis of its own in the assessment: what the visit was for besides what was done. */
function assessed(scene: Scene, counts: (d: Shown) => boolean): readonly Place[] | null {
  for (const diagnosis of scene.diagnoses) {
    if (!counts(diagnosis)) continue;
    const source = diagnosis.sources.find(
      (s) => s.section.body.role === ASSESSMENT && problemKinds.has(s.mention.body.kind),
    );
    if (source) return [source.mention.body.place];
  }
  return null;
}

function wordsOf(
  { any, where }: { readonly any: readonly string[]; readonly where: "sentence" | "problem" | "section" | "note" },
  service: Shown,
  scene: Scene,
): readonly Place[] | null {
  for (const term of any) {
    const phrase = scene.knowledge.phrase.get(term) ?? -1;
    for (const source of service.sources) {
      const found = scene.phrases(source.mention.body.place.note, phrase);
      if (found.length === 0) continue;
      const around =
        where === "note"
          ? null
          : where === "sentence"
            ? source.sentence.body.place
            : where === "problem" && source.problem !== null
              ? scene.see.get(source.problem).body.place
              : source.section.body.place;
      const place = found.find((p) => !around || inside(p, around));
      if (place) return [place];
    }
  }
  return null;
}

function distinct(places: readonly Place[]): Place[] {
  return places.filter(
    (p, i) => places.findIndex((q) => q.note === p.note && q.start === p.start && q.end === p.end) === i,
  );
}
