#!/usr/bin/env node
import "../../models/telemetry.js";
import { Command, Option } from "commander";
import { siteFolder, use } from "../../models/site/file.js";
import { search, understand } from "../../pipeline/index.js";
import type { Setting, Span } from "../../pipeline/types.js";
import { RuleError } from "../../rules/schema.js";
import { assertSpan } from "../assertion.js";
import { knowledgeOn, searchKnowledge, siteKnowledge } from "../codesets/in-force.js";
import { serviceWarnings } from "../codesets/services.js";
import { type EncounterInput, toEncounter } from "../encounter.js";
import { InputError } from "../errors.js";
import { boundMemory } from "../memory.js";
import { modelsFor } from "../models.js";
import { suggestFor, suggestWith, toResult, visitOf } from "../result.js";
import { today } from "../today.js";
import { version } from "../version.js";
import { why } from "../why.js";
import type { BatchFlags } from "./batch-work.js";
import { codesCommand } from "./codes.js";
import { codesetsCommands } from "./codesets.js";
import { evaluate } from "./evaluate.js";
import { readNote } from "./files.js";
import { showCategories } from "./hcc.js";
import { describe, eachLine } from "./ndjson.js";
import { queueCommands } from "./queue.js";
import { type ReadOptions, readNotes } from "./read/index.js";
import { showSuggestions, showWhy } from "./show.js";
import { storeCommands } from "./store.js";
import { showVisit } from "./visit.js";

type NoteOptions = {
  models: boolean;
  setting?: Setting;
  date?: string;
  age?: number;
  sex?: "female" | "male";
  status?: "new" | "established";
};

const program = new Command("citecode")
  .description(
    "Proposes ICD-10-CM, CPT and HCPCS Level II codes for clinical notes, with the words and rules behind each.",
  )
  .version(version());
const withNote = (command: Command) =>
  command
    .option("--no-models", "do without the trained models")
    .addOption(
      new Option("--setting <setting>", "where the encounter took place").choices([
        "outpatient",
        "emergency",
        "inpatient",
      ]),
    )
    .option("--date <day>", "date of service, or of discharge for inpatients (YYYY-MM-DD); today when left out")
    .option("--age <years>", "age of the patient", Number)
    .addOption(new Option("--sex <sex>", "sex of the patient").choices(["female", "male"]))
    .addOption(new Option("--status <status>", "patient of the practice").choices(["new", "established"]));

const encounterOf = async (file: string, options: NoteOptions, knowledge = siteKnowledge()) => {
  const { text, warnings } = await readNote(file);
  const patient = {
    ...(options.age === undefined ? {} : { age: options.age }),
    ...(options.sex ? { sex: options.sex } : {}),
    ...(options.status ? { status: options.status } : {}),
  };
  const input: EncounterInput = { id: file, text, patient, ...(options.setting ? { setting: options.setting } : {}) };
  if (options.date)
    Object.assign(
      input,
      options.setting === "inpatient" ? { dischargeDate: options.date } : { serviceDate: options.date },
    );
  const checked = toEncounter(input, knowledge, today());
  return {
    knowledge: knowledgeOn(knowledge, checked.encounter.date),
    encounter: checked.encounter,
    warnings: [...warnings, ...checked.warnings],
  };
};

withNote(
  program
    .command("suggest")
    .description("propose codes for a note")
    .argument("[note]", "a file: text, HTML, RTF or PDF"),
)
  .option("--ndjson", "read encounters from standard input, one JSON object a line, and answer in kind")
  .option("--json", "print the result as JSON")
  .action(async (file: string | undefined, options: NoteOptions & { ndjson?: boolean; json?: boolean }) => {
    if (options.ndjson) {
      const knowledge = siteKnowledge();
      const models = await modelsFor(knowledge, options);
      await eachLine(process.stdin, process.stdout, async (value) => {
        const { encounter, warnings } = toEncounter(value, knowledge, today());
        const ledger = await suggestWith(encounter, knowledge, models);
        return toResult(ledger, encounter, [...warnings, ...serviceWarnings(ledger, encounter, knowledge)]);
      });
      return;
    }
    if (!file) throw new InputError("input.missing", "Name a note, or give --ndjson and encounters on standard input.");
    const { knowledge, encounter, warnings } = await encounterOf(file, options);
    const ledger = await suggestWith(encounter, knowledge, await modelsFor(knowledge, options));
    const all = [...warnings, ...serviceWarnings(ledger, encounter, knowledge)];
    if (options.json) console.log(JSON.stringify(toResult(ledger, encounter, all), null, 2));
    else console.log(showSuggestions(ledger, encounter, knowledge, all));
  });

withNote(
  program
    .command("read")
    .description("show what is understood of notes, before any code: sections, mentions, assertions, relations")
    .argument("<notes...>", 'files: text, HTML, RTF or PDF; "-" is standard input'),
)
  .addOption(new Option("--html", "print one page that shows it in a browser").conflicts("json"))
  .option("--json", "print the reading facts, one JSON object a line")
  .option("--no-color", "leave colours out (so does NO_COLOR)")
  .action(async (files: string[], options: NoteOptions & ReadOptions) => {
    const knowledge = siteKnowledge();
    await readNotes(files, options, async (file) => {
      const read = await encounterOf(file, options, knowledge);
      return { ...read, ledger: understand(read.encounter, knowledge) };
    });
  });

program
  .command("text")
  .description("print the plain text of a note in a file, in which offsets count")
  .argument("<note>", 'a file: text, HTML, RTF or PDF; "-" is standard input')
  .action(async (file: string) => {
    const { text, warnings } = await readNote(file);
    for (const w of warnings) console.error(`! ${w.message}`);
    process.stdout.write(text);
  });

program
  .command("assert")
  .description("certainty, time and subject of spans")
  .requiredOption("--ndjson", "read {id,text,start,end} from standard input, one object a line")
  .action(async () => {
    const knowledge = siteKnowledge();
    await eachLine(process.stdin, process.stdout, (value) => {
      const { start, end, ...input } = value as Span & Record<string, unknown>;
      const { encounter } = toEncounter(input, knowledge, today());
      return { id: encounter.id, ...assertSpan(encounter, { start, end }, knowledge) };
    });
  });

program
  .command("search")
  .description("codes for words")
  .argument("[words...]", "what to look for")
  .option("--ndjson", "read {id,query} from standard input, one object a line")
  .addOption(new Option("--system <system>", "code system").choices(["icd-10-cm"]).default("icd-10-cm"))
  .option("--limit <n>", "how many codes", Number, 10)
  .option("--no-models", "do without the trained models")
  .action(async (words: string[], options: { ndjson?: boolean; limit: number; models: boolean }) => {
    const knowledge = searchKnowledge(siteKnowledge(), today());
    if (!Number.isInteger(options.limit) || options.limit < 1)
      throw new InputError("input.limit", "Expected --limit to be a whole number of at least 1.");
    const models = await modelsFor(knowledge, options);
    const find = (query: string) => search(query, knowledge, models, options.limit);
    if (options.ndjson) {
      await eachLine(process.stdin, process.stdout, async (value) => {
        const { id = null, query } = value as { id?: unknown; query?: unknown };
        if (typeof query !== "string")
          throw new InputError("query.missing", 'Expected "query" to be a text.', "/query");
        return { id, codes: (await find(query)).map((f) => knowledge.codes.code(f.position)) };
      });
      return;
    }
    if (words.length === 0)
      throw new InputError("query.missing", "Give words to look for, or --ndjson and queries on standard input.");
    for (const f of await find(words.join(" ")))
      console.log(`${knowledge.codes.code(f.position).padEnd(9)} ${knowledge.codes.title(f.position)}`);
  });

withNote(
  program
    .command("visit")
    .description("how the level of the visit is reached: problems, data, risk, time, and what would change it")
    .argument("<note>"),
)
  .option("--json", "print the worksheet as JSON")
  .action(async (file: string, options: NoteOptions & { json?: boolean }) => {
    const { knowledge, encounter } = await encounterOf(file, options);
    const visit = visitOf(suggestFor(encounter, knowledge));
    console.log(options.json ? JSON.stringify(visit ?? null, null, 2) : showVisit(visit, encounter, knowledge));
  });

withNote(
  program
    .command("why")
    .aliases(["why-not", "trace"])
    .description("why a code is proposed or not: the walk to the words, with citations")
    .argument("<note>")
    .argument("<code>"),
)
  .option("--json", "print the walk as JSON")
  .action(async (file: string, code: string, options: NoteOptions & { json?: boolean }) => {
    const { knowledge, encounter } = await encounterOf(file, options);
    const ledger = await suggestWith(encounter, knowledge, await modelsFor(knowledge, options));
    const answer = why(ledger, encounter, knowledge, code);
    console.log(options.json ? JSON.stringify(answer, null, 2) : showWhy(answer, encounter, knowledge));
  });

program
  .command("batch")
  .description("propose codes for many notes; started again after any end, it goes on where it was")
  .argument("<notes>", 'a folder of notes, a file of encounters as NDJSON, or "-" for NDJSON on standard input')
  .requiredOption("--out <file>", "a file that ends in .ndjson or .parquet; answers stand in the order of the notes")
  .option("--threads <n>", "threads that read; all cores when left out", Number)
  .option("--report <file>", "write a page with counts and plots")
  .option("--no-models", "do without the trained models")
  .action(async (notes: string, flags: BatchFlags) => (await import("./batch-work.js")).batch(notes, flags));

program
  .command("hcc")
  .description("an auditor's report: categories of codes by a table that you name; nothing else uses it")
  .argument("<codes...>", "ICD-10-CM codes")
  .requiredOption("--table <file>", "a public mapping, tab-separated with a header line, plain or .gz; code first")
  .action((codes: string[], options: { table: string }) => console.log(showCategories(codes, options.table)));

program
  .command("eval")
  .description("measure against a gold file: NDJSON of encounters with gold codes and evidence")
  .argument(
    "<gold>",
    "NDJSON, plain or .gz; each line has text (or file, beside it) and gold: [{system, code, evidence?}]",
  )
  .option("--worst <n>", "how many kinds of error to print", Number, 15)
  .option("--no-models", "do without the trained models")
  .action(async (gold: string, options: { worst: number; models: boolean }) => {
    const knowledge = siteKnowledge();
    console.log(await evaluate(gold, knowledge, await modelsFor(knowledge, options), today(), options.worst));
  });

program
  .command("learn")
  .description("fit ranking and probabilities to a site's own accepted and rejected codes")
  .argument("[decisions]", "NDJSON, plain or .gz: encounters with decisions: [{system, code, decision}]")
  .option("--out <folder>", "where versions lie; CITECODE_HOME/models, or ~/.citecode/models, when left out")
  .option("--use <version>", 'put an installed version in use instead, or "none"')
  .option("--json", "print the report as JSON")
  .action(async (path: string | undefined, options: { out?: string; use?: string; json?: boolean }) => {
    const folder = options.out ?? siteFolder();
    if (options.use !== undefined) {
      const id = use(folder, options.use)?.id ?? null;
      console.log(options.json ? JSON.stringify({ use: id, folder }) : `In use in ${folder}: ${id ?? "none"}.`);
      return;
    }
    if (!path) throw new InputError("input.missing", "Name a file of decisions, or give --use and a version.");
    const { learnFrom, showReport, told } = await import("./learn.js");
    const report = await learnFrom(path, folder, siteKnowledge(), today());
    for (const error of report.errors) console.error(`citecode: ${told(error)}`);
    console.log(options.json ? JSON.stringify(report, null, 2) : showReport(report));
  });

boundMemory();
codesCommand(program);
storeCommands(program);
queueCommands(program);
codesetsCommands(program);

program.parseAsync().catch((error: unknown) => {
  if (error instanceof InputError || error instanceof RuleError) {
    const { code, message, at } =
      error instanceof InputError ? describe(error) : { code: "rules", message: error.message, at: undefined };
    console.error(`citecode: ${message}${at ? ` (${at})` : ""} [${code}]`);
    process.exitCode = 2;
    return;
  }
  console.error(`citecode: ${describe(error).message}`);
  if (process.env.CITECODE_DEBUG) console.error(error);
  process.exitCode = 1;
});
