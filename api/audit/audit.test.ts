import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEncounter } from "../encounters/create.js";
import { readNote } from "../encounters/notes.js";
import { findRun } from "../encounters/runs.js";
import type { Service } from "../service.js";
import { as, stores, testService } from "../testing.js";
import { packetOf } from "./packet.js";
import { packetHtml } from "./packet-html.js";
import { replay } from "./replay.js";
import { verifyTenant } from "./verify.js";

const text = "ASSESSMENT: Gout <of> the left foot. Denies fever. \ud83d\ude00 Zebulon \ud83d";

describe.each(stores)("the audit on %s", (_name, address) => {
  let service: Service & { tenant: string };
  let id: string;
  beforeAll(async () => {
    service = await testService(address);
    const who = as(service.tenant, "coder");
    const note = await readNote({ text }, "/notes/0");
    const made = await service.store.in(service.tenant, (tx) => createEncounter(service, tx, who, {}, [note]));
    id = made.row.id;
  });
  afterAll(() => service?.store.close());
  const check = () => verifyTenant(service, service.tenant);
  /** Changes stored bytes as somebody with the database in hand would, looks, and puts them back. */
  const tampered = async (table: "note" | "run" | "encounter" | "event", work: string, back: string) => {
    const db = service.store.system;
    if (table === "event") await sql`alter table event disable trigger event_stays`.execute(db);
    await sql.raw(work.replaceAll("$t", `'${service.tenant}'`)).execute(db);
    const found = await check();
    await sql.raw(back.replaceAll("$t", `'${service.tenant}'`)).execute(db);
    if (table === "event") await sql`alter table event enable trigger event_stays`.execute(db);
    return found;
  };

  it("finds nothing wrong with what nobody touched", async () => {
    expect(await check()).toMatchObject({ chain: { intact: true, events: 4 }, notes: 1, runs: 1, faults: [] });
  });

  it.each(["note", "run", "encounter"] as const)("locates one flipped byte anywhere in a sealed %s", async (table) => {
    const row = await service.store.system
      .selectFrom(table)
      .select(["id", "sealed"])
      .where("tenant", "=", service.tenant)
      .executeTakeFirstOrThrow();
    const bytes = Buffer.from(row.sealed);
    const step = Math.max(1, Math.floor(bytes.length / 25));
    for (let at = 0; at < bytes.length; at += step) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << (at % 8);
      const found = await tampered(
        table,
        `update ${table} set sealed = '\\x${flipped.toString("hex")}' where id = '${row.id}'`,
        `update ${table} set sealed = '\\x${bytes.toString("hex")}' where id = '${row.id}'`,
      );
      expect(found.faults.map((f) => f.record)).toEqual([`${table}:${row.id}`]);
    }
    expect((await check()).faults).toEqual([]);
  });

  it.each<[string, string, string, number]>([
    [
      "who did it",
      "update event set actor = actor || 'x' where tenant = $t and seq = 2",
      "update event set actor = left(actor, -1) where tenant = $t and seq = 2",
      2,
    ],
    [
      "a detail",
      "update event set details = details || ' ' where tenant = $t and seq = 3",
      "update event set details = left(details, -1) where tenant = $t and seq = 3",
      3,
    ],
    [
      "a hash",
      "update event set hash = reverse(hash) where tenant = $t and seq = 1",
      "update event set hash = reverse(hash) where tenant = $t and seq = 1",
      1,
    ],
    [
      "the order",
      "update event set seq = seq + 10 where tenant = $t and seq = 2",
      "update event set seq = 2 where tenant = $t and seq = 12",
      2,
    ],
    ["the head", "update chain set seq = 9 where tenant = $t", "update chain set seq = 4 where tenant = $t", 5],
  ])("names the first broken link when somebody changes %s", async (_what, work, back, seq) => {
    expect((await tampered("event", work, back)).chain).toMatchObject({ intact: false, seq });
    expect((await check()).chain.intact).toBe(true);
  });

  it("replays a run byte for byte, and names the versions when the engine is another", async () => {
    await service.store.in(service.tenant, async (tx) => {
      const run = await findRun(tx, id, "latest");
      expect(await replay(service, tx, run)).toMatchObject({ same: true, resultSha256: run.result_sha256 });
      const later = {
        ...service,
        engine: { ...service.engine, versions: { ...service.engine.versions, engine: "9" } },
      };
      expect(await replay(later, tx, run)).toMatchObject({ same: null, versions: [expect.stringContaining("-> 9")] });
      expect(await replay(service, tx, { ...run, result_sha256: "0" })).toMatchObject({ differs: ["result"] });
    });
  });

  it("hands out a packet whose quotes are the note's words, as data and as a page", async () => {
    const packet = await service.store.in(service.tenant, async (tx) =>
      packetOf(
        service,
        tx,
        await tx.selectFrom("encounter").selectAll().where("id", "=", id).executeTakeFirstOrThrow(),
      ),
    );
    expect(packet.notes[0].text).toBe(text);
    const [gout] = packet.runs[0].because;
    for (const { start, end, quote } of gout.quotes) expect(quote).toBe(text.slice(start, end));
    expect(gout.by.length).toBeGreaterThan(0);
    expect(packet.events.map((e) => e.action)).toEqual(["encounter.created", "note.added", "run.made"]);
    const page = packetHtml(packet);
    expect(page).toContain("Gout &lt;of&gt; the left foot");
    expect(page).not.toMatch(/(src|href)=/);
  });
});
