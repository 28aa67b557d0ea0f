import { TokenKind, tokenise } from "../../pipeline/text/index.js";
import type { CodeLine, CodeSet, GroupLine } from "../codesets/table.js";
import type { TitleWords } from "../schema.js";
import type { StemTable } from "./stems.js";

export const Flag = { unspecified: 1, other: 2, elsewhere: 4 } as const;

/** Lays the code table out: positions in code order, hierarchy, and the words that tell codes apart. */
export class CodeBuilder {
  readonly lines: readonly CodeLine[];
  readonly position = new Map<string, number>();
  readonly parent: Int32Array;
  readonly last: Int32Array;
  readonly seventh: Uint8Array;
  private readonly groups = new Map<string, GroupLine>();
  private readonly noise: ReadonlySet<string>;

  constructor(
    set: CodeSet,
    private readonly stems: StemTable,
    private readonly titleWords: TitleWords,
  ) {
    this.lines = set.codes;
    for (const group of set.groups) this.groups.set(group.id, group);
    this.noise = new Set(titleWords.noise);
    const count = this.lines.length;
    for (const [i, line] of this.lines.entries()) this.position.set(line.c.replace(".", ""), i);
    this.parent = new Int32Array(count).fill(-1);
    this.last = Int32Array.from({ length: count }, (_, i) => i);
    this.seventh = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const line = this.lines[i];
      this.parent[i] = this.find(line.p);
      if (line.c.length === 8) this.seventh[i] = 1;
    }
    for (let i = count - 1; i >= 0; i--) {
      const p = this.parent[i];
      if (p >= 0 && this.last[i] > this.last[p]) this.last[p] = this.last[i];
    }
  }

  find(code: string): number {
    return this.position.get(code.replace(".", "").toUpperCase()) ?? -1;
  }

  /** Stems of a title with what it denies marked, noise left out. */
  titleOf(text: string): { words: number[]; denied: number[]; flags: number } {
    const tokens = tokenise(text);
    const words: number[] = [];
    const denied: number[] = [];
    let flags = 0;
    let denying = false;
    // Words in brackets are nonessential modifiers (convention I.A.7): a note may say them or not.
    let nonessential = 0;
    let whether = false;
    for (let i = 0; i < tokens.count; i++) {
      const norm = tokens.norm[i];
      if (norm === "(") nonessential++;
      else if (norm === ")") nonessential = Math.max(0, nonessential - 1);
      if (this.titleWords.unspecified.includes(norm)) flags |= Flag.unspecified;
      const next = tokens.norm[i + 1];
      // "Other part of foot" is a place, not the residue of a category.
      if (this.titleWords.other.includes(norm) && next !== "part" && next !== "parts") flags |= Flag.other;
      // "Not elsewhere classified" denies nothing; "not specified as recurrent" does.
      const residual = next === "elsewhere" || (next === "specified" && tokens.norm[i + 2] !== "as");
      const partOfDenied = norm === "of" && this.titleWords.denialOf.includes(tokens.norm[i - 1] ?? "");
      if (this.titleWords.denies.includes(norm) && !residual) denying = true;
      else if (this.titleWords.endsDenial.includes(norm) && !partOfDenied) denying = false;
      // "Unspecified whether with hypoxia": what follows to the comma is neither said nor denied.
      if (this.titleWords.whether.includes(norm)) whether = true;
      else if (norm === ",") whether = false;
      if (whether) continue;
      if (nonessential > 0 || tokens.kind[i] !== TokenKind.word || this.noise.has(norm)) continue;
      const id = this.stems.id(norm);
      const at = words.indexOf(id);
      if (at < 0) {
        words.push(id);
        denied.push(denying ? 1 : 0);
      } else if (!denying) denied[at] = 0;
    }
    const lower = text.toLowerCase();
    if (this.titleWords.elsewhere.some((phrase) => lower.includes(phrase))) flags |= Flag.elsewhere;
    return { words, denied, flags };
  }

  /** Stems of a title for searching: only words of grammar are left out. */
  searchWords(text: string): number[] {
    const grammar = new Set(this.titleWords.grammar);
    const tokens = tokenise(text);
    const words: number[] = [];
    for (let i = 0; i < tokens.count; i++)
      if (tokens.kind[i] === TokenKind.word && !grammar.has(tokens.norm[i])) words.push(this.stems.id(tokens.norm[i]));
    return words;
  }

  arrays(codesNamed: (note: string) => { first: string; last: string }[]) {
    const count = this.lines.length;
    const wordStart = new Int32Array(count + 1);
    const words: number[] = [];
    const denied: number[] = [];
    const flags = new Uint8Array(count);
    const billable = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const line = this.lines[i];
      billable[i] = line.b;
      const base = this.seventh[i] ? this.lines[this.parent[i]].t : "";
      const own = base && line.t.startsWith(base) ? line.t.slice(base.length) : line.t;
      const title = this.titleOf(own);
      words.push(...title.words);
      denied.push(...title.denied);
      flags[i] = title.flags;
      wordStart[i + 1] = words.length;
    }
    const excludes1 = this.ranges((line) => line.x1, codesNamed);
    const codeFirst = this.ranges((line) => line.cf, codesNamed);
    return {
      codeText: Uint8Array.from(Buffer.from(this.lines.map((line) => line.c.padEnd(8)).join(""), "latin1")),
      parent: this.parent,
      lastOf: this.last,
      seventh: this.seventh,
      billable,
      flags,
      wordStart,
      words: Int32Array.from(words),
      denied: Uint8Array.from(denied),
      excludes1Start: excludes1.start,
      excludes1: excludes1.flat,
      codeFirstStart: codeFirst.start,
      codeFirst: codeFirst.flat,
    };
  }

  titleText(): readonly string[] {
    return this.lines.map((line) => line.t);
  }

  /** Notes of a category are its own and those of its section and chapter, which have no place in the table. */
  private ranges(
    pick: (line: Omit<CodeLine, "c" | "t" | "b" | "p">) => readonly string[] | undefined,
    codesNamed: (note: string) => { first: string; last: string }[],
  ) {
    const start = new Int32Array(this.lines.length + 1);
    const flat: number[] = [];
    this.lines.forEach((line, i) => {
      const notes = [...(pick(line) ?? [])];
      for (let group = this.groups.get(line.p); group; group = group.p ? this.groups.get(group.p) : undefined)
        notes.push(...((group.notes && pick(group.notes)) ?? []));
      for (const note of notes)
        for (const { first, last } of codesNamed(note)) {
          const from = this.find(first);
          const to = this.find(last);
          if (from >= 0 && to >= 0 && this.last[to] >= from) flat.push(from, this.last[to]);
        }
      start[i + 1] = flat.length;
    });
    return { start, flat: Int32Array.from(flat) };
  }
}
