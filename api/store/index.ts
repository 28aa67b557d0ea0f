import { mkdirSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, Migrator, PostgresDialect, sql, type Transaction } from "kysely";
import pg from "pg";
import { openDurable } from "./durable.js";
import { lockFolder } from "./lock.js";
import { migrations } from "./migrations.js";
import { pgliteDialect } from "./pglite.js";
import type { Tables } from "./schema.js";
import { WORKER } from "./tenancy.js";

export type { NewRow, Row, Tables } from "./schema.js";

/** Work inside one transaction and one tenant. */
export type Tx = Transaction<Tables>;
export type Store = {
  readonly kind: "pglite" | "postgresql";
  /** Runs work in one transaction that sees the rows of this tenant alone: the database refuses the others. */
  in<T>(tenant: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Over all tenants, for signing in and for operating the store; never for a request's own work. */
  readonly system: Kysely<Tables>;
  close(): Promise<void>;
};

/** Where a store is: a PostgreSQL address, or the folder of an embedded one (`null`: in memory, for tests). */
export type StoreAddress = { readonly url: string } | { readonly folder: string | null };

/**
 * Opens a store and brings its tables up to date.
 * @throws when the database cannot be reached or a migration fails; nothing is half-migrated
 */
export async function openStore(address: StoreAddress): Promise<Store> {
  const store = await connect(address);
  try {
    await migrate(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Opens a store as it is. */
export const connect = async (address: StoreAddress): Promise<Store> =>
  "url" in address ? openPostgres(address.url) : openEmbedded(address.folder);

/** Makes the tables as of a migration, the newest unless one is named. */
export async function migrate(store: Store, upTo?: string): Promise<void> {
  const migrator = new Migrator({ db: store.system, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo));
  if (error) throw error;
}

function openPostgres(url: string): Store {
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 10_000 });
  // An idle connection that the server ends is replaced at the next use.
  pool.on("error", () => {});
  return over(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), "postgresql");
}

async function openEmbedded(folder: string | null): Promise<Store> {
  if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unlock = folder === null ? () => {} : lockFolder(`${folder}.lock`);
  const database = folder === null ? new PGlite() : openDurable(folder);
  await database.waitReady;
  const store = over(new Kysely<Tables>({ dialect: pgliteDialect(database) }), "pglite");
  return { ...store, close: () => store.close().finally(unlock) };
}

function over(system: Kysely<Tables>, kind: Store["kind"]): Store {
  return {
    kind,
    system,
    in: (tenant, work) =>
      system.transaction().execute(async (tx) => {
        await sql`select set_config('citecode.tenant', ${tenant}, true), set_config('role', ${WORKER}, true)`.execute(
          tx,
        );
        return work(tx);
      }),
    close: () => system.destroy(),
  };
}
