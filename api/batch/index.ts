import { createHash } from "node:crypto";
import { join } from "node:path";
import { Piscina } from "piscina";
import type { Versions } from "../../pipeline/types.js";
import { InputError } from "../errors.js";
import { projectFolder } from "../version.js";
import { Journal } from "./journal.js";
import { type Item, openSource } from "./source.js";
import type { Chunk, Outcome } from "./worker.js";

/** A chunk ends at so many notes or bytes: few enough that little is done again after a kill. */
const CHUNK_NOTES = 16;
const CHUNK_BYTES = 256 * 1024;
/** Chunks in hand for each thread; reading waits for the oldest, so memory does not grow with the archive. */
const AHEAD = 3;

export type Progress = {
  readonly notes: number;
  /** Notes read by this start; the others were done by an earlier one. */
  readonly fresh: number;
  readonly bytes: number;
  readonly total: number | null;
};
export type BatchOptions = {
  readonly out: string;
  readonly threads: number;
  readonly models: boolean;
  /** For encounters without a date; an unfinished run keeps the day that it began on. */
  readonly day: string;
  readonly progress: (now: Progress) => void;
};
export type BatchEnd = {
  readonly journal: Journal;
  readonly notes: number;
  readonly fresh: number;
  readonly ms: number;
};

/**
 * Reads all notes of a source on several threads into `<out>.part`, in the order of the source, going on where an earlier start
 * was ended. The caller puts the file in its place with `journal.finish`.
 * @throws InputError batch.other-source when the notes before the mark are not those of the earlier start
 */
export async function runBatch(path: string, options: BatchOptions): Promise<BatchEnd> {
  const source = openSource(path);
  const pool = new Piscina({
    filename: join(projectFolder(), "dist", "api", "batch", "worker.js"),
    minThreads: options.threads,
    maxThreads: options.threads,
    recordTiming: false,
  });
  const journal = await pool
    .run(options.models, { name: "versions" })
    .then((versions: Versions) => new Journal(options.out, { versions, models: options.models, day: options.day }))
    .catch(async (error: unknown) => {
      await pool.destroy();
      throw error;
    });
  const { models, day } = journal.header;
  const began = performance.now();
  const spent = () => journal.start.ms + Math.round(performance.now() - began);
  const { taken } = journal.start;
  let seen = 0;
  let bytes = 0;
  let kept = taken;
  let chain = "";
  const waiting: { items: Item[]; chain: string; answer: Promise<Outcome[]> }[] = [];
  let chunk: Item[] = [];
  let size = 0;

  const settle = async () => {
    const oldest = waiting.shift();
    if (!oldest) return;
    const outcomes = await oldest.answer;
    const answers = outcomes.flatMap((o) => ("line" in o ? [`${o.line}\n`] : []));
    const refusals = outcomes.flatMap((o) => ("line" in o ? [] : [`${JSON.stringify(o)}\n`]));
    kept += oldest.items.length;
    journal.keep(answers.join(""), refusals.join(""), { taken: kept, chain: oldest.chain, ms: spent() });
    options.progress({ notes: kept, fresh: kept - taken, bytes, total: source.total });
  };
  const send = async () => {
    const items = chunk;
    chunk = [];
    size = 0;
    const answer = answerOf(pool, { items, models, day });
    // Rejections are met where the answer is awaited.
    answer.catch(() => undefined);
    waiting.push({ items, chain, answer });
    if (waiting.length >= options.threads * AHEAD) await settle();
  };

  try {
    for await (const item of source.items) {
      seen++;
      bytes += item.size;
      chain = hash(chain, item);
      if (seen < taken) continue;
      if (seen === taken) {
        if (chain !== journal.start.chain) throw otherSource();
        continue;
      }
      chunk.push(item);
      size += item.size;
      if (chunk.length >= CHUNK_NOTES || size >= CHUNK_BYTES) await send();
    }
    if (seen < taken) throw otherSource();
    if (chunk.length > 0) await send();
    while (waiting.length > 0) await settle();
  } finally {
    journal.close();
    await pool.destroy();
  }
  return { journal, notes: kept, fresh: kept - taken, ms: spent() };
}

const otherSource = () =>
  new InputError(
    "batch.other-source",
    "An unfinished run of this output began with other notes. Give the same source, or remove the journal to begin again.",
  );

const hash = (before: string, item: Item): string =>
  createHash("sha256")
    .update(before)
    .update("line" in item ? item.line : `${item.place} ${item.size}`)
    .digest("base64");

/** A chunk that ends its thread is read again note by note, so that one note alone is set aside. */
async function answerOf(pool: Piscina, chunk: Chunk): Promise<Outcome[]> {
  try {
    return (await pool.run(chunk)) as Outcome[];
  } catch {
    const out: Outcome[] = [];
    for (const item of chunk.items)
      out.push(
        ...((await pool.run({ ...chunk, items: [item] }).catch(() => [
          {
            place: item.place,
            code: "engine.failed",
            message: "The thread that read this note ended. Please report it with the version; the note is not needed.",
          },
        ])) as Outcome[]),
      );
    return out;
  }
}
