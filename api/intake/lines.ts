/** Control characters and marks that have no width. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const unseen = /[\0-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2060\ufeff]/g;
const spaces = /[\n\v\f\r\u00a0\u2028\u2029]/g;

/**
 * Writes text line by line for readers of marked-up notes: breaks are asked for and written only before the next words, so
 * that nothing begins or ends with blank lines, no line ends with spaces, and at most one blank line stands between two.
 */
export class Lines {
  readonly #parts: string[] = [];
  #line = "";
  /** Whether the line has words: to look at all of it again for each of them would take longer with each. */
  #filled = false;
  #breaks = 0;
  #begun = false;
  #length = 0;

  /** UTF-16 units so far. */
  get length(): number {
    return this.#length + this.#line.length;
  }
  /** Whether the next words begin a line. */
  get atStart(): boolean {
    return this.#breaks > 0 || !this.#filled;
  }
  /** Words within one line: breaks and hard spaces in them become spaces. */
  write(shown: string): void {
    const words = shown.replace(unseen, "").replace(spaces, " ");
    if (words === "") return;
    const filled = /\S/.test(words);
    if (this.#breaks > 0 && filled) {
      this.#flush();
      if (this.#begun) {
        const gap = "\n".repeat(Math.min(2, this.#breaks));
        this.#parts.push(gap);
        this.#length += gap.length;
      }
      this.#breaks = 0;
    }
    if (this.#breaks > 0) return;
    this.#line += words;
    this.#filled ||= filled;
  }
  /** Ends the line, once however often it is asked for. */
  end(): void {
    if (this.#begun || this.#filled) this.#breaks = Math.max(this.#breaks, 1);
  }
  /** Leaves a blank line before the next words. */
  blank(): void {
    if (this.#begun || this.#filled) this.#breaks = 2;
  }
  /** One break more than there was. */
  next(): void {
    this.#breaks++;
  }
  toString(): string {
    this.#flush();
    return this.#parts.join("");
  }
  #flush(): void {
    const line = this.#filled ? this.#line.trimEnd() : "";
    this.#line = "";
    this.#filled = false;
    if (line === "") return;
    this.#parts.push(line);
    this.#length += line.length;
    this.#begun = true;
  }
}
