import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type PgBoss from "pg-boss";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noModels } from "../../pipeline/models.js";
import { loadKnowledge } from "../../rules/load.js";
import { createEncounter } from "../encounters/create.js";
import { engineOf } from "../engine.js";
import { masterKey, Vault } from "../security/vault.js";
import { type Service, systemOf } from "../service.js";
import { openStore } from "../store/index.js";
import { addTenant } from "../tenants.js";
import { projectFolder } from "../version.js";
import { BACKFILL, enqueue, jobsOf, openQueue, queueOf, requeue, URGENT } from "./boss.js";
import { changesOf } from "./changes.js";
import { runOnce } from "./work.js";

const url = process.env.CITECODE_TEST_DATABASE_URL;

describe.skipIf(!url)("queue on postgresql", () => {
  const key = randomBytes(32).toString("hex");
  const children: ChildProcess[] = [];
  let service: Service;
  let boss: PgBoss;
  beforeAll(async () => {
    const store = await openStore({ url: url ?? "" });
    service = {
      store,
      vault: new Vault([masterKey(key)]),
      engine: engineOf(loadKnowledge(), noModels),
      now: () => new Date().toISOString(),
    };
    boss = await openQueue(url);
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await boss?.stop({ graceful: false, close: true });
    await service?.store.close();
  });

  async function archive(count: number) {
    const tenant = `t-${randomUUID()}`;
    await addTenant(service, tenant, "Queue clinic");
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const text = `ASSESSMENT: Essential hypertension. Type 2 diabetes. Visit ${i}.`;
      const note = { type: "progress", text, mediaType: "text/plain", warnings: [] };
      const body = { setting: "outpatient", serviceDate: "2026-01-22", run: false, notes: [] };
      ids.push(
        await service.store.in(tenant, async (tx) => {
          const made = await createEncounter(service, tx, systemOf(tenant), body as never, [note as never]);
          return made.row.id;
        }),
      );
    }
    return { tenant, ids };
  }
  const runs = (tenant: string) =>
    service.store.in(tenant, (tx) => tx.selectFrom("run").select(["encounter"]).execute());
  const start = () => {
    const child = spawn(process.execPath, [join(projectFolder(), "dist", "api", "cli", "main.js"), "worker"], {
      env: { ...process.env, DATABASE_URL: url, CITECODE_KEY: key, CITECODE_MODELS: "none" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    return child;
  };
  const until = async (done: () => Promise<boolean>) => {
    for (let i = 0; i < 400; i++) {
      if (await done()) return;
      await setTimeout(100);
    }
    throw new Error("It took too long.");
  };

  it("makes one run of a job that comes twice at once", async () => {
    const { tenant, ids } = await archive(1);
    const job = { tenant, encounter: ids[0] };
    const made = await Promise.all([runOnce(service, job), runOnce(service, job), runOnce(service, job)]);
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await runs(tenant)).toHaveLength(1);
  });

  it("takes urgent jobs first, and keeps tenants apart", async () => {
    const { tenant, ids } = await archive(3);
    await enqueue(boss, tenant, ids.slice(0, 2), BACKFILL);
    await enqueue(boss, tenant, ids.slice(2), URGENT);
    const [first] = await boss.fetch<{ encounter: string }>(queueOf(tenant));
    expect(first.data.encounter).toBe(ids[2]);
    await boss.purgeQueue(queueOf(tenant));
  });

  it("two workers, one killed: every encounter has one run, and a drain ends the other well", async () => {
    const [large, small] = [await archive(60), await archive(6)];
    const [first, second] = [start(), start()];
    await enqueue(boss, large.tenant, [...large.ids, ...large.ids.slice(0, 10)], BACKFILL, 3);
    await enqueue(boss, small.tenant, small.ids, BACKFILL, 3);
    await until(async () => (await runs(large.tenant)).length > 5);
    first.kill("SIGKILL");
    const rest = async (tenant: string) => boss.getQueueSize(queueOf(tenant), { before: "completed" });
    await until(async () => (await rest(large.tenant)) === 0 && (await rest(small.tenant)) === 0);
    for (const { tenant, ids } of [large, small])
      expect((await runs(tenant)).map((run) => run.encounter).sort()).toEqual([...ids].sort());
    const ended = new Promise<number | null>((resolve) => second.once("exit", resolve));
    second.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("shows what failed for good and gives it another round", async () => {
    const { tenant } = await archive(1);
    await boss.insert([{ name: "citecode-dead", data: { tenant, encounter: randomUUID() } }]);
    expect((await jobsOf(service, boss)).dead).toBeGreaterThan(0);
    expect(await requeue(boss)).toBeGreaterThan(0);
    expect((await jobsOf(service, boss)).dead).toBe(0);
    expect((await jobsOf(service, boss)).waiting).toContainEqual({ tenant, jobs: 1 });
    await boss.purgeQueue(queueOf(tenant));
  });

  it("reads an archive again under other versions, and says what changed", async () => {
    const { tenant, ids } = await archive(2);
    for (const encounter of ids) await runOnce(service, { tenant, encounter });
    const engine = {
      ...service.engine,
      versionsOn: (day: string) => ({ ...service.engine.versionsOn(day), engine: "next" }),
    };
    engine.run = async (encounter, warnings) => {
      const { result, ledger } = await service.engine.run(encounter, warnings);
      const suggestions = encounter.id === ids[0] ? result.suggestions.slice(1) : result.suggestions;
      return { result: { ...result, suggestions }, ledger };
    };
    const next = { ...service, engine };
    for (const encounter of ids) expect(await runOnce(next, { tenant, encounter })).toBe(true);
    const found = [];
    for await (const change of changesOf(next, tenant)) found.push(change);
    expect(found).toHaveLength(2);
    expect(found.find((c) => c.encounter === ids[0])?.gone).toHaveLength(1);
    expect(found.find((c) => c.encounter === ids[1])).toMatchObject({ added: [], gone: [] });
  });
});
