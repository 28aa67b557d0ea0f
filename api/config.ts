import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "./errors.js";
import { homeFolder } from "./home.js";
import { type MasterKey, masterKey } from "./security/vault.js";
import type { StoreAddress } from "./store/index.js";
import { type Environment, readVariables, type Values } from "./variables.js";

/** Where the store is and what opens it; the same for the service and for the commands that look at a store. */
export type StoreConfig = { readonly address: StoreAddress; readonly masters: readonly [MasterKey, ...MasterKey[]] };
/** What the service runs by. */
export type ServiceConfig = {
  readonly host: string;
  /** Whether only this machine can reach it. */
  readonly loopback: boolean;
  readonly port: number;
  readonly log: string;
  /** Whether the service keeps anything. */
  readonly keeps: boolean;
  /** Milliseconds that `/readyz` answers 503 before the port closes, and that running requests then may take. */
  readonly unready: number;
  readonly longest: number;
};

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** @throws InputError config.invalid with every fault, one a line */
function checked(env: Environment, more: (values: Values) => readonly (string | false)[]): Values {
  const { values, faults } = readVariables(env);
  const all = [...faults, ...more(values).filter((fault) => fault !== false)];
  if (all.length > 0) throw new InputError("config.invalid", ["The configuration has faults.", ...all].join("\n  "));
  return values;
}

/** Whatever a store needs beside what each variable says by itself. */
const ofStore = (env: Environment): (string | false)[] => [
  Boolean(env.DATABASE_URL) &&
    !env.CITECODE_KEY &&
    "CITECODE_KEY is missing: 32 bytes in base64 that seal patient text, for example from `openssl rand -base64 32`. Keep a copy apart from the database.",
];

/**
 * What the service runs by, all of it looked at before anything is opened.
 * @throws InputError config.invalid
 */
export function serviceConfig(env: Environment = process.env): ServiceConfig {
  const found = checked(env, ({ CITECODE_HOST: host, CITECODE_STORE: embedded }) => [
    ...ofStore(env),
    Boolean(env.DATABASE_URL) &&
      embedded !== undefined &&
      "CITECODE_STORE and DATABASE_URL exclude each other. Take one away.",
    host !== undefined &&
      !LOOPBACK.has(host) &&
      !env.DATABASE_URL &&
      "CITECODE_HOST opens the service to others, which needs DATABASE_URL: an embedded store and a service without sign-in are for this machine alone.",
  ]);
  return {
    host: found.CITECODE_HOST as string,
    loopback: LOOPBACK.has(found.CITECODE_HOST as string),
    port: found.PORT as number,
    log: found.CITECODE_LOG as string,
    keeps: found.DATABASE_URL !== undefined || found.CITECODE_STORE !== undefined,
    unready: (found.CITECODE_UNREADY_SECONDS as number) * 1000,
    longest: (found.CITECODE_SHUTDOWN_SECONDS as number) * 1000,
  };
}

/**
 * Reads where the store is. Without `DATABASE_URL` it is embedded, in the home folder, with a master key made at first use;
 * with it the key must be given: a key beside the database that it opens would protect nothing.
 * @throws InputError config.invalid
 */
export function storeConfig(env: Environment = process.env): StoreConfig {
  const found = checked(env, () => ofStore(env));
  const home = homeFolder(env);
  const { DATABASE_URL: url, CITECODE_KEY: key, CITECODE_KEY_OLD: old = [] } = found;
  const masters = [key ?? keyFile(home), ...old] as const;
  return { address: url === undefined ? { folder: join(home, "store") } : { url }, masters };
}

function keyFile(home: string): MasterKey {
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
  try {
    return masterKey(readFileSync(path, "utf8").trim());
  } catch {
    throw new InputError(
      "config.key",
      "The file is no master key: expected 32 bytes in base64. Put its copy back.",
      path,
    );
  }
}
