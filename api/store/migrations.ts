import { type Kysely, type Migration, sql } from "kysely";
import { isolate, WORKER } from "./tenancy.js";

const all = "select, insert, update, delete";

const start: Migration = {
  async up(db: Kysely<unknown>) {
    // Roles belong to the server, not to the database: another database of the same server may have made it.
    await sql`do $$ begin create role ${sql.id(WORKER)} nologin; exception when duplicate_object then null; end $$`.execute(
      db,
    );
    await sql`grant ${sql.id(WORKER)} to current_user`.execute(db);
    await sql`grant usage on schema public to ${sql.id(WORKER)}`.execute(db);
    const text = "text" as const;
    await db.schema
      .createTable("tenant")
      .addColumn("id", text, (c) => c.primaryKey())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("created_at", text, (c) => c.notNull())
      .execute();
    await sql`grant select on tenant to ${sql.id(WORKER)}`.execute(db);
    const owned = (name: string) =>
      db.schema.createTable(name).addColumn("tenant", text, (c) => c.notNull().references("tenant.id"));
    const identified = (name: string) => owned(name).addColumn("id", text, (c) => c.primaryKey());
    await identified("person")
      .addColumn("login", text, (c) => c.notNull().unique())
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("role", text, (c) => c.notNull())
      .addColumn("password", text)
      .addColumn("totp", "bytea")
      .addColumn("totp_key", text)
      .addColumn("failures", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("locked_until", text)
      .addColumn("disabled_at", text)
      .addColumn("created_at", text, (c) => c.notNull())
      .execute();
    await identified("session")
      .addColumn("person", text, (c) => c.notNull().references("person.id"))
      .addColumn("created_at", text, (c) => c.notNull())
      .addColumn("seen_at", text, (c) => c.notNull())
      .addColumn("expires_at", text, (c) => c.notNull())
      .addColumn("emergency_until", text)
      .execute();
    await identified("api_key")
      .addColumn("name", text, (c) => c.notNull())
      .addColumn("role", text, (c) => c.notNull())
      .addColumn("secret", text, (c) => c.notNull())
      .addColumn("created_by", text, (c) => c.notNull())
      .addColumn("created_at", text, (c) => c.notNull())
      .addColumn("expires_at", text, (c) => c.notNull())
      .addColumn("revoked_at", text)
      .execute();
    await identified("data_key")
      .addColumn("wrapped", "bytea", (c) => c.notNull())
      .addColumn("master", text, (c) => c.notNull())
      .addColumn("created_at", text, (c) => c.notNull())
      .execute();
    await identified("encounter")
      .addColumn("setting", text, (c) => c.notNull())
      .addColumn("date", text, (c) => c.notNull())
      .addColumn("status", text, (c) => c.notNull())
      .addColumn("priority", "integer", (c) => c.notNull().defaultTo(0))
      .addColumn("restricted", "boolean", (c) => c.notNull().defaultTo(false))
      .addColumn("claimed_by", text)
      .addColumn("claimed_at", text)
      .addColumn("version", "integer", (c) => c.notNull().defaultTo(1))
      .addColumn("sealed", "bytea", (c) => c.notNull())
      .addColumn("sealed_key", text, (c) => c.notNull())
      .addColumn("reference", text)
      .addColumn("created_by", text, (c) => c.notNull())
      .addColumn("created_at", text, (c) => c.notNull())
      .addColumn("finalised_by", text)
      .addColumn("finalised_at", text)
      .addColumn("final", text)
      .addUniqueConstraint("encounter_reference", ["tenant", "reference"])
      .execute();
    await sql`create index encounter_worklist on encounter (tenant, status, priority desc, created_at, id)`.execute(db);
    await identified("note")
      .addColumn("encounter", text, (c) => c.notNull().references("encounter.id"))
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("type", text, (c) => c.notNull())
      .addColumn("media_type", text, (c) => c.notNull())
      .addColumn("sha256", text, (c) => c.notNull())
      .addColumn("sealed", "bytea", (c) => c.notNull())
      .addColumn("sealed_key", text, (c) => c.notNull())
      .addColumn("added_by", text, (c) => c.notNull())
      .addColumn("added_at", text, (c) => c.notNull())
      .addUniqueConstraint("note_seq", ["encounter", "seq"])
      .execute();
    await identified("run")
      .addColumn("encounter", text, (c) => c.notNull().references("encounter.id"))
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("versions", text, (c) => c.notNull())
      .addColumn("notes", text, (c) => c.notNull())
      .addColumn("result_sha256", text, (c) => c.notNull())
      .addColumn("ledger_sha256", text, (c) => c.notNull())
      .addColumn("sealed", "bytea", (c) => c.notNull())
      .addColumn("sealed_key", text, (c) => c.notNull())
      .addColumn("by", text, (c) => c.notNull())
      .addColumn("at", text, (c) => c.notNull())
      .addUniqueConstraint("run_seq", ["encounter", "seq"])
      .execute();
    await owned("event")
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("at", text, (c) => c.notNull())
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("actor_kind", text, (c) => c.notNull())
      .addColumn("action", text, (c) => c.notNull())
      .addColumn("encounter", text)
      .addColumn("note_sha256", text)
      .addColumn("versions", text)
      .addColumn("details", text, (c) => c.notNull())
      .addColumn("previous", text, (c) => c.notNull())
      .addColumn("hash", text, (c) => c.notNull())
      .addPrimaryKeyConstraint("event_key", ["tenant", "seq"])
      .execute();
    await sql`create index event_encounter on event (tenant, encounter, seq)`.execute(db);
    await owned("chain")
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("hash", text, (c) => c.notNull())
      .addPrimaryKeyConstraint("chain_key", ["tenant"])
      .execute();
    await owned("idempotency")
      .addColumn("actor", text, (c) => c.notNull())
      .addColumn("key", text, (c) => c.notNull())
      .addColumn("request_sha256", text, (c) => c.notNull())
      .addColumn("status", "integer", (c) => c.notNull())
      .addColumn("sealed", "bytea", (c) => c.notNull())
      .addColumn("sealed_key", text, (c) => c.notNull())
      .addColumn("headers", text, (c) => c.notNull())
      .addColumn("created_at", text, (c) => c.notNull())
      .addPrimaryKeyConstraint("idempotency_key", ["tenant", "actor", "key"])
      .execute();
    for (const table of ["person", "session", "api_key", "data_key", "encounter", "note", "run", "idempotency"])
      await isolate(db, table, table === "note" || table === "run" ? "select, insert, update" : all);
    await isolate(db, "event", "select, insert");
    await isolate(db, "chain", "select, insert, update");
    // What happened stays as it was written, for the owner of the database too.
    await sql`create function event_stays() returns trigger language plpgsql as
      $$ begin raise exception 'events are append-only'; end $$`.execute(db);
    await sql`create trigger event_stays before update or delete or truncate on event
      for each statement execute function event_stays()`.execute(db);
  },
};

const work: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable("decision")
      .addColumn("tenant", "text", (c) => c.notNull().references("tenant.id"))
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("encounter", "text", (c) => c.notNull().references("encounter.id"))
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("run", "text", (c) => c.references("run.id"))
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("system", "text", (c) => c.notNull())
      .addColumn("code", "text", (c) => c.notNull())
      .addColumn("to_code", "text")
      .addColumn("reason", "text")
      .addColumn("sealed", "bytea")
      .addColumn("sealed_key", "text")
      .addColumn("span", "text")
      .addColumn("modifiers", "text")
      .addColumn("units", "integer")
      .addColumn("undoes", "text", (c) => c.references("decision.id").unique())
      .addColumn("by", "text", (c) => c.notNull())
      .addColumn("at", "text", (c) => c.notNull())
      .addUniqueConstraint("decision_seq", ["encounter", "seq"])
      .execute();
    await isolate(db, "decision", "select, insert, update");
  },
};

const signIn: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable("sign_in_link")
      .addColumn("tenant", "text", (c) => c.notNull().references("tenant.id"))
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("person", "text", (c) => c.notNull().references("person.id"))
      .addColumn("created_at", "text", (c) => c.notNull())
      .addColumn("expires_at", "text", (c) => c.notNull())
      .execute();
    await isolate(db, "sign_in_link", all);
    await db.schema
      .alterTable("person")
      .addColumn("totp_confirmed_at", "text")
      .addColumn("totp_step", "integer", (c) => c.notNull().defaultTo(0))
      .execute();
  },
};

/** In the order of their names; one that has shipped is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-start": start,
  "0002-work": work,
  "0003-sign-in": signIn,
};
