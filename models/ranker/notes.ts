import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Span } from "../../pipeline/types.js";
import { projectFolder } from "../files.js";

/** One invented encounter with the codes that a professional-fee coder would report, the first-listed first. */
export type CodedNote = {
  readonly id: string;
  readonly file: string;
  readonly setting: "outpatient" | "emergency" | "inpatient";
  readonly serviceDate?: string;
  readonly dischargeDate?: string;
  readonly patient: { readonly age: number; readonly sex: "female" | "male"; readonly status?: "new" | "established" };
  readonly text: string;
  readonly gold: readonly { readonly system: "icd-10-cm"; readonly code: string; readonly evidence: readonly Span[] }[];
};

/** Every fourth note by a hash of its id is held out: nobody looks at its errors, and no weight learns from it. */
export const isHeldOut = (id: string) => hash(id) % 4 === 0;

/**
 * The notes of `notes/*.txt`; `notes/README.md` describes their format.
 * @throws Error naming file and note where a header, a code line or a quote is wrong
 */
export function readCodedNotes(folder = join(projectFolder(), "models", "ranker", "notes")): CodedNote[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .flatMap((file) =>
      readFileSync(join(folder, file), "utf8")
        .split(/^=== NOTE /m)
        .slice(1)
        .map((part) => parse(part, file)),
    );
}

function parse(part: string, file: string): CodedNote {
  const end = part.indexOf("\n");
  const [id, setting, day, who] = part
    .slice(0, end)
    .split("|")
    .map((field) => field.trim());
  const [text, codes] = part.slice(end + 1).split("\n=== CODES\n");
  if (!codes || !/^(outpatient|emergency|inpatient)$/.test(setting) || !/^\d{4}-\d\d-\d\d$/.test(day))
    throw new Error(`${file}, note "${id}": expected "id | setting | date | age sex [status]" and a "=== CODES" line.`);
  const [age, sex, status] = who.split(" ");
  return {
    id,
    file,
    setting: setting as CodedNote["setting"],
    ...(setting === "inpatient" ? { dischargeDate: day } : { serviceDate: day }),
    patient: {
      age: Number(age),
      sex: sex as "female" | "male",
      ...(status ? { status: status as "new" | "established" } : {}),
    },
    text,
    gold: codes
      .trim()
      .split("\n")
      .map((line) => {
        const [code, ...quotes] = line.split(" | ").map((field) => field.trim());
        const evidence = quotes.map((quote) => {
          const start = text.indexOf(quote);
          if (start < 0) throw new Error(`${file}, note "${id}", ${code}: a quote is not in the note.`);
          return { start, end: start + quote.length };
        });
        return { system: "icd-10-cm", code, evidence };
      }),
  };
}

/** FNV-1a. */
function hash(id: string): number {
  let x = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) x = Math.imul(x ^ id.charCodeAt(i), 0x01000193);
  return x >>> 0;
}
