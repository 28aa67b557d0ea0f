import { type Knowledge, PhraseClass } from "../knowledge.js";
import { sideStems } from "../mention.js";
import { type Hit, hitsWithin, type Reading, TokenKind } from "../text/index.js";
import type { MentionKind } from "../types.js";
import type { Chosen } from "./choose.js";

const LATERALITY = "laterality";
export const joins = new Set(["and", "or", "&", "/"]);
const leads = new Set(["of", "to", "in", "on", "at", "over", "from", "with", "involving", "through"]);
/** Members of one list that are followed; longer lists are inventories, not one finding at many places. */
const MOST = 8;
export const heads: ReadonlySet<MentionKind> = new Set(["condition", "finding", "injury"]);

/** A place in a list, with the words by which it would be said alone ("second" of "second and third metatarsals"). */
type Member = { readonly from: number; readonly to: number; readonly index: number; readonly stems: readonly number[] };

/**
 * What is said once for several places is a mention at each: "knee and ankle pain" names knee pain too, "second and
 * third metatarsals" the second metatarsal. The words are put together as if each had been said in full, and count only
 * where the lexicon knows them so.
 */
export function coordinate(chosen: readonly Chosen[], reading: Reading, knowledge: Knowledge): Chosen[] {
  const side = new Uint8Array(reading.count);
  const taken = new Uint8Array(reading.count);
  const opens = new Uint8Array(reading.count);
  const places = new Map<number, Chosen>();
  const endsAt = new Map<number, Chosen>();
  for (const c of chosen) {
    if (c.cls === PhraseClass.concept || c.cls === PhraseClass.drug) {
      taken.fill(1, c.from, c.to);
      opens[c.from] = 1;
    } else if (c.cls === PhraseClass.anatomy) {
      places.set(c.from, c);
      endsAt.set(c.to, c);
    } else if (c.cls === PhraseClass.qualifier) {
      const { axis } = knowledge.qualifiers[c.index];
      if (knowledge.axes[axis].id === LATERALITY) side.fill(1, c.from, c.to);
    }
  }
  const sides = sideStems(knowledge);
  const noSide = (stem: number) => !sides.has(stem);
  const extra: Chosen[] = [];
  const replaced = new Set<Chosen>();
  const passes = (i: number) => reading.kind[i] === TokenKind.passed || side[i] === 1;
  const stemsAt = (from: number, to: number) => wordStems(reading, from, to);
  const memberOf = (c: Chosen): Member => ({ from: c.from, to: c.to, index: c.index, stems: stemsAt(c.from, c.to) });
  const members = new Map<number, Member>();
  const memberEnding = (end: number): Member | undefined => {
    const known = endsAt.get(end);
    return known ? memberOf(known) : members.get(end);
  };

  // Places that lend their noun to the word before them.
  for (const hit of reading.hits) {
    if (hit.cls !== PhraseClass.anatomy || hit.to - hit.from < 2) continue;
    const tail = stemsAt(hit.from, hit.to).slice(1);
    let at = hit.from;
    for (let n = 0; n < MOST && tail.length > 0; n++) {
      const joint = joinerBefore(at, reading, passes, n > 0);
      if (joint < 0) break;
      const word = joint - 1;
      if (word < 0 || reading.kind[word] !== TokenKind.word || taken[word] || endsAt.has(joint) || members.has(joint))
        break;
      const stems = [reading.stems[word], ...tail];
      const found = find(stems, PhraseClass.anatomy, knowledge);
      if (!found) break;
      const member = { from: word, to: joint, index: found.index, stems };
      members.set(joint, member);
      extra.push(placeOf(member, knowledge));
      at = word;
    }
  }

  const known = (stems: readonly number[], head: Chosen): Chosen | null => {
    const said =
      find(stems, PhraseClass.concept, knowledge) ?? find(stems.filter(noSide), PhraseClass.concept, knowledge);
    return said && knowledge.concept(said.index).kind === head.kind ? mentionOf(head, said.index, knowledge) : null;
  };
  const add = (member: Member, said: Chosen) => {
    const place = places.get(member.from);
    if (place) replaced.add(place);
    for (const e of extra) if (e.from === member.from && e.to === member.to) replaced.add(e);
    extra.push({ ...said, from: member.from, to: member.to });
  };
  for (const head of chosen) {
    if (head.cls !== PhraseClass.concept || !heads.has(head.kind)) continue;
    const within = hitsWithin(reading, head.from, head.to, PhraseClass.anatomy);
    if (within.length === 0) {
      named(head);
      continue;
    }
    let own: Hit | undefined;
    for (const hit of within)
      if ((hit.from === head.from || hit.to === head.to) && (!own || hit.to - hit.from > own.to - own.from)) own = hit;
    if (!own || own.to - own.from === head.to - head.from) continue;
    const before = stemsAt(head.from, own.from);
    const after = stemsAt(own.to, head.to);
    const list = own.from === head.from ? listBefore(head) : listAfter(head.to);
    for (const member of list) {
      const generic = find(bare([...before, ...after].filter(noSide), knowledge), PhraseClass.concept, knowledge);
      const said =
        known([...before, ...member.stems, ...after], head) ??
        (generic && knowledge.concept(generic.index).kind === head.kind
          ? mentionOf(head, generic.index, knowledge)
          : null);
      if (said) add(member, said);
    }
    // "distal radius and ulna fractures": the first place's "distal" is the second one's too, where both are of one region.
    const [nearest] = own.from === head.from ? list : [];
    if (nearest && nearest.stems.length > 1 && joins.has(reading.norm[head.from - 1])) {
      const full = [nearest.stems[0], ...stemsAt(own.from, own.to)];
      const place = find(full, PhraseClass.anatomy, knowledge);
      const region = (index: number) => knowledge.anatomy[index].wider[0]?.join();
      const said = place && region(place.index) === region(nearest.index) ? known([...full, ...after], head) : null;
      if (said) {
        replaced.add(head);
        extra.push(said);
      }
    }
  }
  if (extra.length === 0) return [...chosen];
  return [...chosen, ...extra]
    .filter((c) => !replaced.has(c))
    .sort((a, b) => a.from - b.from || b.to - a.to || a.cls - b.cls || a.index - b.index);

  /** "[fracture] of the left tibia": what the lexicon calls "fracture of tibia", said with a side or an article between. */
  function named(head: Chosen): void {
    let i = head.to;
    if (i >= reading.count || !leads.has(reading.norm[i])) return;
    const lead = reading.stems[i];
    i++;
    while (i < reading.count && passes(i) && !places.has(i)) i++;
    const first = places.get(i);
    if (!first || taken[i]) return;
    const said = full(memberOf(first));
    if (!said || said.index === head.index) return;
    replaced.add(head);
    extra.push(said);
    for (const member of listAfter(first.to)) add(member, full(member) ?? head);

    /** As written ("buckle fracture of radius"), otherwise by the head's plain name ("[open] fracture of tibia"). */
    function full(member: Member): Chosen | null {
      const { name } = knowledge.concept(head.index);
      return (
        known([...stemsAt(head.from, head.to), lead, ...member.stems], head) ??
        known([...name, lead, ...member.stems], head)
      );
    }
  }
  /** "the hip, knee and [ankle pain]": places before a head that begins with its own, unless they are another head's. */
  function listBefore(head: Chosen): Member[] {
    const list: Member[] = [];
    let at = head.from;
    while (list.length < MOST) {
      const joint = joinerBefore(at, reading, passes, list.length > 0);
      const member = joint < 0 ? undefined : memberEnding(joint);
      if (!member || taken[member.from]) break;
      list.push(member);
      at = member.from;
    }
    let i = at - 1;
    while (i >= 0 && passes(i)) i--;
    if (i > 0 && leads.has(reading.norm[i]) && taken[i - 1]) return [];
    return list;
  }
  /** "[pain in the hip], knee and ankle": places behind a head that ends with its own, when an "and" closes the list. */
  function listAfter(end: number): Member[] {
    const list: Member[] = [];
    let closed = false;
    let at = end;
    while (list.length < MOST && !closed) {
      let i = at;
      if (reading.norm[i] === "," && i < reading.count) i++;
      if (i < reading.count && joins.has(reading.norm[i])) {
        closed = true;
        i++;
      }
      if (i === at) break;
      while (i < reading.count && passes(i) && !places.has(i)) i++;
      const place = places.get(i);
      if (!place || taken[place.from] || opens[place.to]) return [];
      list.push(memberOf(place));
      at = place.to;
    }
    return closed ? list : [];
  }
}

/** Where the word before a joiner ends: `at` is the token behind it. -1 when no joiner stands there. */
export function joinerBefore(at: number, reading: Reading, passes: (i: number) => boolean, comma: boolean): number {
  let i = at - 1;
  while (i >= 0 && passes(i)) i--;
  if (i < 0) return -1;
  if (joins.has(reading.norm[i])) return reading.norm[i - 1] === "," ? i - 1 : i;
  return comma && reading.norm[i] === "," ? i : -1;
}

export function wordStems(reading: Reading, from: number, to: number): number[] {
  const stems: number[] = [];
  for (let i = from; i < to; i++) if (reading.kind[i] === TokenKind.word) stems.push(reading.stems[i]);
  return stems;
}

/** The words of a head without its place: no "of" or "to" at the ends. */
function bare(stems: readonly number[], knowledge: Knowledge): readonly number[] {
  let to = stems.length;
  while (to > 0 && knowledge.grammar.has(stems[to - 1])) to--;
  return stems.slice(0, to);
}

/** The first phrase of a class that these stems are, written in any way. */
export function find(
  stems: readonly number[],
  cls: PhraseClass,
  knowledge: Knowledge,
): { readonly index: number } | null {
  const { lexicon } = knowledge;
  let node = 0;
  if (stems.length === 0) return null;
  for (const stem of stems) {
    node = stem < 0 ? 0 : lexicon.step(node, stem);
    if (node === 0) return null;
  }
  for (let h = lexicon.hitStart[node]; h < lexicon.hitStart[node + 1]; h++)
    if (lexicon.hitClass[h] === cls && lexicon.hitCased[h] < 0) return { index: lexicon.hitIndex[h] };
  return null;
}

export function mentionOf(head: Chosen, index: number, knowledge: Knowledge): Chosen {
  const { id, kind, source } = knowledge.concept(index);
  return { ...head, index, key: id, kind, by: source };
}

const placeOf = ({ from, to, index }: Member, knowledge: Knowledge): Chosen => ({
  from,
  to,
  cls: PhraseClass.anatomy,
  index,
  key: knowledge.anatomy[index].id,
  kind: "anatomy",
  by: "lexicon",
});
