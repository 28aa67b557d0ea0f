import type { Span } from "../types.js";
import type { Line } from "./lines.js";

/** Words whose full stop ends no sentence. */
const stops = new Set([
  "dr",
  "mr",
  "mrs",
  "ms",
  "vs",
  "e.g",
  "i.e",
  "approx",
  "st",
  "jr",
  "sr",
  "fig",
  "no",
  "inc",
  "etc",
  "dept",
  "al",
  "p.o",
  "b.i.d",
  "t.i.d",
  "q.i.d",
  "q.d",
  "p.r.n",
  "h.s",
  "a.m",
  "p.m",
]);

/**
 * Sentences of a stretch of lines. A line break ends one unless the next line goes on in lower case without a mark;
 * full stops inside numbers, initials and short forms end none.
 */
export function sentencesOf(text: string, lines: readonly Line[], from: number, to: number): Span[] {
  const out: Span[] = [];
  let start = -1;
  const close = (end: number) => {
    if (start >= 0) {
      while (end > start && /\s/.test(text[end - 1])) end--;
      if (end > start) out.push({ start, end });
    }
    start = -1;
  };
  for (let l = 0; l < lines.length; l++) {
    const line = lines[l];
    const begin = Math.max(from, line.bodyStart);
    const end = Math.min(to, line.end);
    if (begin >= end) {
      close(Math.max(from, Math.min(to, line.start)));
      continue;
    }
    const wraps = start >= 0 && line.mark === "none" && !line.blankBefore && /[\p{Ll}(]/u.test(text[begin]);
    if (!wraps) close(Math.min(begin, lastEnd(lines, l, from)));
    let i = begin;
    while (i < end && /\s/.test(text[i])) i++;
    if (start < 0) start = i;
    for (; i < end; i++) {
      const c = text[i];
      if (c !== "." && c !== "?" && c !== "!" && c !== ";") continue;
      if (c === "?" && i + 1 < end && /\S/.test(text[i + 1])) continue;
      // A question mark before the words doubts what follows ("Imp: ? pneumonia").
      if (c === "?" && /^$|[:,(/–-]$/.test(text.slice(start, i).trimEnd())) continue;
      // So does one that stands by itself before a small letter or a short form ("working diagnosis ? sciatica").
      if (c === "?" && /^\s\?\s(?:\p{Ll}|\p{Lu}{2})/u.test(text.slice(i - 1, i + 4))) continue;
      const next = text[i + 1];
      if (i + 1 < end && !/[\s"')\]]/.test(next)) continue;
      if (c === ";") {
        close(i + 1);
      } else {
        if (c === ".") {
          let w = i;
          while (w > begin && /[\p{L}.]/u.test(text[w - 1])) w--;
          const word = text.slice(w, i).toLowerCase();
          if (
            stops.has(word) ||
            (word.length === 1 && /[A-Z]/.test(text[w]) && /\s[A-Z][a-z]/.test(text.slice(i + 1, i + 4)))
          )
            continue;
          let n = i + 1;
          while (n < end && /\s/.test(text[n])) n++;
          if (n < end && /\p{Ll}/u.test(text[n]) && word.length <= 3) continue;
        }
        close(i + 1);
      }
      let n = i + 1;
      while (n < end && /[\s"')\]]/.test(text[n])) n++;
      i = n - 1;
      if (n < end) start = n;
    }
  }
  close(to);
  return out;
}
const lastEnd = (lines: readonly Line[], l: number, from: number) => Math.max(from, l > 0 ? lines[l - 1].end : from);
