import type { Knowledge } from "../knowledge.js";
import { Form, nearTo, stemOf } from "../text/index.js";

/** Shorter words have too many neighbours for a guess to be worth anything. */
const SHORTEST = 5;
/** From this length on two letters may be wrong. */
const LONG = 9;
/** Stems kept for a word that is in no title. */
const MOST = 3;

/** Stems of titles that a misspelt word, already normalised, may mean, with how near they are (1 is the same). */
export function nearWords(written: string, knowledge: Knowledge): { stem: number; near: number }[] {
  const word = stemOf(written);
  if (word.length < SHORTEST || /\d/.test(word)) return [];
  const { postingStart, weight } = knowledge.search;
  return nearTo(word, word.length >= LONG ? 2 : 1, Form.stem, knowledge.lexicon.near)
    .filter(({ stem }) => postingStart[stem + 1] > postingStart[stem])
    .sort((a, b) => a.distance - b.distance || weight[a.stem] - weight[b.stem] || a.stem - b.stem)
    .slice(0, MOST)
    .map(({ stem, distance }) => ({ stem, near: 1 - distance * 0.15 }));
}
