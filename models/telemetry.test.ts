import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../fixtures/bench/child.js";
import { projectFolder } from "./files.js";

it("runs the models without the runtime keeping or sending anything of its own", () => {
  const { folder, remove } = temporaryFolder();
  // Away from a build machine, where the runtime keeps quiet by itself.
  const { CI: _ci, GITHUB_ACTIONS: _actions, ORT_DISABLE_TELEMETRY: _set, CITECODE_HOME: _home, ...env } = process.env;
  const note = join(projectFolder(), "fixtures", "notes", "uri-walkin.txt");
  const main = join(projectFolder(), "dist", "api", "cli", "main.js");
  const args = [main, "suggest", note, "--date", "2026-01-22"];
  const said = execFileSync(process.execPath, args, { env: { ...env, HOME: folder, XDG_CACHE_HOME: "" } }).toString();
  expect(said).toContain("icd-10-cm");
  expect(readdirSync(folder, { recursive: true })).toEqual([]);
  remove();
});
