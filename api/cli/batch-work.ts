import { existsSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Presets, SingleBar } from "cli-progress";
import { type Progress, runBatch } from "../batch/index.js";
import { reportHtml } from "../batch/report-html.js";
import { showSummary, summarise } from "../batch/summary.js";
import { InputError } from "../errors.js";
import { today } from "../today.js";

export type BatchFlags = { out: string; threads?: number; report?: string; models: boolean };

/** Runs a batch, or the rest of one, and puts its files in their places. @throws InputError */
export async function batch(path: string, { out, threads = availableParallelism(), report, models }: BatchFlags) {
  if (!/\.(ndjson|parquet)$/.test(out))
    throw new InputError("batch.out", "Expected --out to end in .ndjson or .parquet.", out);
  if (!Number.isInteger(threads) || threads < 1)
    throw new InputError("batch.threads", "Expected --threads to be a whole number of at least 1.");
  if (existsSync(out)) throw new InputError("batch.exists", "The output is there already. Name another file.", out);
  const { bar, progress } = progressBar();
  const end = await runBatch(path, { out, threads, models, day: today(), progress }).finally(() => bar.stop());
  const { journal, ms } = end;
  const parquet = out.endsWith(".parquet")
    ? (await import("../batch/parquet.js")).parquetFile(`${out}.making`)
    : undefined;
  const summary = await summarise(journal.part, journal.rejected, (result, line) => parquet?.add(result, line));
  await parquet?.close();
  if (report) writeFileSync(report, reportHtml(summary, ms, journal.header.versions));
  journal.finish(out, parquet ? `${out}.making` : journal.part);
  console.log(showSummary(summary, ms, out));
}

/** On a terminal alone: share, notes, rate and time left, of this start. */
function progressBar() {
  const bar = new SingleBar(
    {
      format: "{bar} {percentage}% | {notes} notes | {rate} notes/s | {left} left",
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let began = 0;
  let first = 0;
  const progress = ({ notes, fresh, bytes, total }: Progress) => {
    if (began === 0) {
      began = performance.now();
      first = bytes;
      bar.start(total ?? 0, bytes, { notes, rate: "-", left: "-" });
      return;
    }
    const seconds = (performance.now() - began) / 1000;
    const left = total === null ? undefined : ((total - bytes) / (bytes - first || 1)) * seconds;
    const rate = (fresh / seconds).toFixed(0);
    bar.update(bytes, { notes, rate, left: left === undefined ? "unknown" : `${Math.ceil(left)} s` });
  };
  return { bar, progress };
}
