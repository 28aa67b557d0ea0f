import type { Engine } from "./engine.js";
import type { Principal } from "./security/principal.js";
import type { Vault } from "./security/vault.js";
import type { Store } from "./store/index.js";

/** What the routes with a store work with. */
export type Service = {
  readonly store: Store;
  readonly vault: Vault;
  readonly engine: Engine;
  /** The time, ISO 8601 in UTC. */
  readonly now: () => string;
};

/** The service itself, where no person asked. */
export const systemOf = (tenant: string): Principal => ({
  tenant,
  id: "system",
  kind: "system",
  name: "Citecode",
  role: "administrator",
});
