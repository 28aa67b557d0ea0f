import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "./errors.js";
import { homeFolder } from "./home.js";
import { type MasterKey, masterKey } from "./security/vault.js";
import type { StoreAddress } from "./store/index.js";

/** Where the store is and what opens it; the same for the service and for the commands that look at a store. */
export type StoreConfig = { readonly address: StoreAddress; readonly masters: readonly [MasterKey, ...MasterKey[]] };
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads where the store is. Without `DATABASE_URL` it is embedded, in the home folder, with a master key made at first use;
 * with it the key must be given: a key beside the database that it opens would protect nothing.
 * @throws InputError naming the variable
 */
export function storeConfig(env: Environment = process.env): StoreConfig {
  const url = env.DATABASE_URL;
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(url))
    throw new InputError("config.database", "DATABASE_URL must begin with postgresql://.", "DATABASE_URL");
  const old = (env.CITECODE_KEY_OLD ?? "")
    .split(",")
    .filter((text) => text !== "")
    .map((text) => keyIn(text, "CITECODE_KEY_OLD"));
  if (url !== undefined) {
    if (!env.CITECODE_KEY)
      throw new InputError(
        "config.key",
        "CITECODE_KEY is missing: 32 bytes in base64 that seal patient text, for example from `openssl rand -base64 32`. Keep a copy apart from the database.",
        "CITECODE_KEY",
      );
    return { address: { url }, masters: [keyIn(env.CITECODE_KEY, "CITECODE_KEY"), ...old] };
  }
  const home = homeFolder(env);
  const key = env.CITECODE_KEY ?? keyFile(home);
  return { address: { folder: join(home, "store") }, masters: [keyIn(key, "CITECODE_KEY"), ...old] };
}

function keyIn(text: string, variable: string): MasterKey {
  try {
    return masterKey(text.trim());
  } catch {
    throw new InputError("config.key", `${variable} is no key: expected 32 bytes in base64 or hexadecimal.`, variable);
  }
}

function keyFile(home: string): string {
  const path = join(home, "master.key");
  if (!existsSync(path)) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // Exclusive: of two first starts one writes it, and both read the same.
    try {
      writeFileSync(path, randomBytes(32).toString("base64"), { mode: 0o600, flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  return readFileSync(path, "utf8");
}
