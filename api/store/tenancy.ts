import { type Kysely, sql } from "kysely";

/** The role that every piece of work in a tenant runs under: the policies below bind it, its owner they would not. */
export const WORKER = "citecode_worker";

/**
 * Makes rows of a table visible only inside their own tenant, whoever wrote the query.
 * @param may what work in a tenant may do with the table
 */
export async function isolate(db: Kysely<unknown>, table: string, may: string): Promise<void> {
  const name = sql.table(table);
  await sql`alter table ${name} enable row level security`.execute(db);
  await sql`create policy ${sql.id(`${table}_tenant`)} on ${name}
    using (tenant = current_setting('citecode.tenant', true))
    with check (tenant = current_setting('citecode.tenant', true))`.execute(db);
  await sql`grant ${sql.raw(may)} on ${name} to ${sql.id(WORKER)}`.execute(db);
}
