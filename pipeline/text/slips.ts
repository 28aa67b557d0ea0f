import { type Lexicon, PhraseClass } from "../knowledge.js";
import { editDistance, Form, type Near, nearTo } from "./near.js";
import { stemOf } from "./stem.js";
import { isEnglish } from "./tokens.js";

/** What an unknown word was meant to be: one known word (its stem), or two that were run together (letters of the first). */
export type Slip = { readonly stem: number } | { readonly cut: number };

/** Shorter words are as near to another word as to the one that was meant. */
const SHORTEST = 6;
/** From this length on two letters may be wrong. */
const LONG = 9;
const LONGEST = 30;
/** Parts of a run-together word are at least this long, but for a joiner at its end. */
const PART = 4;
const joiners = new Set(["of", "in", "to", "and", "with"]);
const plain = /^[a-z]+$/;
/** The cache of a lexicon starts over when it holds this many words, so that memory stays flat. */
const MOST = 20_000;
const caches = new WeakMap<Lexicon, Map<string, Slip | null>>();

/**
 * What a misspelt word stands for, or null. Only for words that neither the lexicon nor the English list knows, and only
 * where one known word is nearest: a word between two others is left alone.
 * @param norm a normalised word that the lexicon does not know
 */
export function slipOf(norm: string, lexicon: Lexicon): Slip | null {
  if (norm.length < SHORTEST || norm.length > LONGEST || !plain.test(norm)) return null;
  let cache = caches.get(lexicon);
  if (!cache || cache.size >= MOST) {
    cache = new Map();
    caches.set(lexicon, cache);
  }
  let slip = cache.get(norm);
  if (slip === undefined) {
    slip =
      oneSlip(norm, lexicon, 1) ??
      runTogether(norm, lexicon) ??
      (norm.length >= LONG ? oneSlip(norm, lexicon, 2) : null);
    if (slip && isEnglish(norm)) slip = null;
    cache.set(norm, slip);
  }
  return slip;
}

/** Whether a word that was mended is near to a form in which a phrase of one word must be written ("|form|form|"). */
export function nearForm(norm: string, forms: string): boolean {
  const most = norm.length >= LONG ? 2 : 1;
  return forms.split("|").some((form) => form !== "" && editDistance(norm, form, most) <= most);
}

/** The nearest word, as it is written; where none is, the nearest stem ("migranes"). */
function oneSlip(norm: string, lexicon: Lexicon, most: 1 | 2): Slip | null {
  return nearest(norm, most, Form.word, lexicon) ?? nearest(stemOf(norm), most, Form.stem, lexicon);
}

function nearest(word: string, most: 1 | 2, form: number, lexicon: Lexicon): Slip | null {
  if (word.length < SHORTEST - 1) return null;
  let best: Near | null = null;
  let alone = false;
  for (const near of nearTo(word, most, form, lexicon.near)) {
    if (best && near.distance > best.distance) continue;
    const same: boolean = best !== null && near.distance === best.distance && sameName(near.stem, best.stem, lexicon);
    alone = same ? alone : !best || near.distance < best.distance;
    // Of names for one thing, the one that was learnt first: titles come before misspellings that are listed.
    best = same && best && best.stem < near.stem ? best : near;
  }
  return best && alone && isSlip(word, best, lexicon) ? { stem: best.stem } : null;
}

/** Whether two single words name the same concept. */
function sameName(a: number, b: number, lexicon: Lexicon): boolean {
  const concept = (stem: number): number => {
    const node = lexicon.step(0, stem);
    for (let h = lexicon.hitStart[node]; node > 0 && h < lexicon.hitStart[node + 1]; h++)
      if (lexicon.hitClass[h] === PhraseClass.concept) return lexicon.hitIndex[h];
    return -1;
  };
  return concept(a) >= 0 && concept(a) === concept(b);
}

/** Letters go wrong, not meanings: the first letter and a meaning beginning or end stay, and of two wrong letters none is a consonant put in or left out. */
function isSlip(word: string, { text, distance }: Near, { parts }: Lexicon): boolean {
  if (word[0] !== text[0] || apart(word, text, parts)) return false;
  return distance < 2 || (word.slice(-2) === text.slice(-2) && consonants(word) === consonants(text));
}

function apart(a: string, b: string, parts: Lexicon["parts"]): boolean {
  const begins = (word: string) => longest(parts.beginnings.filter((part) => word.startsWith(part)));
  const ends = (word: string) =>
    longest(parts.endings.filter((part) => word.endsWith(part) || word.endsWith(stemOf(part))));
  const differ = (x: string, y: string) => x !== "" && y !== "" && x !== y;
  return differ(begins(a), begins(b)) || differ(ends(a), ends(b));
}
const longest = (found: readonly string[]) =>
  found.reduce((most, part) => (part.length > most.length ? part : most), "");

/** Which consonants a word holds, doubled ones once, in any order: "hypothyriodism" holds those of the right word. */
const consonants = (word: string) => [...word.replace(/[aeiouyh]/g, "").replace(/(.)\1+/g, "$1")].sort().join("");

/** Two words that follow each other in some phrase, written as one ("kneepain"). */
function runTogether(norm: string, lexicon: Lexicon): Slip | null {
  for (let cut = PART; cut < norm.length - 1; cut++) {
    const end = norm.slice(cut);
    if (end.length < PART && !joiners.has(end)) continue;
    const first = lexicon.stemNormal(norm.slice(0, cut));
    const second = lexicon.stemNormal(end);
    if (first < 0 || second < 0 || !lexicon.opens[first]) continue;
    if (lexicon.step(lexicon.step(0, first), second) !== 0) return { cut };
  }
  return null;
}
