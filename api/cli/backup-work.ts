import { userInfo } from "node:os";
import { record } from "../audit/index.js";
import { verifyStore } from "../audit/verify.js";
import { storeConfig } from "../config.js";
import { InputError } from "../errors.js";
import { Vault } from "../security/vault.js";
import { systemOf } from "../service.js";
import { backup } from "../store/backup.js";
import { connect, type Store } from "../store/index.js";
import { restore } from "../store/restore.js";

const now = () => new Date().toISOString();

/** Tells every tenant's chain what whoever is signed in on this machine did with the whole store. */
async function tell(store: Store, action: string, details: Record<string, unknown>): Promise<void> {
  const who = `operator:${userInfo().username}`;
  for (const { id } of await store.system.selectFrom("tenant").select("id").orderBy("id").execute())
    await store.in(id, (tx) => record(tx, { ...systemOf(id), id: who }, now(), { action, details }));
}

export async function makeBackup(path: string): Promise<void> {
  // As it stands: a backup is made before an update as well, and must not bring the tables up to date.
  const store = await connect(storeConfig().address);
  try {
    const tables = await store.system.introspection.getTables();
    if (!tables.some((t) => t.name === "tenant"))
      throw new InputError("store.empty", "There is nothing in the store. Check DATABASE_URL or CITECODE_HOME.");
    // Told first, so that the backup holds it too.
    await tell(store, "backup.begun", {});
    const made = await backup(store, path, now());
    console.log(`${made.rows} rows of ${made.tables.length} tables, SHA-256 ${made.sha256}`);
    console.log(`Patient text in it is sealed: keep the master key (${made.masters.join(", ")}) apart from it.`);
  } finally {
    await store.close();
  }
}

export async function restoreBackup(path: string): Promise<void> {
  const { address, masters } = storeConfig();
  const { store, backup: made } = await restore(address, path);
  try {
    await tell(store, "backup.restored", { at: made.at, sha256: made.sha256 });
    console.log(`${made.rows} rows of ${made.tables.length} tables, as they stood at ${made.at}`);
    const missing = made.masters.filter((name) => !masters.some((m) => m.name === name));
    if (missing.length > 0) {
      process.exitCode = 1;
      console.log(
        `The master key ${missing.join(", ")} is not the one given: nothing sealed can be read without it. Put its copy into CITECODE_KEY or CITECODE_KEY_OLD, then run citecode audit verify.`,
      );
      return;
    }
    for (const { tenant, chain, notes, runs, faults } of await verifyStore({ store, vault: new Vault(masters) })) {
      const whole = chain.intact && faults.length === 0;
      if (!whole) process.exitCode = 1;
      console.log(`${tenant}: ${whole ? "intact" : "broken; run citecode audit verify"}, ${notes} notes, ${runs} runs`);
    }
  } finally {
    await store.close();
  }
}
