import { type Lexicon, PhraseClass } from "../knowledge.js";
import { nearForm, slipOf } from "./slips.js";
import { TokenKind, type Tokens, tokenise } from "./tokens.js";

/** A lexicon phrase in a note: tokens `from` to `to` (exclusive), its class, and its position in that class's list. */
export type Hit = { readonly from: number; readonly to: number; readonly cls: PhraseClass; readonly index: number };

/** A note as the stages see it: tokens, their stems, and every lexicon phrase, from one walk. */
export type Reading = Tokens & {
  readonly text: string;
  readonly stems: Int32Array;
  /** In order of `from`, longer first. */
  readonly hits: readonly Hit[];
};

/** Phrases longer than this many tokens are not followed; no title that notes repeat is longer. */
const LONGEST = 16;
const MOST_COMMAS = 2;

/** @param mend whether words that nothing knows are read as the known word that they miss by a slip or two */
export function read(text: string, lexicon: Lexicon, mend = true): Reading {
  const written = tokenise(text);
  const known = stemsOf(written, lexicon);
  const { tokens, stems, mended } = mend
    ? mendedWords(written, known, lexicon)
    : { tokens: written, stems: known, mended: none };
  const { count, kind, norm } = tokens;
  const hits: Hit[] = [];
  for (let from = 0; from < count; from++) {
    const first = stems[from];
    if (first < 0 || !lexicon.opens[first]) continue;
    const found = hits.length;
    let node = 0;
    let commas = 0;
    for (let i = from, used = 0; i < count && used < LONGEST; i++) {
      const stem = stems[i];
      const next = stem < 0 ? 0 : lexicon.step(node, stem);
      if (next === 0) {
        // A phrase may hold a word that others pass over ("the bends"): only then is the word itself tried.
        if (kind[i] === TokenKind.passed && i > from) continue;
        // "Major depressive disorder, recurrent, moderate": a comma may stand within a name, though not within a cue.
        if (i > from && norm[i] === "," && ++commas <= MOST_COMMAS) continue;
        // "C. difficile": the point of a single letter ends no name.
        if (i > from && norm[i] === "." && norm[i - 1].length === 1 && tokens.start[i] === tokens.end[i - 1]) continue;
        break;
      }
      node = next;
      used++;
      for (let h = lexicon.hitStart[node]; h < lexicon.hitStart[node + 1]; h++) {
        if (commas > 0 && lexicon.hitClass[h] !== PhraseClass.concept) continue;
        const cased = lexicon.hitCased[h];
        if (cased >= 0) {
          const form = lexicon.cased[cased];
          const fits = form.startsWith("|")
            ? form.includes(`|${norm[i]}|`) || (mended.has(i) && nearForm(norm[i], form))
            : form === text.slice(tokens.start[from], tokens.end[i]);
          if (!fits) continue;
        }
        hits.push({ from, to: i + 1, cls: lexicon.hitClass[h] as PhraseClass, index: lexicon.hitIndex[h] });
      }
    }
    if (hits.length - found > 1) {
      const own = hits.splice(found).sort((a, b) => b.to - a.to || a.cls - b.cls || a.index - b.index);
      hits.push(...own);
    }
  }
  return { ...tokens, text, stems, hits };
}

const none: ReadonlySet<number> = new Set();

function stemsOf({ count, norm }: Tokens, lexicon: Lexicon): Int32Array {
  const stems = new Int32Array(count);
  for (let i = 0; i < count; i++) stems[i] = lexicon.stemNormal(norm[i]);
  return stems;
}

/** Slips mended: the stems that were meant, and words that were run together as two tokens. */
function mendedWords(written: Tokens, stems: Int32Array, lexicon: Lexicon) {
  const mended = new Set<number>();
  const cuts = new Map<number, number>();
  for (let i = 0; i < written.count; i++) {
    if (stems[i] >= 0 || written.kind[i] !== TokenKind.word || isName(i, written)) continue;
    const slip = slipOf(written.norm[i], lexicon);
    // A letter with its accent as a sign of its own makes the form shorter than the text.
    if (!slip || written.end[i] - written.start[i] !== written.norm[i].length) continue;
    if ("cut" in slip) cuts.set(i, slip.cut);
    else {
      stems[i] = slip.stem;
      mended.add(i);
    }
  }
  if (cuts.size === 0) return { tokens: written, stems, mended };
  const tokens = cutTokens(written, cuts);
  const moved = stemsOf(tokens, lexicon);
  const kept = new Set<number>();
  for (let i = 0, at = 0; i < written.count; i++, at++) {
    if (mended.has(i)) {
      moved[at] = stems[i];
      kept.add(at);
    }
    if (cuts.has(i)) at++;
  }
  return { tokens, stems: moved, mended: kept };
}

const titles = new Set(["mr", "mrs", "ms", "dr", "prof", "miss"]);
/** A word behind a title is somebody's name. */
function isName(i: number, { norm }: Tokens): boolean {
  const before = norm[i - 1] === "." ? norm[i - 2] : norm[i - 1];
  return before !== undefined && titles.has(before.endsWith(".") ? before.slice(0, -1) : before);
}

function cutTokens(written: Tokens, cuts: ReadonlyMap<number, number>): Tokens {
  const start: number[] = [];
  const end: number[] = [];
  const kind: number[] = [];
  const norm: string[] = [];
  for (let i = 0; i < written.count; i++) {
    const cut = cuts.get(i) ?? 0;
    start.push(written.start[i]);
    kind.push(written.kind[i]);
    if (cut > 0) {
      end.push(written.start[i] + cut);
      norm.push(written.norm[i].slice(0, cut));
      start.push(written.start[i] + cut);
      kind.push(TokenKind.word);
    }
    end.push(written.end[i]);
    norm.push(written.norm[i].slice(cut));
  }
  return {
    count: start.length,
    start: Int32Array.from(start),
    end: Int32Array.from(end),
    kind: Uint8Array.from(kind),
    norm,
  };
}

/** Position in `hits` of the first that begins at or behind a token. */
export function firstHitFrom(reading: Reading, token: number): number {
  let low = 0;
  let high = reading.hits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reading.hits[middle].from < token) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Hits of one class that lie wholly within tokens `from` to `to` and begin before `before`. */
export function hitsWithin(reading: Reading, from: number, to: number, cls: PhraseClass, before = to): Hit[] {
  const found: Hit[] = [];
  for (let h = firstHitFrom(reading, from); h < reading.hits.length; h++) {
    const hit = reading.hits[h];
    if (hit.from >= before) break;
    if (hit.cls === cls && hit.to <= to) found.push(hit);
  }
  return found;
}
