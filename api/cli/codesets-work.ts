import { SingleBar } from "cli-progress";
import { embeddedInfo } from "../codesets/embedded.js";
import { dataFolder } from "../codesets/folder.js";
import { install, remove } from "../codesets/install.js";
import { broken, type Installed, readCatalogue } from "../codesets/store.js";
import { isCalendarDay } from "../encounter.js";
import { InputError } from "../errors.js";
import { today } from "../today.js";

const counted = (part: Pick<Installed, "counts">) =>
  Object.entries(part.counts)
    .map(([name, n]) => `${n} ${name}`)
    .join(", ");
const line = (p: Installed) =>
  `${p.system.padEnd(11)} ${p.kind.padEnd(16)} ${p.release.padEnd(12)} ${p.from} to ${p.to}  ${counted(p)}`;

export async function installCommand(
  source: string,
  options: { release?: string; from?: string; json?: boolean; prepare: boolean },
): Promise<void> {
  if (options.from && !isCalendarDay(options.from))
    throw new InputError("date.format", "Expected --from as a calendar date, YYYY-MM-DD.", options.from);
  const bar = new SingleBar({
    format: "{bar} {value}/{total} {file}",
    stream: process.stderr,
    clearOnComplete: true,
    noTTYOutput: false,
  });
  let started = false;
  try {
    const said = {
      ...(options.release ? { release: options.release } : {}),
      ...(options.from ? { from: options.from } : {}),
    };
    const outcome = await install(dataFolder(), source, said, (done, total, file) => {
      if (!started) bar.start(total, 0, { file });
      started = true;
      bar.update(done, { file });
    });
    bar.stop();
    if (options.json) return void console.log(JSON.stringify(outcome, null, 2));
    const words = { installed: "installed", already: "was there", replaced: "replaced" } as const;
    for (const { part, outcome: what } of outcome.parts) console.log(`${words[what].padEnd(10)} ${line(part)}`);
    for (const name of outcome.skipped) console.log(`passed over ${name}`);
    if (options.prepare) await prepare(outcome.parts.map((p) => p.part));
  } finally {
    bar.stop();
  }
}

/** Compiles the rules for each new release of diagnoses, so that no encounter waits for it. */
async function prepare(parts: readonly Installed[]): Promise<void> {
  const { knowledgeOn, searchKnowledge, siteKnowledge } = await import("../codesets/in-force.js");
  const diagnoses = parts.filter((p) => p.system === "icd-10-cm" && (p.kind === "codes" || p.kind === "tabular"));
  for (const { release, from } of diagnoses) {
    // Fresh each time, so that one is let go before the next is made.
    const made = knowledgeOn(siteKnowledge(), from);
    if (made.codes.release === release) console.log(`ready      icd-10-cm ${release}`);
  }
  if (parts.some((p) => ["index", "external-causes", "neoplasms", "drugs"].includes(p.kind))) {
    searchKnowledge(siteKnowledge(), today());
    console.log("ready      search by index and tables");
  }
}

export function listCommand(options: { json?: boolean }): void {
  const parts = readCatalogue(dataFolder());
  if (options.json)
    return void console.log(
      JSON.stringify({ folder: dataFolder(), embedded: embeddedInfo(), installed: parts }, null, 2),
    );
  const { system, release, from, to } = embeddedInfo();
  console.log(`${system.padEnd(11)} ${"codes, tabular".padEnd(16)} ${release.padEnd(12)} ${from} to ${to}  embedded`);
  for (const part of parts) console.log(line(part));
}

export function verifyCommand(): void {
  const folder = dataFolder();
  const bad = broken(folder);
  for (const part of bad) console.error(`damaged: ${line(part)}\n  Install it again from ${part.source.name}.`);
  console.log(
    `${readCatalogue(folder).length - bad.length} tables are as they were installed, ${bad.length} are not (${folder}).`,
  );
  if (bad.length > 0) process.exitCode = 1;
}

export async function removeCommand(release: string, options: { kind?: string }): Promise<void> {
  for (const part of await remove(dataFolder(), release, options.kind)) console.log(`removed ${line(part)}`);
}

export const pathCommand = (): void => console.log(dataFolder());
