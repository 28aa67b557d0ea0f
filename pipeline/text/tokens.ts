import { createRequire } from "node:module";
import type { Span } from "../types.js";

// wink-nlp and its model are CommonJS without an ESM entry.
const require = createRequire(import.meta.url);
type Wink = {
  readDoc(text: string): { tokens(): { out<T = string>(f?: unknown): T[] } };
  its: { value: unknown; uniqueId: unknown };
};
let wink: Wink | undefined;
/** Words of the model's own list have lower numbers than this; others are numbered as they are met. */
let listed = 0;
function tokenizer(): Wink {
  if (!wink) {
    wink = (require("wink-nlp") as (m: unknown, pipe: string[]) => Wink)(require("wink-eng-lite-web-model"), []);
    [listed] = wink.readDoc("qzxqzxq").tokens().out<number>(wink.its.uniqueId);
  }
  return wink;
}

const inflected = /(?:es|s|ed|er|ing|ly)$/;
/** Whether the model's list of English words has a word, already normalised, or what it is a form of ("explored"). */
export function isEnglish(norm: string): boolean {
  const base = norm.replace(inflected, "");
  const tried = new Set([norm, base, `${base}e`, norm.replace(/[sdr]$/, ""), norm.replace(/ie[sdr]$/, "y")]);
  const { its } = tokenizer();
  for (const word of tried) {
    const ids = tokenizer().readDoc(word).tokens().out<number>(its.uniqueId);
    if (ids.length !== 1 || ids[0] < listed) return true;
  }
  return false;
}

/** Kinds of token: a word or number that takes part in phrases, punctuation, or a word that phrases pass over ("the"). */
export const TokenKind = { word: 0, punctuation: 1, passed: 2 } as const;

/** Parallel arrays, one entry a token. `start` and `end` are UTF-16 units, `end` exclusive. */
export type Tokens = {
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly kind: Uint8Array;
  /** Lower case, accents and apostrophes made plain; the form that stems are looked up by. */
  readonly norm: readonly string[];
};

/** The tokenizer is asked for pieces of about this many units, since its cost grows faster than the text. */
const CHUNK = 4096;
const passedOver = new Set(["the", "a", "an", "his", "her", "their", "my", "your", "'s", "’s", "'", "’"]);
const digits = /^\d{1,2}$/;
const capitals = /^[A-Z]{2,4}\.$/;
const letter = /[a-zA-Z]/;
const shortNot = /^n['’]?t$/i;
const wordLike = /[\p{L}\p{N}]/u;
const ascii = /^[\x20-\x7e]*$/;

/**
 * Lower case; accents, curly quotes and ligatures made plain. Shared by notes, titles and lexicon, so that they meet.
 */
export function normalise(word: string): string {
  if (!ascii.test(word))
    word = word
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/[‘’ʼ]/g, "'")
      .replace(/[‐‑‒–—−]/g, "-");
  return word.toLowerCase();
}

/** Ends of pieces at line breaks, so that no token is cut. A line longer than a piece is cut at a space. */
function* pieces(text: string): Generator<Span> {
  let start = 0;
  while (start < text.length) {
    let end = Math.min(text.length, start + CHUNK);
    if (end < text.length) {
      const newline = text.lastIndexOf("\n", end);
      const space = newline > start ? newline : text.lastIndexOf(" ", end);
      if (space > start) end = space;
      else if (isLow(text.charCodeAt(end)) && isHigh(text.charCodeAt(end - 1))) end--;
    }
    yield { start, end };
    start = end;
  }
}
const joined = (text: string, at: number) => wordLike.test(text[at - 1] ?? "") && wordLike.test(text[at + 1] ?? "");
const isHigh = (u: number) => u >= 0xd800 && u <= 0xdbff;
const isLow = (u: number) => u >= 0xdc00 && u <= 0xdfff;
const isSpace = (u: number) =>
  u <= 32 ||
  u === 0xa0 ||
  u === 0x200b ||
  u === 0xfeff ||
  (u >= 0x2000 && u <= 0x200f) ||
  u === 0x2028 ||
  u === 0x2029 ||
  u === 0x3000;

/**
 * Splits text into tokens with exact offsets. Words joined by hyphens are split, since notes and titles differ in them;
 * slashes stand alone. wink-nlp gives the values, and each is found again in the text: a value that is not where it
 * should be makes the rest of its piece fall back to runs of letters and digits.
 */
export function tokenise(text: string): Tokens {
  const start: number[] = [];
  const end: number[] = [];
  const kind: number[] = [];
  const norm: string[] = [];
  const add = (from: number, to: number) => {
    // The tokenizer cuts "3a" in two; a stage or a level is one word.
    const before = end.length - 1;
    if (
      to - from === 1 &&
      before >= 0 &&
      end[before] === from &&
      digits.test(norm[before]) &&
      letter.test(text[from])
    ) {
      end[before] = to;
      norm[before] += text[from].toLowerCase();
      return;
    }
    // It cuts "can't" and "cant" behind "ca", which would be cancer.
    if (before >= 0 && norm[before] === "ca" && end[before] === from && shortNot.test(text.slice(from, to))) {
      norm[before] = normalise(text.slice(start[before], ++from));
      end[before] = from;
    }
    const raw = text.slice(from, to);
    const form = normalise(raw);
    start.push(from);
    end.push(to);
    norm.push(form);
    kind.push(passedOver.has(form) ? TokenKind.passed : wordLike.test(raw) ? TokenKind.word : TokenKind.punctuation);
  };
  // Between two letters or digits, whether or not the tokenizer cuts there ("normal-pressure", "end-stage").
  const joins = (i: number) => i > 0 && i + 1 < text.length && wordLike.test(text[i - 1]) && wordLike.test(text[i + 1]);
  const split = (from: number, to: number) => {
    // Hyphens, slashes and signs inside a token become tokens of their own.
    let at = from;
    for (let i = from; i < to; i++) {
      const u = text.charCodeAt(i);
      const hyphen = u === 45 || (u >= 0x2010 && u <= 0x2015);
      if (hyphen || u === 47 || u === 95 || u === 43) {
        if (i > at) add(at, i);
        if (!(hyphen && joins(i))) add(i, i + 1);
        at = i + 1;
      }
    }
    // It leaves some names whole with their possessive ("Raynaud's"), though not others.
    if (to - at > 3 && text[to - 1] === "s" && (text[to - 2] === "'" || text[to - 2] === "’")) {
      add(at, to - 2);
      at = to - 2;
    }
    // The tokenizer takes "C." for an initial; behind "hepatitis" it ends the sentence.
    if (to - at === 2 && text[at + 1] === "." && letter.test(text[at])) {
      add(at, at + 1);
      at++;
    }
    // It knows "MI." and "PA." as states and keeps their point.
    if (to - at <= 5 && capitals.test(text.slice(at, to))) {
      add(at, to - 1);
      at = to - 1;
    }
    if (at < to) add(at, to);
  };
  for (const piece of pieces(text)) {
    const slice = text.slice(piece.start, piece.end);
    const { its } = tokenizer();
    const values = tokenizer().readDoc(slice).tokens().out(its.value);
    let at = piece.start;
    let failed = false;
    for (const value of values) {
      while (at < piece.end && isSpace(text.charCodeAt(at)) && !text.startsWith(value, at)) at++;
      if (!text.startsWith(value, at) || at + value.length > piece.end) {
        failed = true;
        break;
      }
      // A hyphen between two letters joins words, whether or not the tokenizer took it for one.
      const joins = value === "-" && joined(text, at);
      if (value.trim() !== "" && !joins) split(at, at + value.length);
      at += value.length;
    }
    if (failed)
      for (const m of text.slice(at, piece.end).matchAll(/[\p{L}\p{M}\p{N}]+|[^\s]/gu))
        add(at + m.index, at + m.index + m[0].length);
  }
  return {
    count: start.length,
    start: Int32Array.from(start),
    end: Int32Array.from(end),
    kind: Uint8Array.from(kind),
    norm,
  };
}
