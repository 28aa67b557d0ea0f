import { Form, normalise, stemOf, TokenKind, tokenise } from "../../pipeline/text/index.js";

/** Gives each canonical stem a number, and remembers which stem a listed word has. */
export class StemTable {
  readonly list: string[] = [];
  private readonly ids = new Map<string, number>();
  private readonly seen = new Map<string, number>();
  private readonly canonical = new Map<string, string>();
  private readonly groups = new Map<string, readonly string[]>();
  private readonly lettered = new Set<string>();

  /** @param groups words that mean the same; the first stands for all */
  constructor(groups: readonly (readonly string[])[]) {
    for (const group of groups) {
      const first = stemOf(normalise(group[0]));
      for (const word of group) {
        const plain = normalise(word);
        this.groups.set(plain, group.map(normalise));
        if (!this.canonical.has(plain)) this.canonical.set(plain, first);
        const stem = stemOf(plain);
        if (!this.canonical.has(stem)) this.canonical.set(stem, first);
      }
    }
  }

  /** "a" is an article, but a name behind words that some term follows with a single letter ("hepatitis B"). Told before any phrase is made. */
  learnLetters(terms: Iterable<string>): void {
    for (const term of terms) {
      for (const m of term.matchAll(/\b([a-z]{3,}) (?:a$|[b-hk]\b)/gi)) this.lettered.add(normalise(m[1]));
    }
  }

  canon(norm: string): string {
    const own = this.canonical.get(norm);
    if (own !== undefined) return own;
    const stem = stemOf(norm);
    return this.canonical.get(stem) ?? stem;
  }

  /** @param norm a normalised word */
  id(norm: string): number {
    const known = this.seen.get(norm);
    if (known !== undefined) return known;
    const text = this.canon(norm);
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.list.length;
      this.list.push(text);
      this.ids.set(text, id);
    }
    this.seen.set(norm, id);
    return id;
  }

  /** Stems of a phrase in order. Punctuation is left out, but for the signs in `keep`. */
  phrase(text: string, keep: string = "/%"): number[] {
    const tokens = tokenise(text);
    const out: number[] = [];
    for (let i = 0; i < tokens.count; i++) {
      const norm = tokens.norm[i];
      if (tokens.kind[i] === TokenKind.punctuation && !keep.includes(norm)) continue;
      if (tokens.kind[i] === TokenKind.passed && !(norm === "a" && i > 0 && this.lettered.has(tokens.norm[i - 1])))
        continue;
      out.push(this.id(norm));
    }
    return out;
  }

  /** Forms in which a note may write a word that is a phrase by itself: plurals, and the words that `words.json` makes equal. */
  formsOf(word: string): string[] {
    const plain = normalise(word);
    const group = this.groups.get(plain) ?? [plain];
    return [
      ...new Set(
        group.flatMap((w) => [
          w,
          `${w}s`,
          `${w}es`,
          w.replace(/y$/, "ies"),
          w.replace(/is$/, "es"),
          w.replace(/s$/, ""),
          w.replace(/ies$/, "y"),
        ]),
      ),
    ];
  }

  /** Words as they are written, and as their stems are spelt, with the canonical stem of each. */
  spellings(): { text: string; stem: number; form: number }[] {
    const made = new Map<string, { text: string; stem: number; form: number }>();
    const add = (text: string, stem: number, form: number) => {
      const known = made.get(text);
      if (known) known.form |= form;
      else made.set(text, { text, stem, form });
    };
    for (const [word, id] of this.seen) add(word, id, Form.word);
    for (const [word, id] of this.seen) add(stemOf(word), id, Form.stem);
    return [...made.values()];
  }

  words(): [string, number][] {
    return [...this.seen];
  }
  same(): [string, string][] {
    return [...this.canonical];
  }
}
