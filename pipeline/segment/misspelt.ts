import type { Knowledge } from "../knowledge.js";

/** Shorter headings are too near to each other to be told apart when a letter is wrong. */
const SHORTEST = 8;
const PART = 4;
type Index = { readonly opens: ReadonlyMap<string, string[]>; readonly ends: ReadonlyMap<string, string[]> };
const indexes = new WeakMap<Knowledge["headings"], Index>();

/**
 * Kind of a heading that is known but for one letter (left out, added, changed, or two that changed places), or -1.
 * One wrong letter leaves the beginning or the end as it was, so only headings that share one of them are compared.
 * @param key as `headingKey` gives it
 */
export function misspelt(key: string, headings: Knowledge["headings"]): number {
  if (key.length < SHORTEST) return -1;
  const { opens, ends } = indexOf(headings);
  let kind = -1;
  for (const list of [opens.get(key.slice(0, PART)), ends.get(key.slice(-PART))])
    for (const known of list ?? [])
      if (oneLetterApart(key, known)) {
        const found = headings.get(known) ?? -1;
        if (kind >= 0 && kind !== found) return -1;
        kind = found;
      }
  return kind;
}

function indexOf(headings: Knowledge["headings"]): Index {
  let index = indexes.get(headings);
  if (!index) {
    const opens = new Map<string, string[]>();
    const ends = new Map<string, string[]>();
    const add = (map: Map<string, string[]>, part: string, key: string) => {
      const list = map.get(part);
      if (list) list.push(key);
      else map.set(part, [key]);
    };
    for (const key of headings.keys())
      if (key.length >= SHORTEST) {
        add(opens, key.slice(0, PART), key);
        add(ends, key.slice(-PART), key);
      }
    index = { opens, ends };
    indexes.set(headings, index);
  }
  return index;
}

/** Digits and spaces are never taken for a slip: "stage 2" is not "stage 3". */
function oneLetterApart(a: string, b: string): boolean {
  const short = a.length <= b.length ? a : b;
  const long = short === a ? b : a;
  const more = long.length - short.length;
  if (more > 1) return false;
  let from = 0;
  while (from < short.length && short[from] === long[from]) from++;
  let back = 0;
  while (back < short.length - from && short[short.length - 1 - back] === long[long.length - 1 - back]) back++;
  const changed = long.slice(from, long.length - back);
  const instead = short.slice(from, short.length - back);
  if (!/^[a-z]{1,2}$/.test(changed) || !/^[a-z]{0,2}$/.test(instead)) return false;
  if (more === 1) return instead === "";
  return changed.length === 1 || (changed[0] === instead[1] && changed[1] === instead[0]);
}
