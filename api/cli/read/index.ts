import type { Knowledge } from "../../../pipeline/knowledge.js";
import type { Ledger } from "../../../pipeline/stage.js";
import type { Encounter } from "../../../pipeline/types.js";
import type { Warning } from "../../encounter.js";
import { InputError } from "../../errors.js";
import { describe } from "../ndjson.js";
import { factLines } from "./facts.js";
import { readingPage } from "./html.js";
import { showReading } from "./terminal.js";
import { type View, viewOf } from "./view.js";

export type ReadOptions = { html?: boolean; json?: boolean; color?: boolean };
type Understood = { knowledge: Knowledge; encounter: Encounter; ledger: Ledger; warnings: readonly Warning[] };

/** Prints what is understood of each file. One that cannot be read is named on standard error, and the next is read. */
export async function readNotes(
  files: readonly string[],
  options: ReadOptions,
  understand: (file: string) => Promise<Understood>,
): Promise<void> {
  const colour = options.color !== false && !process.env.NO_COLOR && process.stdout.isTTY === true;
  const views: View[] = [];
  for (const file of files) {
    let understood: Understood;
    try {
      understood = await understand(file);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { code, message, at } = describe(error);
      console.error(`citecode: ${message} (${file}${at && at !== file ? `, ${at}` : ""}) [${code}]`);
      process.exitCode = 2;
      continue;
    }
    const { knowledge, encounter, ledger, warnings } = understood;
    for (const w of warnings) console.error(`! ${file}: ${w.message}`);
    const { text } = encounter.notes[0];
    if (options.json) process.stdout.write(factLines(file, text, ledger, knowledge));
    else {
      const view = viewOf(file, text, ledger, knowledge);
      if (options.html) views.push(view);
      else process.stdout.write(`${showReading(view, colour)}\n`);
    }
  }
  if (options.html && views.length > 0) process.stdout.write(readingPage(views));
}
