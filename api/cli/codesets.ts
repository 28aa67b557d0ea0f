import type { Command } from "commander";

/** Loaded when a command is called: readers of archives weigh more than a note. */
const work = () => import("./codesets-work.js");

/** The commands that install official releases and look at them. */
export function codesetsCommands(program: Command): void {
  const codesets = program
    .command("codesets")
    .description("install official code sets as dated releases, and look at them");
  codesets
    .command("install")
    .description("install a file, each file of a folder, or what a web address gives")
    .argument("<source>", "an official file or archive, a folder of them, or an https address")
    .option("--release <name>", 'the release, where the file does not say it: "FY2026", "FY2026-April"')
    .option("--from <day>", "first day in force, where a service file does not say it (YYYY-MM-DD)")
    .option("--no-prepare", "compile the rules for a release at its first use instead of now")
    .option("--json", "print the outcome as JSON")
    .action(async (source: string, options: { release?: string; from?: string; json?: boolean; prepare: boolean }) =>
      (await work()).installCommand(source, options),
    );
  codesets
    .command("list")
    .description("releases that this machine has")
    .option("--json", "print as JSON")
    .action(async (options: { json?: boolean }) => (await work()).listCommand(options));
  codesets
    .command("verify")
    .description("compare every installed table with its hash")
    .action(async () => (await work()).verifyCommand());
  codesets
    .command("remove")
    .description("remove a release")
    .argument("<release>", '"FY2025", or "icd-10-pcs@FY2025" for one system alone')
    .option("--kind <kind>", "one kind of table alone: codes, tabular, index, ...")
    .action(async (release: string, options: { kind?: string }) => (await work()).removeCommand(release, options));
  codesets
    .command("diff")
    .description("what changed between two releases of ICD-10-CM, and which rules, entries, weights and drafts name it")
    .argument("<from>", '"FY2025"')
    .argument("<to>", '"FY2026"')
    .option("--html", "print one page")
    .option("--json", "print as JSON")
    .option("--drafts", "look at the open encounters of the store too")
    .action(async (from: string, to: string, options: { html?: boolean; json?: boolean; drafts?: boolean }) =>
      (await import("./codesets-diff.js")).diffCommand(from, to, options),
    );
  codesets
    .command("path")
    .description("where installed code sets lie")
    .action(async () => (await work()).pathCommand());
}
