import PgBoss from "pg-boss";
import { InputError } from "../errors.js";
import type { Service } from "../service.js";

/** A run that is wanted of an encounter. */
export type Job = { readonly tenant: string; readonly encounter: string };
/** A coder's open note goes before a back-fill. */
export const URGENT = 10;
export const BACKFILL = 0;

/** Each tenant has a queue of its own, so that workers can take from them in turn; jobs that failed too often share one. */
export const queueOf = (tenant: string) => `citecode-runs_${tenant}`;
export const DEAD = "citecode-dead";
const RETRIES = 5;
/** Seconds after which a job whose worker is gone goes to another. */
const EXPIRES = 120;

/** The queue, in the database of the store. @throws InputError queue.postgresql */
export async function openQueue(url: string | undefined): Promise<PgBoss> {
  if (url === undefined)
    throw new InputError("queue.postgresql", "The queue needs PostgreSQL. Set DATABASE_URL.", "DATABASE_URL");
  const boss = new PgBoss({ connectionString: url, schema: "citecode_queue", max: 4, maintenanceIntervalSeconds: 5 });
  // The engine tries again by itself; its message may name the server.
  boss.on("error", () => console.error("citecode: the queue's database did not answer; it is asked again."));
  await boss.start();
  await boss.createQueue(DEAD, { name: DEAD, retryLimit: 0 });
  return boss;
}

/** Puts encounters of a tenant in its queue. @param expires seconds a worker may take for one */
export async function enqueue(
  boss: PgBoss,
  tenant: string,
  encounters: readonly string[],
  priority: number,
  expires = EXPIRES,
): Promise<void> {
  const name = queueOf(tenant);
  await boss.createQueue(name, { name, retryLimit: RETRIES, retryDelay: 2, retryBackoff: true, deadLetter: DEAD });
  for (let at = 0; at < encounters.length; at += 500)
    await boss.insert(
      encounters.slice(at, at + 500).map((encounter) => ({
        name,
        data: { tenant, encounter } satisfies Job,
        priority,
        expireInSeconds: expires,
        retryLimit: RETRIES,
        retryDelay: 2,
        retryBackoff: true,
        deadLetter: DEAD,
      })),
    );
}

/** How many jobs wait in each queue, and those that failed too often, with the code of the error. */
export async function jobsOf(service: Service, boss: PgBoss) {
  const tenants = await service.store.system.selectFrom("tenant").select("id").orderBy("id").execute();
  const known = new Set((await boss.getQueues()).map((q) => q.name));
  const waiting: { tenant: string; jobs: number }[] = [];
  for (const { id } of tenants)
    if (known.has(queueOf(id)))
      waiting.push({ tenant: id, jobs: await boss.getQueueSize(queueOf(id), { before: "completed" }) });
  return { waiting, dead: await boss.getQueueSize(DEAD, { before: "active" }) };
}

/** Gives every dead letter another round of tries. The new job stands before the old one is struck, so none is lost. */
export async function requeue(boss: PgBoss): Promise<number> {
  let count = 0;
  for (;;) {
    const [job] = await boss.fetch<Job>(DEAD);
    if (!job) return count;
    await enqueue(boss, job.data.tenant, [job.data.encounter], BACKFILL);
    await boss.complete(DEAD, job.id);
    count++;
  }
}
