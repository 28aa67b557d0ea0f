import type { StoreConfig } from "./config.js";
import type { Engine } from "./engine.js";
import { Vault } from "./security/vault.js";
import type { Service } from "./service.js";
import { openStore } from "./store/index.js";
import { addTenant } from "./tenants.js";

/** The tenant of an embedded store, and the first of a new one. */
export const FIRST_TENANT = "main";

/** Opens a store with its vault, and makes its first tenant where it has none. */
export async function openService(config: StoreConfig, engine: Engine): Promise<Service> {
  const store = await openStore(config.address);
  const service: Service = { store, vault: new Vault(config.masters), engine, now: () => new Date().toISOString() };
  const found = await store.system.selectFrom("tenant").select("id").limit(1).executeTakeFirst();
  if (!found) await addTenant(service, FIRST_TENANT, "Main");
  return service;
}
