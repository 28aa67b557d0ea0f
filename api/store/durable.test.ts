import fs from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { temporaryFolder } from "../../fixtures/bench/child.js";
import { openDurable } from "./durable.js";

it("has every commit of an embedded store on the disk before it is told", async () => {
  const { folder, remove } = temporaryFolder();
  const database = openDurable(join(folder, "store"));
  await database.exec("create table thing (n int)");
  const synced = vi.spyOn(fs, "fsyncSync");
  for (let n = 1; n <= 5; n++) {
    await database.query("insert into thing values ($1)", [n]);
    expect(synced.mock.calls.length).toBeGreaterThanOrEqual(n);
  }
  const before = synced.mock.calls.length;
  await database.query("select * from thing");
  expect(synced.mock.calls.length).toBe(before);
  synced.mockRestore();
  await database.close();
  remove();
});
