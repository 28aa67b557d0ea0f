import { masterKey } from "./security/vault.js";

export type Environment = Readonly<Record<string, string | undefined>>;
/** One variable of the environment. `read` gives undefined for a text that is none of what is expected. */
export type Variable<T = unknown> = {
  readonly default?: string;
  /** Finishes the sentence "expected ...". */
  readonly expects: string;
  /** One line for the README. */
  readonly says: string;
  read(text: string): T | undefined;
};

const variable = <T>(v: Variable<T>): Variable<T> => v;
const whole =
  (low: number, high: number) =>
  (text: string): number | undefined =>
    /^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined;
const oneOf =
  <const T extends string>(...values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((v) => v === text);
const any = (text: string): string | undefined => text;

function key(text: string) {
  try {
    return masterKey(text.trim());
  } catch {
    return undefined;
  }
}

function keys(text: string) {
  const all = text.split(",").map(key);
  return all.includes(undefined) ? undefined : (all as NonNullable<ReturnType<typeof key>>[]);
}

function database(text: string): string | undefined {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined;
}

/** Everything that the environment settles; the README's table is this one. */
export const VARIABLES = {
  PORT: variable({
    default: "3000",
    expects: "a whole number from 0 to 65535",
    says: "the port that the service listens on; 0 takes a free one",
    read: whole(0, 65535),
  }),
  CITECODE_HOST: variable({
    default: "127.0.0.1",
    expects: "an address or name of this machine, such as 0.0.0.0",
    says: "the address to listen on; an embedded store and a service without sign-in stay on this machine",
    read: (text) => (/^[A-Za-z0-9.:_-]+$/.test(text) ? text : undefined),
  }),
  CITECODE_STORE: variable({
    expects: '"embedded", or DATABASE_URL for PostgreSQL',
    says: '"embedded" keeps encounters in the home folder',
    read: oneOf("embedded"),
  }),
  DATABASE_URL: variable({
    expects: "an address that begins with postgresql://, special characters of the password escaped",
    says: "PostgreSQL's address; encounters are kept there",
    read: database,
  }),
  CITECODE_HOME: variable({
    default: "~/.citecode",
    expects: "a folder",
    says: "the folder of the embedded store, its master key and what a site learnt",
    read: any,
  }),
  CITECODE_DATA: variable({
    default: "codesets in CITECODE_HOME",
    expects: "a folder",
    says: "the folder of the releases that `citecode codesets install` puts in place",
    read: any,
  }),
  CITECODE_KEY: variable({
    expects: "32 bytes in base64 or hexadecimal, for example from `openssl rand -base64 32`",
    says: "the master key that opens sealed text; needed with DATABASE_URL",
    read: key,
  }),
  CITECODE_KEY_OLD: variable({
    expects: "keys as CITECODE_KEY is one, with commas between",
    says: "earlier master keys, while their data keys are wrapped again",
    read: keys,
  }),
  CITECODE_MODELS: variable({
    expects: '"none" or a folder',
    says: '"none" does without the trained models; a folder replaces those that are shipped',
    read: any,
  }),
  CITECODE_LOG: variable({
    default: "warn",
    expects: "one of trace, debug, info, warn, error, fatal, silent",
    says: "from which level on the service logs; no level shows words of a note",
    read: oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
  }),
  CITECODE_UNREADY_SECONDS: variable({
    default: "0",
    expects: "a whole number from 0 to 600",
    says: "after a signal to stop: how long `/readyz` answers 503 before the port closes, so that a balancer can tell",
    read: whole(0, 600),
  }),
  CITECODE_SHUTDOWN_SECONDS: variable({
    default: "30",
    expects: "a whole number from 0 to 3600",
    says: "after that: how long running requests may take before they are cut off",
    read: whole(0, 3600),
  }),
  CITECODE_DEBUG: variable({
    expects: "1",
    says: "1 prints the place of an unexpected error on the command line; it may quote a note",
    read: oneOf("1"),
  }),
};

/** Those of the tests, the benches and the build. */
const DEVELOPMENT = new Set([
  "CITECODE_SHARED",
  "CITECODE_TEST_DATABASE_URL",
  "CITECODE_ALL_WARNINGS",
  "CITECODE_SHOW",
]);

type Name = keyof typeof VARIABLES;
type Value<N extends Name> = Exclude<ReturnType<(typeof VARIABLES)[N]["read"]>, undefined>;
/** What the environment says, read; those with a default are always there. */
export type Values = { readonly [N in Name]?: Value<N> };

/**
 * Reads every variable. An empty text counts as not given, as compose files give it.
 * @returns what was read, and one sentence a fault: which variable, what was expected; never the value, which may be a secret
 */
export function readVariables(env: Environment): { values: Values; faults: string[] } {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, v] of Object.entries(VARIABLES) as [Name, Variable][]) {
    const text = env[name] || v.default;
    if (text === undefined) continue;
    const value = v.read(text);
    if (value === undefined) faults.push(`${name} cannot be used: expected ${v.expects}.`);
    else values[name] = value;
  }
  for (const name of Object.keys(env))
    if (name.startsWith("CITECODE_") && !(name in VARIABLES) && !DEVELOPMENT.has(name))
      faults.push(`${name} is not known. Correct its name or take it away; the README lists all.`);
  return { values: values as Values, faults };
}

/** The README's table. */
export function variablesTable(): string {
  const rows = (Object.entries(VARIABLES) as [Name, Variable][]).map(
    ([name, v]) => `| \`${name}\` | ${v.default === undefined ? "" : `\`${v.default}\``} | ${v.says} |`,
  );
  return ["| variable | default | what it settles |", "|---|---|---|", ...rows, ""].join("\n");
}
