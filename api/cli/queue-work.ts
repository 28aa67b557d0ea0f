import { storeConfig } from "../config.js";
import { InputError } from "../errors.js";
import { requeue as again, BACKFILL, jobsOf, openQueue, enqueue as put } from "../queue/boss.js";
import { changesOf } from "../queue/changes.js";
import { work } from "../queue/work.js";
import type { Service } from "../service.js";
import { withStore } from "./store-work.js";

type Boss = Awaited<ReturnType<typeof openQueue>>;
const withQueue = (act: (service: Service, boss: Boss) => Promise<void>): Promise<void> => {
  storeConfig();
  return withStore(async (service) => {
    const boss = await openQueue(process.env.DATABASE_URL);
    try {
      await act(service, boss);
    } finally {
      await boss.stop({ graceful: false, close: true });
    }
  });
};

/** Works until SIGTERM or SIGINT, then finishes the job in hand. */
export const worker = (): Promise<void> =>
  withQueue(async (service, boss) => {
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
    console.log("citecode: a worker takes jobs");
    const { made, failed } = await work(service, boss, stop.signal);
    console.log(`citecode: the worker ends: ${made} runs made, ${failed} tries failed`);
  });

export type EnqueueFlags = { tenant: string; all?: boolean; priority?: number };
export const enqueue = (ids: readonly string[], { tenant, all, priority = BACKFILL }: EnqueueFlags): Promise<void> =>
  withQueue(async (service, boss) => {
    if (all ? ids.length > 0 : ids.length === 0)
      throw new InputError("queue.encounters", "Name encounters, or give --all for those of the tenant.");
    if (!Number.isInteger(priority))
      throw new InputError("queue.priority", "Expected --priority to be a whole number.");
    const found = await service.store.in(tenant, (tx) => tx.selectFrom("encounter").select("id").execute());
    const known = new Set(found.map((row) => row.id));
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw new InputError("encounter.unknown", "The tenant has no such encounter.", unknown);
    const wanted = all ? [...known].sort() : ids;
    await put(boss, tenant, wanted, priority);
    console.log(`${wanted.length} jobs`);
  });

export const list = (): Promise<void> =>
  withQueue(async (service, boss) => {
    const { waiting, dead } = await jobsOf(service, boss);
    for (const { tenant, jobs } of waiting) console.log(`${tenant}: ${jobs} jobs wait or are worked on`);
    console.log(`${dead} dead letters`);
  });

export const requeue = (): Promise<void> =>
  withQueue(async (_, boss) => console.log(`${await again(boss)} jobs get another round`));

export const changes = ({ tenant }: { tenant: string }): Promise<void> =>
  withStore(async (service) => {
    let seen = 0;
    let changed = 0;
    for await (const change of changesOf(service, tenant)) {
      seen++;
      if (change.added.length + change.gone.length === 0) continue;
      changed++;
      console.log(JSON.stringify(change));
    }
    console.error(`${seen} encounters by these versions and by earlier ones; ${changed} propose other codes`);
  });
