import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { InputError } from "../errors.js";

/** What two starts of one run must share for the second to go on where the first ended. */
export type Header = { readonly versions: unknown; readonly models: boolean; readonly day: string };
/** How far a run is: notes taken from the source, a hash over them, and how long the two files are with their answers. */
export type Mark = {
  readonly taken: number;
  readonly chain: string;
  readonly out: number;
  readonly rejected: number;
  /** Milliseconds of work so far, over all starts. */
  readonly ms: number;
};
const START: Mark = { taken: 0, chain: "", out: 0, rejected: 0, ms: 0 };

/**
 * The files of a run. Answers go to `<out>.part` and `<out>.rejected.ndjson`, then a line to `<out>.journal` that says how long
 * both are. After a kill the last whole line is believed and the files are cut to it: what came later is done again, once.
 */
export class Journal {
  readonly part: string;
  readonly rejected: string;
  readonly start: Mark;
  readonly header: Header;
  readonly #path: string;
  readonly #files: { part: number; rejected: number; journal: number };
  #mark: Mark;

  /** @throws InputError batch.other-versions, or batch.damaged when the files do not hold what the journal says */
  constructor(out: string, wanted: Header) {
    this.part = `${out}.part`;
    this.rejected = `${out}.rejected.ndjson`;
    this.#path = `${out}.journal`;
    const kept = existsSync(this.#path) ? readFileSync(this.#path, "utf8") : "";
    const whole = kept.slice(0, kept.lastIndexOf("\n") + 1);
    const [first, ...rest] = whole.split("\n").slice(0, -1);
    this.header = first === undefined ? wanted : (JSON.parse(first) as Header);
    const { day: _, ...same } = this.header;
    const { day: __, ...now } = wanted;
    if (JSON.stringify(same) !== JSON.stringify(now))
      throw new InputError(
        "batch.other-versions",
        "An unfinished run of this output was begun by other versions or options. Finish it with those, or remove the journal to begin again.",
        this.#path,
      );
    const last = rest.at(-1);
    this.start = last === undefined ? START : (JSON.parse(last) as Mark);
    this.#mark = this.start;
    const length = (path: string) => (existsSync(path) ? statSync(path).size : 0);
    if (length(this.part) < this.start.out || length(this.rejected) < this.start.rejected)
      throw new InputError(
        "batch.damaged",
        "The unfinished output is shorter than its journal says. Remove the journal to begin again.",
        this.#path,
      );
    if (first !== undefined) truncateSync(this.#path, Buffer.byteLength(whole));
    this.#files = {
      part: openSync(this.part, "a", 0o600),
      rejected: openSync(this.rejected, "a", 0o600),
      journal: openSync(this.#path, "a", 0o600),
    };
    ftruncateSync(this.#files.part, this.start.out);
    ftruncateSync(this.#files.rejected, this.start.rejected);
    if (first === undefined) writeSync(this.#files.journal, `${JSON.stringify(wanted)}\n`);
  }

  /** Keeps answers and refusals, each whole lines, and then how far the run is. */
  keep(answers: string, refusals: string, done: Pick<Mark, "taken" | "chain" | "ms">): void {
    const out = this.#mark.out + write(this.#files.part, answers);
    const rejected = this.#mark.rejected + write(this.#files.rejected, refusals);
    this.#mark = { ...done, out, rejected };
    write(this.#files.journal, `${JSON.stringify(this.#mark)}\n`);
  }

  close(): void {
    for (const file of Object.values(this.#files)) closeSync(file);
  }

  /** Puts the finished file in its place and ends the run. @param made what takes the place; the answers themselves when left out */
  finish(out: string, made: string = this.part): void {
    renameSync(made, out);
    rmSync(this.#path);
    rmSync(this.part, { force: true });
    if (statSync(this.rejected).size === 0) rmSync(this.rejected);
  }
}

function write(file: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  return bytes.length;
}
