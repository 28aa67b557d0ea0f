import { type Cue, type Knowledge, PhraseClass } from "../knowledge.js";
import { tokenAt } from "../mention.js";
import { stage } from "../stage.js";
import { type Hit, hitsWithin, type Reading, TokenKind } from "../text/index.js";
import type { Certainty, Fact, FactId, Place, Source, Subject, Time } from "../types.js";

const self: Source = { type: "stage", id: "assert" };
const asserted = new Set([
  "condition",
  "finding",
  "injury",
  "external-cause",
  "status",
  "service",
  "drug",
  "measurement",
]);
type Axis = "certainty" | "time" | "subject";
type CueHit = Hit & { readonly cue: Cue };
/** Tokens `from` to `to` whose mentions the cue changes. */
type Scope = { readonly hit: CueHit; readonly from: number; readonly to: number };
/** What is read when no cue speaks: the section's own implication, or plain presence. */
type Implied = { readonly certainty: Certainty | null; readonly time: Time | null; readonly subject: Subject | null };

/** Certainty, time and subject of each mention, each with the cue that decided it. */
export const assert = stage({
  name: "assert",
  reads: ["section", "sentence", "mention"],
  writes: ["assertion"],
  run(see, write, encounter, knowledge) {
    const bySentence = new Map<FactId, Fact<"mention">[]>();
    for (const mention of see.of("mention")) {
      if (!asserted.has(mention.body.kind)) continue;
      const list = bySentence.get(mention.body.sentence);
      if (list) list.push(mention);
      else bySentence.set(mention.body.sentence, [mention]);
    }
    for (const sentence of see.of("sentence")) {
      const mentions = bySentence.get(sentence.id);
      if (!mentions) continue;
      const reading = see.reading(sentence.body.place.note);
      const implied = impliedBy(see.get(sentence.body.section), knowledge);
      const scopes = scopesOf(sentence.body.place, reading, knowledge, mentions);
      for (const mention of mentions) {
        const read = readMention(mention.body.place, scopes, implied, reading);
        const cue = read.cue;
        write("assertion", cue ? { type: "cue", id: cue.hit.cue.id } : self, [mention.id], {
          mention: mention.id,
          certainty: read.certainty,
          time: read.time,
          subject: read.subject,
          ...(cue ? { cue: placeOf(cue.hit, reading, mention.body.place.note) } : {}),
        });
      }
    }
    void encounter;
  },
});

const placeOf = (hit: Hit, reading: Reading, note: string): Place => ({
  note,
  start: reading.start[hit.from],
  end: reading.end[hit.to - 1],
});

function impliedBy(section: Fact<"section">, knowledge: Knowledge): Implied {
  const kind = knowledge.sections.find((s) => s.id === section.body.is);
  return { certainty: kind?.certainty ?? null, time: kind?.time ?? null, subject: kind?.subject ?? null };
}

/** Cues of a sentence with the tokens that each reaches: cut off by terminators of its axes, by other clauses, by its own reach. */
export function scopesOf(
  place: Place,
  reading: Reading,
  knowledge: Knowledge,
  mentions: readonly Fact<"mention">[],
): Scope[] {
  const first = tokenAt(reading, place.start);
  const last = tokenAt(reading, place.end - 1) + 1;
  const spans = mentions.map((m) => ({
    from: tokenAt(reading, m.body.place.start),
    to: tokenAt(reading, m.body.place.end - 1) + 1,
  }));
  const found = cuesIn(first, last, reading, knowledge, spans);
  if (found.length === 0) return [];
  const inside = new Uint8Array(last - first);
  for (const { from, to } of spans) {
    // A cue that is part of a longer name ("history of breast cancer") says nothing about its neighbours.
    if (to - from > 1) inside.fill(1, Math.max(0, from - first), to - first);
  }
  const scopes: Scope[] = [];
  for (const hit of found) {
    if (hit.cue.kind !== "cue") continue;
    let own = true;
    for (let i = hit.from; i < hit.to; i++) if (!inside[i - first]) own = false;
    if (own) continue;
    const axes: Axis[] = [];
    if (hit.cue.certainty) axes.push("certainty");
    if (hit.cue.time) axes.push("time");
    if (hit.cue.subject) axes.push("subject");
    const ends = (t: CueHit) =>
      t.cue.kind === "terminate" && (t.cue.of.length === 0 || axes.some((a) => t.cue.of.includes(a)));
    if (hit.cue.direction !== "backward") {
      let to = last;
      for (const t of found) if (t.from >= hit.to && t.from < to && ends(t)) to = t.from;
      if (hit.cue.reach > 0) to = Math.min(to, afterWords(reading, hit.to, hit.cue.reach, last));
      if (hit.cue.reach === 0) to = Math.min(to, clauseEnd(reading, hit.to, to));
      scopes.push({ hit, from: hit.to, to });
    }
    if (hit.cue.direction !== "forward") {
      let from = first;
      for (const t of found) if (t.to <= hit.from && t.to > from && ends(t)) from = t.to;
      if (hit.cue.reach > 0) from = Math.max(from, beforeWords(reading, hit.from, hit.cue.reach, first));
      if (hit.cue.reach === 0) from = Math.max(from, clauseStart(reading, hit.from, from));
      scopes.push({ hit, from, to: hit.from });
    }
  }
  return scopes;
}

/**
 * Longest cues first; a cue inside a longer one, above all inside a pseudo cue, does not count. A pseudo cue that reaches
 * into a mention is none: in "no change in hearing" the change itself may be what is named.
 */
function cuesIn(
  first: number,
  last: number,
  reading: Reading,
  knowledge: Knowledge,
  mentions: readonly { from: number; to: number }[],
): CueHit[] {
  const all: CueHit[] = hitsWithin(reading, first, last, PhraseClass.cue)
    .map((hit) => ({ ...hit, cue: knowledge.cues[hit.index] }))
    .filter(
      (hit) =>
        hit.cue.kind !== "pseudo" || !mentions.some((m) => m.from < hit.to && hit.from < m.from && hit.to <= m.to),
    );
  all.sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from || a.index - b.index);
  const kept: CueHit[] = [];
  for (const hit of all) {
    // Cues over the very same words may speak of different axes; a shorter one within a longer one is part of it.
    const within = kept.some((k) => hit.from < k.to && k.from < hit.to && !(k.from === hit.from && k.to === hit.to));
    if (!within) kept.push(hit);
  }
  return kept.sort((a, b) => a.from - b.from || a.index - b.index);
}

const isWord = (reading: Reading, i: number) => reading.kind[i] !== TokenKind.punctuation;
function afterWords(reading: Reading, from: number, words: number, limit: number): number {
  let i = from;
  for (let n = 0; i < limit && n < words; i++) if (isWord(reading, i)) n++;
  return i;
}
function beforeWords(reading: Reading, to: number, words: number, limit: number): number {
  let i = to;
  for (let n = 0; i > limit && n < words; i--) if (isWord(reading, i - 1)) n++;
  return i;
}
const endsClause = (norm: string) =>
  norm === ";" || norm === ":" || norm === "(" || norm === ")" || norm === "." || norm === ",";
function clauseEnd(reading: Reading, from: number, limit: number): number {
  for (let i = from; i < limit; i++) if (endsClause(reading.norm[i]) && i > from) return i;
  return limit;
}
function clauseStart(reading: Reading, to: number, limit: number): number {
  for (let i = to - 1; i >= limit; i--) if (endsClause(reading.norm[i]) && i < to - 1) return i + 1;
  return limit;
}

const strength: Record<Certainty, number> = { present: 0, possible: 1, hypothetical: 2, absent: 3 };

/** The nearest cue of each axis decides; of certainty, denial goes before the others at equal distance. */
function readMention(place: Place, scopes: readonly Scope[], implied: Implied, reading: Reading) {
  const from = tokenAt(reading, place.start);
  const to = tokenAt(reading, place.end - 1) + 1;
  let certainty: Certainty | null = null;
  let time: Time | null = null;
  let subject: Subject | null = null;
  let cue: Scope | undefined;
  let nearest = { certainty: 1e9, time: 1e9, subject: 1e9 };
  for (const scope of scopes) {
    // A mention may begin in the cue's last word or end in its first ("no acute | distress").
    const { hit } = scope;
    const forward = scope.from >= hit.to;
    if (
      forward
        ? from <= hit.from || to <= scope.from || to > scope.to
        : to >= hit.to || from >= scope.to || from < scope.from
    )
      continue;
    const { cue: c } = hit;
    const distance = Math.max(0, forward ? from - hit.to : hit.from - to);
    if (
      c.certainty &&
      (distance < nearest.certainty ||
        (distance === nearest.certainty && strength[c.certainty] > strength[certainty ?? "present"]))
    ) {
      certainty = c.certainty;
      nearest = { ...nearest, certainty: distance };
      cue = scope;
    }
    if (c.time && distance < nearest.time) {
      time = c.time;
      nearest = { ...nearest, time: distance };
      cue ??= scope;
    }
    if (c.subject && distance < nearest.subject) {
      subject = c.subject;
      nearest = { ...nearest, subject: distance };
      cue ??= scope;
    }
  }
  return {
    certainty: certainty ?? implied.certainty ?? "present",
    time: time ?? implied.time ?? "current",
    subject: subject ?? implied.subject ?? "patient",
    cue,
  } as const;
}
