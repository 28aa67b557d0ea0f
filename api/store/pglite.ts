import type { PGlite } from "@electric-sql/pglite";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";

/** Lets the query builder speak to the embedded database. It has one session: work takes turns. */
export function pgliteDialect(database: PGlite): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new OneSession(database),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class OneSession implements Driver {
  readonly #database: PGlite;
  /** Ends when whoever holds the session gives it back. */
  #last: Promise<void> = Promise.resolve();

  constructor(database: PGlite) {
    this.#database = database;
  }
  async init(): Promise<void> {
    await this.#database.waitReady;
  }
  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last;
    let release = () => {};
    this.#last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return new Turn(this.#database, release);
  }
  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as Turn).release();
  }
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Turn).run("begin");
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Turn).run("commit");
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as Turn).run("rollback");
  }
  async destroy(): Promise<void> {
    await this.#last;
    await this.#database.close();
  }
}

class Turn implements DatabaseConnection {
  constructor(
    readonly database: PGlite,
    readonly release: () => void,
  ) {}
  async run(sql: string): Promise<void> {
    await this.database.exec(sql);
  }
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affectedRows } = await this.database.query<R>(query.sql, [...query.parameters]);
    return { rows, ...(affectedRows === undefined ? {} : { numAffectedRows: BigInt(affectedRows) }) };
  }
  // biome-ignore lint/correctness/useYield: nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("The embedded store does not stream.");
  }
}
