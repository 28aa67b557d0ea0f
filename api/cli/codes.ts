import { type Command, Option } from "commander";
import { noModels } from "../../pipeline/models.js";
import type { System } from "../../pipeline/types.js";
import { loadKnowledge } from "../../rules/load.js";
import { Browser, type Described, embeddedSources, INCLUDE, type Include, systemOf } from "../codesets/browse/index.js";
import { InputError } from "../errors.js";
import { today } from "../today.js";

type Options = { system?: System; date?: string; include?: string; json?: boolean };

/** `citecode codes <code>`: what the code set says of a code. */
export function codesCommand(program: Command): void {
  program
    .command("codes")
    .description("what the code set says of a code: title, hierarchy, notes, 7th characters")
    .argument(
      "<code>",
      'a code with or without its dot; for ICD-10-CM also a section ("E08-E13") or a chapter\'s number',
    )
    .addOption(
      new Option("--system <system>", "code system; by the look of the code when left out").choices([
        "icd-10-cm",
        "icd-10-pcs",
        "cpt",
        "hcpcs",
      ]),
    )
    .option("--date <day>", "chooses the release (YYYY-MM-DD); today when left out")
    .option("--include <parts>", `${INCLUDE.join(", ")}, or both with a comma`)
    .option("--json", "print everything as JSON")
    .action((code: string, options: Options) => {
      const { date = today() } = options;
      if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
        throw new InputError("date.malformed", 'Expected --date to be a day such as "2026-03-02".');
      const include = (options.include?.split(",") ?? []) as Include[];
      if (include.some((part) => !INCLUDE.includes(part)))
        throw new InputError("input.include", `Expected --include to name ${INCLUDE.join(" or ")}.`);
      const browser = new Browser(embeddedSources({ knowledge: loadKnowledge(), models: noModels }));
      const found = browser.describe(options.system ?? systemOf(code), code, date, include);
      console.log(options.json ? JSON.stringify(found, null, 2) : showCode(found));
    });
}

const headings: Readonly<Record<Described["notes"][number]["kind"], string>> = {
  includes: "Includes",
  excludes1: "Excludes1",
  excludes2: "Excludes2",
  "code-first": "Code first",
  "use-additional": "Use additional",
  "code-also": "Code also",
  note: "Note",
};

/** A description as lines for a person. */
export function showCode(found: Described): string {
  const { from, to } = found.effective;
  const lines = [
    `${found.code}  ${found.title}`,
    `${found.system}, ${found.kind}, ${found.billable ? "billable" : "not billable"}, ${found.release}, from ${from}${to ? ` to ${to}` : ""}${found.ownLabel ? "; the label is our own" : ""}`,
  ];
  const part = (name: string, rows: readonly string[]) => {
    if (rows.length > 0) lines.push("", name, ...rows.map((row) => `  ${row}`));
  };
  const nodes = (list: Described["children"]) =>
    list.map((n) => `${n.code.padEnd(9)} ${n.title}${n.billable ? "" : "  (not billable)"}`);
  part("Above", nodes(found.parents));
  part("Inclusion terms", found.terms);
  for (const [kind, name] of Object.entries(headings))
    part(
      name,
      found.notes
        .filter((note) => note.kind === kind)
        .map((note) => `${note.text}${note.inheritedFrom ? `  [from ${note.inheritedFrom.code}]` : ""}`),
    );
  if (found.seventh) {
    const { from: defined, selected, characters } = found.seventh;
    part(
      `7th character (from ${defined})`,
      characters.map(
        (c) => `${c.character}${c.character === selected ? "*" : " "} ${c.meaning}${c.code ? `  ${c.code}` : ""}`,
      ),
    );
  }
  part("Below", nodes(found.children));
  if (found.edits)
    part("Edits", [
      `present on admission: ${found.edits.poaExempt ? "exempt" : "must be said"}`,
      ...found.edits.rules.map((rule) => `${rule.says} [${rule.cite.doc}; ${rule.id}]`),
    ]);
  part("Risk adjustment", found.hcc?.map((c) => `${c.model}: ${c.category}`) ?? []);
  for (const { message } of found.warnings ?? []) lines.push("", `! ${message}`);
  return lines.join("\n");
}
