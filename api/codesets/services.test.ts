import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Knowledge } from "../../pipeline/knowledge.js";
import { noModels } from "../../pipeline/models.js";
import { toEncounter } from "../encounter.js";
import { engineOf } from "../engine.js";
import { siteKnowledge } from "./in-force.js";
import { install } from "./install.js";

const text = "Stop-smoking counselling, 6 minutes, was given today. EKG performed in office shows sinus rhythm.";
let folder: string;
let knowledge: Knowledge;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "citecode-services-"));
  const file = join(folder, "cpt.csv");
  writeFileSync(
    file,
    "code,short,long,from,to\n99406,Site title,Title of the site's own file,2008-01-01,2026-05-31\n93000,Tracing,Tracing of the site,2026-03-10,\n",
  );
  await install(join(folder, "data"), file, { from: "2026-01-01" });
  knowledge = siteKnowledge(join(folder, "data"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["2026-03-09", ["93000 begins on 2026-03-10"]],
  ["2026-03-10", []],
  ["2026-05-31", []],
  ["2026-06-01", ["99406 ended on 2026-05-31"]],
])("on %s", async (serviceDate, expected) => {
  const engine = engineOf(knowledge, noModels);
  const { encounter, warnings } = toEncounter({ text, serviceDate }, knowledge, serviceDate);
  const { result } = await engine.run(encounter, warnings);
  const found = (result.warnings ?? []).filter((w) => w.code === "service.not-in-force");
  expect(found.map((w) => w.message.split(" (")[0])).toEqual(expected);
  expect(result.suggestions.find((s) => s.code === "99406")?.title).toBe("Title of the site's own file");
  expect(engine.versionsOn(serviceDate).releases).toEqual({ "icd-10-cm": "FY2026", cpt: "2026-01-01" });
});
