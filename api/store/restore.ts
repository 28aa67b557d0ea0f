import { sql } from "kysely";
import { InputError } from "../errors.js";
import { migrationsOf } from "./backup.js";
import { type End, type Header, readBackup } from "./backup-file.js";
import { connect, migrate, type Store, type StoreAddress, type Tx } from "./index.js";
import { migrations } from "./migrations.js";

/** Rows put back at a time, in characters: few statements, and little memory. */
const BATCH = 1_000_000;

/**
 * Puts a backup back into an empty store, of either kind, all of it or nothing. The file is read to its end and proved before
 * the store is touched.
 * @returns the store, open and up to date
 * @throws InputError backup.damaged, backup.format, backup.newer, store.not-empty
 */
export async function restore(address: StoreAddress, path: string): Promise<{ store: Store; backup: Header & End }> {
  const backup = await readBackup(path);
  const last = backup.migrations.at(-1) ?? "";
  if (backup.migrations.some((name) => !(name in migrations)))
    throw new InputError(
      "backup.newer",
      "The backup was made by a newer version of this program. Install that one, then restore.",
      path,
    );
  const store = await connect(address);
  try {
    await refuseUnlessEmpty(store, backup.migrations);
    // As the tables were when the backup was made; what came later is brought up to date with the rows in them.
    await migrate(store, last);
    await store.system.transaction().execute(async (tx) => {
      let table = "";
      let rows: string[] = [];
      let size = 0;
      const flush = async () => {
        if (rows.length > 0) await put(tx, table, rows);
        rows = [];
        size = 0;
      };
      await readBackup(path, async (of, row) => {
        if (of !== table || size > BATCH) await flush();
        table = of;
        rows.push(row);
        size += row.length;
      });
      await flush();
    });
    await migrate(store);
    return { store, backup };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Tables without a tenant, as a restore leaves them that was cut off, are empty too, unless they are newer than the backup. */
async function refuseUnlessEmpty(store: Store, known: readonly string[]): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace`.execute(
    store.system,
  );
  const names = rows.map((r) => r.name);
  const tenant = names.includes("tenant")
    ? await store.system.selectFrom("tenant").select("id").limit(1).executeTakeFirst()
    : undefined;
  const ours = names.includes("kysely_migration")
    ? (await migrationsOf(store.system)).every((name) => known.includes(name))
    : names.length === 0;
  if (tenant || !ours)
    throw new InputError(
      "store.not-empty",
      "The store holds something already, and a restore adds to nothing. Name an empty database in DATABASE_URL, or a new folder in CITECODE_HOME.",
    );
}

async function put(tx: Tx, table: string, rows: readonly string[]): Promise<void> {
  await sql`insert into ${sql.table(table)}
    select * from json_populate_recordset(null::${sql.table(table)}, ${`[${rows.join(",")}]`}::json)`.execute(tx);
}
