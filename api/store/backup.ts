import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { createGzip } from "node:zlib";
import { type Kysely, sql } from "kysely";
import { InputError } from "../errors.js";
import type { End, Header } from "./backup-file.js";
import type { Store, Tables } from "./index.js";

/** Who was signed in signs in again; what only the database's own tools keep is not ours. */
const LEFT_OUT = new Set(["session", "sign_in_link", "kysely_migration", "kysely_migration_lock"]);
/** Rows fetched at a time. */
const PAGE = 200;

/**
 * Writes all that a store holds into one file, as it stood at one moment, while others may go on writing. The file is there
 * whole or not at all, and only its owner reads it.
 * @param at ISO 8601, UTC
 * @throws InputError backup.exists
 */
export async function backup(store: Store, path: string, at: string): Promise<Header & End> {
  if (existsSync(path))
    throw new InputError("backup.exists", "The file exists. Backups are never written over: name another.", path);
  const part = `${path}.part`;
  const packed = createGzip();
  const file = createWriteStream(part, { mode: 0o600 });
  const written = once(packed.pipe(file), "close");
  // Looked at when the writing is awaited; a fault of the disk must not end the process before.
  written.catch(() => {});
  const fault = new Promise<never>((_resolve, reject) => {
    for (const stream of [packed, file]) stream.once("error", reject);
  });
  fault.catch(() => {});
  const hash = createHash("sha256");
  const write = async (line: string) => {
    hash.update(line);
    if (!packed.write(line)) await Promise.race([once(packed, "drain"), fault]);
  };
  try {
    const made = await store.system.transaction().execute(async (tx) => {
      // One moment for all tables, and nothing changed by mistake.
      await sql`set transaction isolation level repeatable read, read only`.execute(tx);
      const header: Header = {
        citecode: "backup",
        format: 1,
        at,
        migrations: await migrationsOf(tx),
        tables: await tablesOf(tx),
        masters: (await tx.selectFrom("data_key").select("master").distinct().execute()).map((r) => r.master).sort(),
      };
      await write(`${JSON.stringify(header)}\n`);
      let rows = 0;
      for (const table of header.tables)
        for await (const row of rowsOf(tx, table)) {
          await write(`${table}\t${row}\n`);
          rows++;
        }
      const end: End = { rows, sha256: hash.copy().digest("hex") };
      await write(`${JSON.stringify(end)}\n`);
      return { ...header, ...end };
    });
    packed.end();
    await Promise.race([written, fault]);
    const handle = await open(part, "r+");
    await handle.sync();
    await handle.close();
    await rename(part, path);
    return made;
  } catch (error) {
    packed.destroy();
    file.destroy();
    await rm(part, { force: true });
    throw error;
  }
}

export async function migrationsOf(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((r) => r.name);
}

/** Every table that is kept, each behind those that its rows name. */
export async function tablesOf(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace order by c.relname`.execute(db);
  const { rows: references } = await sql<{ from: string; to: string }>`
    select r.relname as "from", t.relname as "to" from pg_constraint k
    join pg_class r on r.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and r.oid <> t.oid and k.connamespace = current_schema()::regnamespace`.execute(db);
  const left = new Set(rows.map((r) => r.name).filter((name) => !LEFT_OUT.has(name)));
  const ordered: string[] = [];
  while (left.size > 0) {
    const next = [...left].filter((name) => !references.some((r) => r.from === name && left.has(r.to)));
    if (next.length === 0) throw new Error("Tables name each other in a circle: no order puts their rows back.");
    for (const name of next) {
      left.delete(name);
      ordered.push(name);
    }
  }
  return ordered;
}

/** Rows as the database writes them in JSON. Where rows of a table name each other, the later ones have the higher `seq`. */
async function* rowsOf(db: Kysely<Tables>, table: string): AsyncGenerator<string> {
  const { rows: columns } = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and attname in ('seq', 'created_at')`.execute(db);
  const order = columns.length === 0 ? sql`` : sql`order by ${sql.join(columns.map((c) => sql.ref(c.name)))}`;
  await sql`declare backup_rows no scroll cursor for
    select row_to_json(t)::text as row from ${sql.table(table)} t ${order}`.execute(db);
  for (;;) {
    const { rows } = await sql<{ row: string }>`fetch ${sql.lit(PAGE)} from backup_rows`.execute(db);
    for (const { row } of rows) yield row;
    if (rows.length < PAGE) break;
  }
  await sql`close backup_rows`.execute(db);
}
