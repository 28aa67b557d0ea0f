import type { Command } from "commander";

/** What the commands do; loaded when one is called, since a store weighs more than a note. */
const work = () => import("./store-work.js");
const backups = () => import("./backup-work.js");

/** The commands of auditors and operators, which look at a store. */
export function storeCommands(program: Command): void {
  const audit = program.command("audit").description("prove and hand out what was kept");
  audit
    .command("verify")
    .description("walk every chain of events and every sealed record; name the first broken link")
    .action(async () => (await work()).verify());
  audit
    .command("export")
    .description("everything kept of one encounter: quotes, offsets, rules, events, hashes")
    .argument("<encounter>", "its id")
    .option("--html", "a page for reading and printing; JSON otherwise")
    .option("--out <file>", "a file instead of standard output")
    .action(async (id: string, options: { html?: boolean; out?: string }) => (await work()).exportPacket(id, options));
  program
    .command("replay")
    .description("run a stored encounter again on its versions and compare bytes")
    .argument("<encounter>", "its id")
    .action(async (id: string) => (await work()).replayEncounter(id));
  program
    .command("backup")
    .description("write the whole store into one file, as it stands at one moment; patient text in it stays sealed")
    .argument("<file>", "a new file")
    .action(async (file: string) => (await backups()).makeBackup(file));
  program
    .command("restore")
    .description("put a backup into an empty store, of either kind; a damaged file changes nothing")
    .argument("<file>")
    .action(async (file: string) => (await backups()).restoreBackup(file));
}
