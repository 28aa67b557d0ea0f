import type { Command } from "commander";

// As in open.ts, which would load the store.
const FIRST_TENANT = "main";

import type { EnqueueFlags } from "./queue-work.js";

const work = () => import("./queue-work.js");

/** The commands of a site that reads notes on several machines, over the PostgreSQL of its store. */
export function queueCommands(program: Command): void {
  program
    .command("worker")
    .description("take jobs from the queue and make runs, until it is told to end")
    .action(async () => (await work()).worker());
  program
    .command("enqueue")
    .description("want runs of stored encounters; those read by these versions already are passed over")
    .argument("[encounters...]", "their ids")
    .option("--all", "every encounter of the tenant: reads an archive again under a new release")
    .option("--tenant <id>", "whose encounters", FIRST_TENANT)
    .option("--priority <n>", "jobs of a larger number go first", Number)
    .action(async (ids: string[], flags: EnqueueFlags) => (await work()).enqueue(ids, flags));
  const jobs = program.command("jobs").description("what the queue holds");
  jobs
    .command("list")
    .description("jobs of each tenant, and dead letters")
    .action(async () => (await work()).list());
  jobs
    .command("requeue")
    .description("give every dead letter another round of tries")
    .action(async () => (await work()).requeue());
  jobs
    .command("changes")
    .description(
      "encounters for which these versions propose other codes than the versions before, one JSON object a line",
    )
    .option("--tenant <id>", "whose encounters", FIRST_TENANT)
    .action(async (flags: { tenant: string }) => (await work()).changes(flags));
}
