import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Ledger } from "../../pipeline/stage.js";
import type { Encounter } from "../../pipeline/types.js";
import type { Warning } from "../encounter.js";
import { choiceFor, siteReleases } from "./in-force.js";

/**
 * A warning for each proposed service that the site's release of its system does not have on the day: not yet, no longer, or
 * not at all. Our rules of services are dated by hand, and a published release knows better.
 */
export function serviceWarnings(ledger: Ledger, { date }: Encounter, knowledge: Knowledge): Warning[] {
  const warnings: Warning[] = [];
  const all = siteReleases(knowledge);
  for (const { body } of ledger.of("suggestion")) {
    const { system, value } = body.code;
    const choice = system === "icd-10-cm" ? undefined : choiceFor(knowledge, system, date);
    // Only a release that was in force on the day can tell.
    if (!all || !body.shown || choice?.standing !== "in-force") continue;
    const table = all.open(choice.release);
    const at = table.find(value);
    const days = at < 0 ? undefined : table.days(at);
    const early = days !== undefined && date < days.from;
    const late = days !== undefined && date > days.to;
    if (at >= 0 && !early && !late) continue;
    const why = early ? `begins on ${days.from}` : late ? `ended on ${days.to}` : "is not in it";
    warnings.push({
      code: "service.not-in-force",
      message: `${value} ${why} (${system.toUpperCase()} ${choice.release.release}, in force on ${date}).`,
      about: value,
    });
  }
  return warnings;
}
