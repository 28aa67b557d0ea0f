import { editDistance, normalise, TokenKind, tokenise } from "../../../pipeline/text/index.js";

/** Words from this length on may hold a slip. */
const SLIP = 5;
/** Worth of a word that is there as it is written, begun, or with a slip. */
const WHOLE = 1;
const BEGUN = 0.8;
const MENDED = 0.6;

/** Search over titles alone, for code sets that no retrieval is built for: every word of a query must be in a title. */
export class LabelIndex {
  private readonly words = new Map<string, Set<number>>();
  private readonly lengths: number[] = [];

  /** @param titles by position; each may be several texts in one */
  constructor(titles: readonly string[]) {
    titles.forEach((title, i) => {
      const own = wordsOf(title);
      this.lengths.push(own.length);
      for (const word of own) {
        const list = this.words.get(word) ?? new Set();
        list.add(i);
        this.words.set(word, list);
      }
    });
  }

  /** Positions whose titles hold every word, best first; the last word may be unfinished, and words may hold a slip. */
  search(query: string, limit: number): number[] {
    const asked = wordsOf(query);
    const open = /[\p{L}\p{N}]$/u.test(query);
    let found: Map<number, number> | undefined;
    for (const [n, word] of asked.entries()) {
      const here = this.holders(word, open && n === asked.length - 1);
      const both = new Map<number, number>();
      for (const [position, worth] of here) {
        const before = found ? found.get(position) : 0;
        if (before !== undefined) both.set(position, before + worth);
      }
      found = both;
    }
    return [...(found ?? [])]
      .sort(([a, x], [b, y]) => y - x || this.lengths[a] - this.lengths[b] || a - b)
      .slice(0, limit)
      .map(([position]) => position);
  }

  private holders(word: string, open: boolean): Map<number, number> {
    const found = new Map<number, number>();
    const add = (list: ReadonlySet<number>, worth: number) => {
      for (const i of list) if (worth > (found.get(i) ?? 0)) found.set(i, worth);
    };
    add(this.words.get(word) ?? new Set(), WHOLE);
    if (open) for (const [known, list] of this.words) if (known.startsWith(word)) add(list, BEGUN);
    if (found.size > 0 || word.length < SLIP) return found;
    for (const [known, list] of this.words) {
      if (known[0] !== word[0]) continue;
      const slipped =
        editDistance(word, known, 1) <= 1 || (open && editDistance(word, known.slice(0, word.length), 1) <= 1);
      if (slipped) add(list, MENDED);
    }
    return found;
  }
}

function wordsOf(text: string): string[] {
  const tokens = tokenise(text);
  const words: string[] = [];
  for (let i = 0; i < tokens.count; i++)
    if (tokens.kind[i] === TokenKind.word || /^\d/.test(tokens.norm[i])) words.push(normalise(tokens.norm[i]));
  return words;
}
