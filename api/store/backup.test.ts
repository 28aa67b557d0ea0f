import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../fixtures/bench/child.js";
import { withDatabase } from "../../fixtures/bench/kill.js";
import { verifyStore } from "../audit/verify.js";
import type { Service } from "../service.js";
import { as, ask, testApp, testService } from "../testing.js";
import { projectFolder } from "../version.js";
import { backup, tablesOf } from "./backup.js";
import { readBackup } from "./backup-file.js";
import { connect, openStore, type Store, type StoreAddress } from "./index.js";
import { restore } from "./restore.js";

const CANARY = "Quackenbush";
const AT = "2026-03-02T09:00:00.000Z";
const server = process.env.CITECODE_TEST_DATABASE_URL;
const { folder, remove } = temporaryFolder();
afterAll(remove);
let files = 0;
const file = () => join(folder, `backup-${files++}`);

type Kind = readonly [string, <T>(work: (address: StoreAddress) => Promise<T>) => Promise<T>];
const embedded: Kind = ["pglite", (work) => work({ folder: join(folder, `store-${files++}`) })];
const kinds: Kind[] = [
  embedded,
  ...(server ? [["postgresql", (work) => withDatabase(server, (s) => work(s.address))] as Kind] : []),
];

/** Encounters with notes, runs, decisions and words of a person, all of which name the canary. */
async function filled(address: StoreAddress) {
  const service = await testService(address);
  const app = await testApp(service);
  const coder = as(service.tenant, "coder");
  const post = async (url: string, body: unknown, headers = {}) => {
    const answer = await ask(app, coder, "POST", url, body, headers);
    expect(answer.statusCode, answer.body).toBe(201);
    return answer.json();
  };
  const add = () =>
    post("/v1/encounters", {
      reference: `${CANARY}-${randomBytes(4).toString("hex")}`,
      notes: [{ text: `ASSESSMENT: Gout of ${CANARY}.\u2028\t\r\nStable.` }],
    });
  const { id } = await add();
  const decision = { action: "reject", system: "icd-10-cm", code: "M10.9", reason: "other", text: CANARY };
  const made = await post(`/v1/encounters/${id}/decisions`, decision, { "if-match": "*", "idempotency-key": "k" });
  await post(`/v1/encounters/${id}/decisions/${made.decision.id}/undo`, undefined, { "if-match": "*" });
  const people = await ask(app, as(service.tenant, "administrator"), "POST", "/v1/people", {
    login: "d.doe",
    name: 'Line\u2028break "quoted" \\ é',
    role: "coder",
  });
  expect(people.statusCode).toBe(201);
  return { service, app, add, id };
}

/** Every row of a store, to compare two. */
async function contentOf(store: Store): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const table of await tablesOf(store.system)) {
    const { rows } = await sql<{ row: string }>`
      select row_to_json(t)::text as row from ${sql.table(table)} t order by 1`.execute(store.system);
    content[table] = rows.map((r) => r.row);
  }
  return content;
}

describe.each(kinds)("a backup of %s", (_from, withFrom) => {
  it.each(kinds)("goes into an empty %s as it was, and keeps patient text sealed", (_to, withTo) =>
    withFrom(async (from) => {
      const { service, app } = await filled(from);
      const before = await contentOf(service.store);
      const path = file();
      const made = await backup(service.store, path, AT);
      expect(Object.keys(before).sort()).toEqual([...made.tables].sort());
      expect(made.rows).toBe(Object.values(before).flat().length);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const bytes = gunzipSync(readFileSync(path));
      for (const encoding of ["utf8", "utf16le"] as const)
        expect(bytes.includes(Buffer.from(CANARY, encoding))).toBe(false);
      for (const encoding of ["utf8", "utf16le"] as const)
        expect(bytes.includes(Buffer.from(CANARY, encoding).toString("hex"))).toBe(false);
      await app.close();
      await service.store.close();
      await withTo(async (to) => {
        const { store } = await restore(to, path);
        expect(await contentOf(store)).toEqual(before);
        const [check] = await verifyStore({ store, vault: service.vault });
        expect(check).toMatchObject({ chain: { intact: true }, notes: 1, runs: 1, faults: [] });
        await store.close();
        await expect(restore(to, path)).rejects.toMatchObject({ code: "store.not-empty" });
      });
    }),
  );

  it("stands for one moment while others write", () =>
    withFrom(async (from) => {
      const { service, app, add } = await filled(from);
      let open = true;
      const writing = Promise.all(
        [1, 2, 3].map(async () => {
          let written = 0;
          for (; open; written++) await add();
          return written;
        }),
      );
      const paths: string[] = [];
      for (let i = 0; i < 3; i++) {
        await add();
        paths.push(file());
        await backup(service.store, paths[i], AT);
      }
      open = false;
      expect(Math.min(...(await writing))).toBeGreaterThan(0);
      await app.close();
      await service.store.close();
      for (const path of paths) {
        const { store } = await restore({ folder: null }, path);
        const [check] = await verifyStore({ store, vault: service.vault });
        expect(check).toMatchObject({ chain: { intact: true }, faults: [] });
        await store.close();
      }
    }));
});

describe("a file", () => {
  let whole: Buffer;
  let service: Service;
  beforeAll(async () => {
    const made = await filled({ folder: null });
    service = made.service;
    const path = file();
    await backup(service.store, path, AT);
    whole = readFileSync(path);
    await made.app.close();
    return async () => service.store.close();
  });
  const changed = (at: number): Buffer => {
    const copy = Buffer.from(whole);
    copy[at] ^= 1;
    return copy;
  };
  const lines = () => gunzipSync(whole).toString("utf8").split("\n");
  it.each<[string, string, () => Buffer]>([
    ["that is cut short", "backup.damaged", () => whole.subarray(0, whole.length - 40)],
    ["with one byte flipped", "backup.damaged", () => changed(Math.floor(whole.length / 2))],
    ["with the last byte flipped", "backup.damaged", () => changed(whole.length - 1)],
    ["with a row left out", "backup.damaged", () => gzipSync(lines().toSpliced(4, 1).join("\n"))],
    ["with a row twice", "backup.damaged", () => gzipSync(lines().toSpliced(4, 0, lines()[4]).join("\n"))],
    ["without its end", "backup.damaged", () => gzipSync(`${lines().slice(0, -2).join("\n")}\n`)],
    ["that is something else", "backup.format", () => Buffer.from("a text")],
    ["that is empty", "backup.damaged", () => Buffer.alloc(0)],
    ["of another program", "backup.format", () => gzipSync('{"a":1}\n')],
  ])("%s is refused, and nothing is changed", async (_says, code, bytes) => {
    const path = file();
    writeFileSync(path, bytes());
    await expect(restore({ folder: join(folder, "never") }, path)).rejects.toMatchObject({ code });
    expect(() => statSync(join(folder, "never"))).toThrow("ENOENT");
  });

  it("of a newer version is refused", async () => {
    const path = file();
    const header = { citecode: "backup", format: 1, at: AT, migrations: ["9999-later"], tables: [], masters: [] };
    const first = `${JSON.stringify(header)}\n`;
    const sha256 = createHash("sha256").update(first).digest("hex");
    writeFileSync(path, gzipSync(`${first}${JSON.stringify({ rows: 0, sha256 })}\n`));
    await expect(restore({ folder: null }, path)).rejects.toMatchObject({ code: "backup.newer" });
  });

  it("goes where an earlier restore was cut off, and nowhere else", async () => {
    const path = file();
    writeFileSync(path, whole);
    const address = { folder: join(folder, `store-${files++}`) };
    // Tables, and no row in them.
    await (await openStore(address)).close();
    await (await restore(address, path)).store.close();
    await expect(restore(address, path)).rejects.toMatchObject({ code: "store.not-empty" });
    const others = { folder: join(folder, `store-${files++}`) };
    const store = await connect(others);
    await sql`create table theirs (n int)`.execute(store.system);
    await store.close();
    await expect(restore(others, path)).rejects.toMatchObject({ code: "store.not-empty" });
  });

  it("is never written over", async () => {
    const path = file();
    writeFileSync(path, "kept");
    await expect(backup(service.store, path, AT)).rejects.toMatchObject({ code: "backup.exists" });
    expect(readFileSync(path, "utf8")).toBe("kept");
  });
});

it("is made and restored from the command line, which tells the chain and proves it", async () => {
  const homes = [join(folder, "one"), join(folder, "two")];
  const path = file();
  const key = randomBytes(32).toString("base64");
  const run = (home: string, ...args: string[]) =>
    execFileSync(process.execPath, [join(projectFolder(), "dist", "api", "cli", "main.js"), ...args], {
      env: { ...process.env, CITECODE_HOME: home, CITECODE_KEY: key, CITECODE_MODELS: "none" },
      stdio: "pipe",
    }).toString();
  expect(() => run(homes[0], "backup", path)).toThrow(/store\.empty/);
  run(homes[0], "audit", "verify");
  expect(run(homes[0], "backup", path)).toMatch(/^\d+ rows of \d+ tables, SHA-256 [0-9a-f]{64}\n/);
  expect(run(homes[1], "restore", path)).toContain("main: intact, 0 notes, 0 runs");
  const restored = await openStore({ folder: join(homes[1], "store") });
  const events = await restored.system.selectFrom("event").select("action").orderBy("seq").execute();
  await restored.close();
  expect(events.map((e) => e.action)).toEqual(["tenant.created", "backup.begun", "backup.restored"]);
  expect((await readBackup(path)).masters).toHaveLength(1);
  expect(() => run(homes[1], "restore", path)).toThrow(/store\.not-empty/);
});
