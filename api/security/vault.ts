import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import type { Store, Tx } from "../store/index.js";

/** Bytes under a tenant's data key: 12 bytes of nonce, 16 of tag, then the cipher text. */
export type Sealed = { readonly sealed: Uint8Array; readonly sealed_key: string };
/** A key of 32 bytes that wraps data keys, with the name that they record. */
export type MasterKey = { readonly name: string; readonly bytes: Buffer };

const NONCE = 12;
const TAG = 16;

/** Stored bytes are not what was written: which record, never what it held. */
export class TamperError extends Error {
  override name = "TamperError";
  constructor(readonly record: string) {
    super(`The stored record ${record} was changed, cut or sealed with another key. Restore it from a backup.`);
  }
}

/** A master key from its text: 32 bytes in base64 or hexadecimal. */
export function masterKey(text: string): MasterKey {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  if (bytes.length !== 32) throw new RangeError("A master key has 32 bytes, in base64 or hexadecimal.");
  return { name: createHash("sha256").update("citecode master").update(bytes).digest("hex").slice(0, 12), bytes };
}

/**
 * Seals patient text. Each tenant has data keys of its own, wrapped by a master key that the database never holds: a new
 * master key wraps them again, and a new data key takes over new writes, while what is there stays readable.
 */
export class Vault {
  /** The first wraps; the others are for reading what an earlier one wrapped. */
  readonly #masters: readonly [MasterKey, ...MasterKey[]];
  readonly #keys = new Map<string, Buffer>();
  /** The newest data key of each tenant. */
  readonly #newest = new Map<string, string>();

  constructor(masters: readonly [MasterKey, ...MasterKey[]]) {
    this.#masters = masters;
  }

  /** @param record what the bytes belong to, such as `note:<id>`: they open nowhere else */
  async seal(tx: Tx, tenant: string, record: string, plain: string | Uint8Array): Promise<Sealed> {
    let id = this.#newest.get(tenant);
    if (id === undefined) id = await this.#newestOf(tx, tenant);
    const key = await this.#open(tx, tenant, id);
    return { sealed: encrypt(key, `${tenant}|${record}`, plain), sealed_key: id };
  }

  /** @throws TamperError naming the record */
  async unseal(tx: Tx, tenant: string, record: string, from: Sealed): Promise<Buffer> {
    const key = await this.#open(tx, tenant, from.sealed_key, record);
    return decrypt(key, `${tenant}|${record}`, from.sealed, record);
  }

  /** A keyed hash of a text, the same as long as the tenant exists: finds a number without keeping it open. */
  async mark(tx: Tx, tenant: string, text: string): Promise<string> {
    const first = await tx.selectFrom("data_key").select("id").orderBy("created_at").orderBy("id").executeTakeFirst();
    const key = await this.#open(tx, tenant, first?.id ?? (await this.#newestOf(tx, tenant)));
    return createHmac("sha256", key).update("mark").update(text).digest("hex");
  }

  /** Makes a new data key that seals from now on. @returns its id */
  async renew(tx: Tx, tenant: string, now: string): Promise<string> {
    const id = randomUUID();
    const key = randomBytes(32);
    const [master] = this.#masters;
    await tx
      .insertInto("data_key")
      .values({ id, tenant, wrapped: encrypt(master.bytes, `key:${id}`, key), master: master.name, created_at: now })
      .execute();
    this.#keys.set(id, key);
    return id;
  }

  /** Lets a data key that `renew` made seal, once its transaction is through. */
  use(tenant: string, id: string): void {
    this.#newest.set(tenant, id);
  }

  /** Wraps every data key again with the first master key. @returns how many were wrapped by another */
  async rewrap(store: Store): Promise<number> {
    const [master] = this.#masters;
    return store.system.transaction().execute(async (tx) => {
      const rows = await tx.selectFrom("data_key").selectAll().where("master", "!=", master.name).execute();
      for (const row of rows) {
        const key = this.#unwrap(row);
        await tx
          .updateTable("data_key")
          .set({ wrapped: encrypt(master.bytes, `key:${row.id}`, key), master: master.name })
          .where("id", "=", row.id)
          .execute();
      }
      return rows.length;
    });
  }

  async #newestOf(tx: Tx, tenant: string): Promise<string> {
    const row = await tx
      .selectFrom("data_key")
      .select("id")
      .where("tenant", "=", tenant)
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .executeTakeFirst();
    if (!row) throw new Error(`The tenant ${tenant} has no data key.`);
    this.#newest.set(tenant, row.id);
    return row.id;
  }

  async #open(tx: Tx, tenant: string, id: string, record = `key:${id}`): Promise<Buffer> {
    const known = this.#keys.get(id);
    if (known) return known;
    const row = await tx
      .selectFrom("data_key")
      .selectAll()
      .where("tenant", "=", tenant)
      .where("id", "=", id)
      .executeTakeFirst();
    if (!row) throw new TamperError(record);
    const key = this.#unwrap(row);
    this.#keys.set(id, key);
    return key;
  }

  #unwrap(row: { id: string; wrapped: Uint8Array; master: string }): Buffer {
    const master = this.#masters.find((m) => m.name === row.master);
    if (!master)
      throw new Error(
        `Data key ${row.id} was wrapped by master key ${row.master}, which was not given. Give it in CITECODE_KEY_OLD.`,
      );
    return decrypt(master.bytes, `key:${row.id}`, row.wrapped, `key:${row.id}`);
  }
}

function encrypt(key: Buffer, bound: string, plain: string | Uint8Array): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(bound));
  const text = Buffer.concat([
    typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain),
    cipher.final(),
  ]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

function decrypt(key: Buffer, bound: string, sealed: Uint8Array, record: string): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < NONCE + TAG) throw new TamperError(record);
  try {
    const cipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE), { authTagLength: TAG })
      .setAAD(Buffer.from(bound))
      .setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([cipher.update(bytes.subarray(NONCE + TAG)), cipher.final()]);
  } catch {
    throw new TamperError(record);
  }
}
