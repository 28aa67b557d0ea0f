import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { toEncounter } from "../../api/encounter.js";
import { suggestFor, toResult } from "../../api/result.js";
import { sharedFolder } from "../../fixtures/bench/corpora.js";
import { loadKnowledge } from "../../rules/load.js";

const knowledge = loadKnowledge();
const { codes, lists, poa } = knowledge;
const DAY = "2026-03-02";
function resultOf(text: string, setting: "inpatient" | "outpatient" = "inpatient") {
  const { encounter } = toEncounter({ text, setting, dischargeDate: DAY }, knowledge, DAY);
  return toResult(suggestFor(encounter, knowledge), encounter, []);
}

it.each([
  [
    "chief complaint",
    "CHIEF COMPLAINT: Cellulitis of left leg.\nDISCHARGE DIAGNOSIS: Gout. Cellulitis of left leg.",
    "L03.116",
    "Y",
  ],
  ["words before the stay", "DISCHARGE DIAGNOSIS: Gout. Pneumonia, present on admission.", "J18.9", "Y"],
  ["words of the stay", "DISCHARGE DIAGNOSIS: Gout. Pneumonia, developed on day 3.", "J18.9", "N"],
  ["not present", "DISCHARGE DIAGNOSIS: Gout. Pneumonia, not present on admission.", "J18.9", "N"],
  ["undetermined", "DISCHARGE DIAGNOSIS: Gout. Pneumonia, unclear if present on admission.", "J18.9", "W"],
  ["nothing said", "DISCHARGE DIAGNOSIS: Gout. Pneumonia.", "J18.9", "U"],
  ["chronic", "DISCHARGE DIAGNOSIS: Pneumonia. Hypertension.", "I10", "Y"],
  ["principal", "DISCHARGE DIAGNOSIS: Pneumonia.", "J18.9", "Y"],
  ["exempt", "DISCHARGE DIAGNOSIS: Pneumonia. Old myocardial infarction.", "I25.2", "exempt"],
])("present on admission: %s", (_name, text, code, wanted) => {
  const { suggestions, queries } = resultOf(text);
  expect(suggestions.find((s) => s.code === code)?.poa).toBe(wanted);
  expect(queries.some((q) => q.id === "icd10cm.poa")).toBe(suggestions.some((s) => s.poa === "U"));
});

it("gives no indicator outside of hospital stays", () => {
  expect(resultOf("ASSESSMENT: Pneumonia.", "outpatient").suggestions.map((s) => s.poa)).toEqual([undefined]);
});

it("warns of the diagnosis that a claim has no room for", () => {
  const names =
    "Gout. Hypothyroidism. Hypertension. Asthma. Psoriasis. Glaucoma. Migraine. Celiac disease. Sarcoidosis. Lymphedema. Hyperlipidemia. Vitiligo. Rosacea. Endometriosis.";
  const warned = (text: string) => resultOf(text, "outpatient").warnings?.map((w) => w.code) ?? [];
  expect(warned(`ASSESSMENT: ${names}`)).toContain("limit.professional");
  expect(warned("ASSESSMENT: Gout. Hypothyroidism.")).not.toContain("limit.professional");
});

const table = (name: string) => join(sharedFolder, "codesets", name);
const rows = (name: string) =>
  gunzipSync(readFileSync(table(name)))
    .toString("utf8")
    .trim()
    .split("\n")
    .slice(1);
/** Billable codes under the prefixes of a list. */
function covered(name: string, keep: (position: number) => boolean = () => true): string[] {
  const found = new Set<string>();
  for (const prefix of lists[name]) {
    const at = codes.find(prefix);
    for (let i = at; i <= codes.lastOf[at]; i++) if (codes.billable(i) && keep(i)) found.add(codes.code(i));
  }
  return [...found];
}
describe.skipIf(!existsSync(table("mce-edits.tsv.gz")))(
  "the lists equal the public tables (skipped where absent)",
  () => {
    it.each([
      ["mce-newborn", "age_newborn"],
      ["mce-pediatric", "age_pediatric"],
      ["mce-maternity", "age_maternity"],
      ["mce-adult", "age_adult"],
      ["mce-manifestation", "manifestation_not_pdx"],
      ["mce-unacceptable", "unacceptable_pdx"],
      ["mce-unacceptable-alone", "unacceptable_pdx_unless_secondary"],
    ])("%s", (name, edit) => {
      const wanted = rows("mce-edits.tsv.gz").filter((r) => r.split("\t")[1] === edit);
      expect(covered(name).sort()).toEqual(wanted.map((r) => r.split("\t")[0]).sort());
    });
    it("exempt from the indicator", () => {
      const later = (i: number) => codes.seventh[i] === 1 && !poa.active.includes(codes.code(i).slice(-1));
      const found = new Set(
        [...covered(poa.exempt), ...covered(poa.exemptLater, later)].map((c) => c.replace(".", "")),
      );
      const wanted = new Set(rows("poa-exempt.txt.gz").map((c) => c.trim().replace(".", "")));
      expect([...wanted].filter((c) => !found.has(c))).toEqual([]);
      expect([...found].filter((c) => !wanted.has(c))).toEqual([]);
    });
  },
);
