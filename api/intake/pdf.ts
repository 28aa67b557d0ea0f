import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { LONGEST_NOTE, type Warning } from "../encounter.js";
import { InputError } from "../errors.js";
import { projectFolder } from "../version.js";
import { LONGEST_READING, MOST_PAGES, READING_MEMORY } from "./limits.js";
import { Lines } from "./lines.js";
import { tooLong } from "./notices.js";
import { layout, withoutRepeats } from "./pdf-layout.js";
import type { Answer } from "./pdf-worker.js";

/** A document with a larger share of signs that its fonts do not explain was read wrong. */
const MOST_UNKNOWN = 0.02;

/**
 * The words of a PDF with a text layer, a printed line a line unless it ends for want of room, columns with two spaces between. Lines that every page prints
 * again are kept once. Read in a thread of its own, one document at a time, bounded in time and memory.
 * @throws InputError `pdf.scan`, `pdf.encrypted`, `pdf.damaged`, `pdf.too-many-pages`, `pdf.too-complex` or `note.too-long`
 */
export async function readPdf(bytes: Uint8Array): Promise<{ text: string; warnings: Warning[] }> {
  const answer = await next(bytes);
  if ("problem" in answer) throw problems[answer.problem]();
  const warnings: Warning[] = [];
  const printed = answer.pages.map((page) => layout(page));
  const pages = withoutRepeats(printed);
  const out = new Lines();
  for (const page of pages)
    for (const [i, line] of page.entries()) {
      const goesOn = line.goesOn && i > 0;
      if (line.apart && i > 0) out.blank();
      else if (!goesOn) out.end();
      out.write(goesOn ? ` ${line.text}` : line.text);
      if (out.length > LONGEST_NOTE) throw tooLong();
    }
  const text = out.toString();
  if (text === "")
    throw new InputError("pdf.scan", "The PDF is a scan: it has no text layer and needs OCR first. Give its text.");
  const bare = printed.flatMap((p, i) => (p.length === 0 ? [i + 1] : []));
  if (bare.length > 0)
    warnings.push({
      code: "pdf.pages-without-text",
      message: `No text was found on ${bare.length} of ${printed.length} pages, first on page ${bare[0]}. Scanned pages need OCR first.`,
    });
  if (answer.partly)
    warnings.push({
      code: "pdf.partly-damaged",
      message: "The PDF is damaged; it was read as far as it could be, and words may be missing. Export it again.",
    });
  if ((text.match(/[\ufffd\ue000-\uf8ff]/g)?.length ?? 0) > text.length * MOST_UNKNOWN)
    warnings.push({
      code: "pdf.unknown-letters",
      message: "Fonts of the PDF do not say which letters they show. Words are damaged; give the note's text.",
    });
  return { text, warnings };
}

const problems: Readonly<Record<Extract<Answer, { problem: string }>["problem"], () => InputError>> = {
  encrypted: () => new InputError("pdf.encrypted", "The PDF is protected by a password. Save it without one."),
  damaged: () => new InputError("pdf.damaged", "The PDF is damaged. Export it again, or give its text."),
  pages: () =>
    new InputError(
      "pdf.too-many-pages",
      `The PDF has more than ${MOST_PAGES} pages. Split it into the documents that it was made of.`,
    ),
};
const tooComplex = () =>
  new InputError(
    "pdf.too-complex",
    `The PDF takes more than ${LONGEST_READING / 1000} seconds or ${READING_MEMORY} MB to read. Print it to a new PDF, or give its text.`,
  );

/** One at a time, so that many files at once take no more memory than one. */
let last: Promise<unknown> = Promise.resolve();
function next(bytes: Uint8Array): Promise<Answer> {
  const mine = last.then(() => ask(bytes));
  last = mine.catch(() => undefined);
  return mine;
}

function ask(bytes: Uint8Array): Promise<Answer> {
  const worker = new Worker(join(projectFolder(), "dist", "api", "intake", "pdf-worker.js"), {
    env: {},
    execArgv: [],
    // What the library prints about a file may hold its words.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: READING_MEMORY },
  });
  return new Promise<Answer>((resolve, reject) => {
    const timer = setTimeout(() => reject(tooComplex()), LONGEST_READING);
    worker.once("message", resolve);
    worker.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooComplex() : error),
    );
    worker.once("exit", () => {
      clearTimeout(timer);
      reject(problems.damaged());
    });
    worker.postMessage(bytes);
  }).finally(() => worker.terminate());
}
