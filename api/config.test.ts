import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../fixtures/bench/child.js";
import { serviceConfig, storeConfig } from "./config.js";
import { type Environment, readVariables, VARIABLES, variablesTable } from "./variables.js";
import { projectFolder } from "./version.js";

const key = Buffer.alloc(32, 7).toString("base64");
const url = "postgresql://citecode:secret@db/citecode";

describe("the configuration of the service", () => {
  it("has a default for all that the service needs", () => {
    expect(serviceConfig({})).toEqual({
      host: "127.0.0.1",
      loopback: true,
      port: 3000,
      log: "warn",
      keeps: false,
      unready: 0,
      longest: 30_000,
    });
    expect(serviceConfig({ PORT: "", CITECODE_STORE: "" }).keeps).toBe(false);
  });

  it.each<[string, Environment, string[]]>([
    ["a port that is none", { PORT: "x" }, ["PORT"]],
    ["a store that is not known", { CITECODE_STORE: "sqlite" }, ["CITECODE_STORE"]],
    ["PostgreSQL without a key", { DATABASE_URL: url }, ["CITECODE_KEY"]],
    ["a key of the wrong length", { DATABASE_URL: url, CITECODE_KEY: "c2hvcnQ=" }, ["CITECODE_KEY"]],
    ["one bad key of several", { CITECODE_KEY_OLD: `${key},no` }, ["CITECODE_KEY_OLD"]],
    ["two stores", { DATABASE_URL: url, CITECODE_KEY: key, CITECODE_STORE: "embedded" }, ["CITECODE_STORE"]],
    ["an embedded store for others", { CITECODE_STORE: "embedded", CITECODE_HOST: "0.0.0.0" }, ["CITECODE_HOST"]],
    ["a misspelt name", { CITECODE_KEYS: key }, ["CITECODE_KEYS"]],
    [
      "all at once",
      { PORT: "99999", CITECODE_LOG: "loud", DATABASE_URL: "mysql://db", CITECODE_SHUTDOWN_SECONDS: "-1" },
      ["PORT", "DATABASE_URL", "CITECODE_LOG", "CITECODE_SHUTDOWN_SECONDS", "CITECODE_KEY"],
    ],
  ])("names %s", (_case, env, names) => {
    const told = said(() => serviceConfig(env));
    const lines = told.split("\n  ").slice(1);
    for (const [i, line] of lines.entries()) expect(line).toMatch(new RegExp(`^${names[i]} `));
    expect(lines).toHaveLength(names.length);
  });

  it("never repeats a value, which may be a secret", () => {
    const secret = "Quackenbush";
    for (const name of Object.keys(VARIABLES))
      expect(said(() => serviceConfig({ [name]: `${secret}\u0000 ${secret}` }))).not.toContain(secret);
  });

  it.each<[Environment]>([
    [{ DATABASE_URL: url, CITECODE_KEY: key, CITECODE_HOST: "0.0.0.0" }],
    [{ CITECODE_STORE: "embedded", CITECODE_HOST: "::1" }],
    [{ CITECODE_KEY: key, CITECODE_KEY_OLD: `${key},${"ab".repeat(32)}` }],
  ])("takes %j", (env) => expect(serviceConfig(env)).toBeTruthy());
});

it("makes the master key of an embedded store once, and refuses a file that is none", () => {
  const { folder, remove } = temporaryFolder();
  const names = [1, 2].map(() => storeConfig({ CITECODE_HOME: folder }).masters[0].name);
  expect(names[0]).toBe(names[1]);
  expect(storeConfig({ DATABASE_URL: url, CITECODE_KEY: key }).address).toEqual({ url });
  remove();
});

it("names every variable that the code reads", () => {
  const read = new Set<string>();
  for (const folder of ["api", "models", "rules", "fixtures"])
    for (const file of readdirSync(join(projectFolder(), folder), { recursive: true, encoding: "utf8" }))
      if (file.endsWith(".ts"))
        for (const [, name] of readFileSync(join(projectFolder(), folder, file), "utf8").matchAll(
          /env\.((?:CITECODE_|DATABASE_|PORT\b)\w*)/g,
        ))
          read.add(name);
  expect(read.size).toBeGreaterThan(5);
  expect(readVariables(Object.fromEntries([...read].map((name) => [name, ""]))).faults).toEqual([]);
});

it("is the README's table (npm run readme brings it up to date)", () => {
  expect(readFileSync(join(projectFolder(), "README.md"), "utf8")).toContain(variablesTable());
});

function said(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
