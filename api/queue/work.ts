import { setTimeout } from "node:timers/promises";
import type PgBoss from "pg-boss";
import { describe } from "../cli/ndjson.js";
import { notesOf } from "../encounters/notes.js";
import { makeRun } from "../encounters/runs.js";
import { InputError } from "../errors.js";
import { type Service, systemOf } from "../service.js";
import { type Job, queueOf } from "./boss.js";

/** How long an empty round of queues rests, in milliseconds. */
const REST = 500;

/**
 * Makes the run of a job unless the encounter's last run is of the same notes and versions. The encounter is locked meanwhile, so
 * a job that comes twice, even at once, leaves one run.
 * @returns whether a run was made
 */
export function runOnce(service: Service, { tenant, encounter }: Job): Promise<boolean> {
  return service.store.in(tenant, async (tx) => {
    const who = systemOf(tenant);
    const row = await tx.selectFrom("encounter").selectAll().where("id", "=", encounter).forUpdate().executeTakeFirst();
    if (!row) throw new InputError("encounter.unknown", "The tenant has no encounter of this id.");
    const notes = (await notesOf(tx, encounter)).map((n) => ({ id: n.id, type: n.type, sha256: n.sha256 }));
    const last = await tx
      .selectFrom("run")
      .select(["versions", "notes"])
      .where("encounter", "=", encounter)
      .orderBy("seq", "desc")
      .limit(1)
      .executeTakeFirst();
    if (last?.versions === JSON.stringify(service.engine.versionsOn(row.date)) && last.notes === JSON.stringify(notes))
      return false;
    await makeRun(service, tx, who, row);
    return true;
  });
}

/** Takes one job from each tenant's queue in turn until `stop` is raised; the job in hand is finished first. */
export async function work(
  service: Service,
  boss: PgBoss,
  stop: AbortSignal,
): Promise<{ made: number; failed: number }> {
  const count = { made: 0, failed: 0 };
  while (!stop.aborted) {
    const tenants = await service.store.system.selectFrom("tenant").select("id").orderBy("id").execute();
    const known = new Set((await boss.getQueues()).map((q) => q.name));
    let names = tenants.map((t) => queueOf(t.id)).filter((name) => known.has(name));
    while (names.length > 0 && !stop.aborted) {
      const busy: string[] = [];
      for (const name of names) {
        if (stop.aborted) break;
        const [job] = await boss.fetch<Job>(name);
        if (!job) continue;
        busy.push(name);
        try {
          if (await runOnce(service, job.data)) count.made++;
          await boss.complete(name, job.id);
        } catch (error) {
          count.failed++;
          await boss.fail(name, job.id, { error: describe(error).code });
        }
      }
      names = busy;
    }
    if (!stop.aborted) await setTimeout(REST, undefined, { signal: stop }).catch(() => undefined);
  }
  return count;
}
