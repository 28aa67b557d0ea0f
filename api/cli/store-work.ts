import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { loadKnowledge } from "../../rules/load.js";
import { record } from "../audit/index.js";
import { packetOf } from "../audit/packet.js";
import { packetHtml } from "../audit/packet-html.js";
import { replay } from "../audit/replay.js";
import { verifyStore } from "../audit/verify.js";
import { storeConfig } from "../config.js";
import { findEncounter } from "../encounters/find.js";
import { runsOf } from "../encounters/runs.js";
import { engineOf } from "../engine.js";
import { InputError } from "../errors.js";
import { modelsFor } from "../models.js";
import { openService } from "../open.js";
import { type Service, systemOf } from "../service.js";

/** Opens the store that the environment names, for one piece of work. */
export async function withStore<T>(work: (service: Service) => Promise<T>): Promise<T> {
  const knowledge = loadKnowledge();
  const service = await openService(storeConfig(), engineOf(knowledge, await modelsFor(knowledge)));
  try {
    return await work(service);
  } finally {
    await service.store.close();
  }
}

/** The tenant that an encounter belongs to. @throws InputError encounter.unknown */
async function tenantOf(service: Service, encounter: string): Promise<string> {
  const row = await service.store.system
    .selectFrom("encounter")
    .select("tenant")
    .where("id", "=", encounter)
    .executeTakeFirst();
  if (!row) throw new InputError("encounter.unknown", "The store has no encounter of this id.");
  return row.tenant;
}

/** Whoever is signed in on this machine. */
const operator = (tenant: string) => ({ ...systemOf(tenant), id: `operator:${userInfo().username}` });

export const verify = (): Promise<void> =>
  withStore(async (service) => {
    for (const { tenant, chain, notes, runs, faults } of await verifyStore(service)) {
      if (chain.intact) console.log(`${tenant}: ${chain.events} events intact, head ${chain.head}`);
      else console.log(`${tenant}: broken at event ${chain.seq}. ${chain.says}`);
      console.log(`${tenant}: ${notes} notes and ${runs} runs looked at, ${faults.length} faults`);
      for (const { record: name, says } of faults) console.log(`  ${name}: ${says}`);
      if (!chain.intact || faults.length > 0) process.exitCode = 1;
    }
  });

export const exportPacket = (id: string, options: { html?: boolean; out?: string }): Promise<void> =>
  withStore(async (service) => {
    const tenant = await tenantOf(service, id);
    const packet = await service.store.in(tenant, async (tx) => {
      const who = operator(tenant);
      const now = service.now();
      const made = await packetOf(service, tx, await findEncounter(tx, who, id, now));
      await record(tx, who, now, { action: "packet.exported", encounter: id, details: { sha256: made.sha256 } });
      return made;
    });
    const text = options.html ? packetHtml(packet) : `${JSON.stringify(packet, null, 2)}\n`;
    if (options.out) writeFileSync(options.out, text, { mode: 0o600 });
    else process.stdout.write(text);
  });

export const replayEncounter = (id: string): Promise<void> =>
  withStore(async (service) => {
    const tenant = await tenantOf(service, id);
    await service.store.in(tenant, async (tx) => {
      for (const run of await runsOf(tx, id)) {
        const answer = await replay(service, tx, run);
        if (answer.same) {
          console.log(`run ${run.seq}: the same, result ${answer.resultSha256}`);
          continue;
        }
        process.exitCode = 1;
        console.log(
          answer.same === null
            ? `run ${run.seq}: made by other versions; replay it with those. ${answer.versions.join("; ")}`
            : `run ${run.seq}: differs in ${answer.differs.join(", ")}`,
        );
      }
    });
  });
