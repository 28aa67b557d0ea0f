import { record } from "./audit/index.js";
import { type Service, systemOf } from "./service.js";

/** Makes a tenant with its first data key. */
export async function addTenant(
  { store, vault, now }: Pick<Service, "store" | "vault" | "now">,
  id: string,
  name: string,
): Promise<void> {
  const at = now();
  await store.system.insertInto("tenant").values({ id, name, created_at: at }).execute();
  await store.in(id, async (tx) => {
    const key = await vault.renew(tx, id, at);
    await record(tx, systemOf(id), at, { action: "tenant.created", details: { name, key } });
  });
}
