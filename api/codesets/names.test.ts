import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../models/files.js";
import { install } from "./install.js";
import { namesOf, tablesOn } from "./names.js";

test("an index gives its paths, a table its terms with what the column says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "citecode-names-"));
  try {
    for (const kind of ["index", "neoplasm", "drug"])
      await install(folder, join(projectFolder(), "fixtures", "codesets", `icd10cm-${kind}-2026.xml`));
    const names = namesOf(folder, tablesOn(folder, "2026-01-01")).map((n) => `${n.code} ${n.text}`);
    expect(names).toHaveLength(3 + 12 + 6);
    for (const wanted of [
      "A00.0 Cholera classical",
      "C78.0 secondary malignant neoplasm lung",
      "D14.3 benign neoplasm lung",
      "T45.515 adverse effect Warfarin",
      "T45.512 poisoning intentional self-harm Warfarin",
      "T45.516 underdosing Warfarin",
    ])
      expect(names).toContain(wanted);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
