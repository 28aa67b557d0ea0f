import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Warning } from "../encounter.js";
import { InputError } from "../errors.js";
import { choiceFor } from "./in-force.js";

const names = { "icd-10-cm": "ICD-10-CM", "icd-10-pcs": "ICD-10-PCS", hcpcs: "HCPCS", cpt: "CPT" } as const;

/**
 * What a day means for the releases at hand: a warning for a system whose newest one has ended.
 * @param at the field that holds the day
 * @throws InputError for a day on which no ICD-10-CM release at hand was in force
 */
export function checkDay(knowledge: Knowledge, day: string, at: string): Warning[] {
  const warnings: Warning[] = [];
  for (const system of ["icd-10-cm", "icd-10-pcs", "hcpcs", "cpt"] as const) {
    const choice = choiceFor(knowledge, system, day);
    if (!choice) continue;
    const { release, from, to } = choice.release;
    if (choice.standing === "past-newest")
      warnings.push({
        code: "date.after-releases",
        message: `The date ${day} lies past the newest installed ${names[system]} release; ${release} (to ${to}) was used. Codes may have changed since.`,
      });
    // Of services we know our own rules; only diagnoses are found through the release.
    if (system !== "icd-10-cm") continue;
    if (choice.standing === "before-oldest")
      throw new InputError(
        "date.before-releases",
        `The date ${day} lies before the oldest installed ICD-10-CM release (${release}, in force from ${from}). Install the release that was in force, or correct the date.`,
        at,
      );
    if (choice.standing === "gap")
      throw new InputError(
        "date.release-missing",
        `The ICD-10-CM release in force on ${day} is not installed: ${release} ended on ${to}. Install it with "citecode codesets install", or correct the date.`,
        at,
      );
    const written = knowledge.codes.effective;
    if (release !== knowledge.codes.release && from < written.from)
      warnings.push({
        code: "date.earlier-release",
        message: `Coded under ${names[system]} ${release} (${from} to ${to}), with the guidelines of ${knowledge.codes.release}; those of ${release} may differ.`,
      });
  }
  return warnings;
}
