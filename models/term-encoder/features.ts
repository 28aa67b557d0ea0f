/** Rows of the model; the row behind them stands for nothing and pads shorter texts. */
export const BUCKETS = 1 << 16;
/** Features of a text that are looked at; `train.py` has the same number. */
export const LONGEST = 96;
const SHORTEST_RUN = 3;
const LONGEST_RUN = 5;
const light = new Set(["of", "the", "a", "an", "and", "or", "in", "to", "by", "for", "on", "at", "from"]);

/**
 * A text as rows of the model: its words, the runs of three to five letters of each, and pairs of neighbours.
 * The same as `features` in `train.py`, which `features.test.ts` holds to.
 */
export function featuresOf(text: string): number[] {
  const words = (
    text
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  ).filter((word) => !light.has(word));
  const found: number[] = [];
  for (const word of words) {
    if (found.length >= LONGEST) return found.slice(0, LONGEST);
    found.push(hash(`=${word}`));
    if (/^\d+$/.test(word)) continue;
    const framed = `<${word}>`;
    for (let n = SHORTEST_RUN; n <= LONGEST_RUN; n++)
      for (let i = 0; i + n <= framed.length; i++) found.push(hash(framed.slice(i, i + n)));
  }
  for (let i = 1; i < words.length; i++) found.push(hash(`${words[i - 1]} ${words[i]}`));
  return found.slice(0, LONGEST);
}

/** FNV-1a over ASCII. */
function hash(text: string): number {
  let x = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) x = Math.imul(x ^ text.charCodeAt(i), 0x01000193);
  return (x >>> 0) % BUCKETS;
}
