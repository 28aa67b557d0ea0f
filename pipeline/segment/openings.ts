import type { Knowledge } from "../knowledge.js";
import { headingKey } from "../text/index.js";
import type { Line } from "./lines.js";

type Opening = { readonly words: string; readonly kind: number };
const indexes = new WeakMap<Knowledge["sections"], ReadonlyMap<string, readonly Opening[]>>();
/** Units of a line that can hold an opening. */
const LONGEST = 72;

/** Position of the section kind that a line opens by its first words, such as a signature, or -1. */
export function openingOf(text: string, line: Line, knowledge: Knowledge): number {
  if (line.textStart >= line.end) return -1;
  const index = indexOf(knowledge.sections);
  const start = line.bodyStart;
  const first = /^[\p{L}-]+/u.exec(text.slice(start, Math.min(line.end, start + 20)));
  const list = first && index.get(headingKey(first[0]).split(" ")[0]);
  if (!list) return -1;
  const key = headingKey(text.slice(start, Math.min(line.end, start + LONGEST)));
  for (const { words, kind } of list)
    if (key.startsWith(words) && !/[a-z0-9]/.test(key[words.length] ?? "")) return kind;
  return -1;
}

function indexOf(sections: Knowledge["sections"]): ReadonlyMap<string, readonly Opening[]> {
  let index = indexes.get(sections);
  if (!index) {
    const made = new Map<string, Opening[]>();
    sections.forEach(({ opens }, kind) => {
      for (const words of opens) {
        const first = words.split(" ")[0];
        made.set(first, [...(made.get(first) ?? []), { words, kind }]);
      }
    });
    index = made;
    indexes.set(sections, index);
  }
  return index;
}
