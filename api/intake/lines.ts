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
  #breaks = 0;
  #begun = false;
  #length = 0;

  /** UTF-16 units so far. */
  get length(): number {
    return this.#length + this.#line.length;
  }
  /** Whether the next words begin a line. */
  get atStart(): boolean {
    return this.#breaks > 0 || this.#line.trim() === "";
  }
  /** Words within one line: breaks and hard spaces in them become spaces. */
  write(shown: string): void {
    const words = shown.replace(unseen, "").replace(spaces, " ");
    if (words === "") return;
    if (this.#breaks > 0 && words.trim() !== "") {
      this.#flush();
      if (this.#begun) {
        const gap = "\n".repeat(Math.min(2, this.#breaks));
        this.#parts.push(gap);
        this.#length += gap.length;
      }
      this.#breaks = 0;
    }
    if (this.#breaks === 0) this.#line += words;
  }
  /** Ends the line, once however often it is asked for. */
  end(): void {
    this.#breaks = Math.max(this.#breaks, this.#line.trim() === "" && !this.#begun ? 0 : 1);
  }
  /** Leaves a blank line before the next words. */
  blank(): void {
    if (this.#begun || this.#line.trim() !== "") this.#breaks = 2;
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
    const line = this.#line.trimEnd();
    this.#line = "";
    if (line === "") return;
    this.#parts.push(line);
    this.#length += line.length;
    this.#begun = true;
  }
}
