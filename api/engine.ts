import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models } from "../pipeline/models.js";
import type { Ledger } from "../pipeline/stage.js";
import type { Encounter, Versions } from "../pipeline/types.js";
import { serviceWarnings } from "./codesets/services.js";
import type { Warning } from "./encounter.js";
import { suggestWith, type Titled, titled, toResult, versionsOf, versionsOn } from "./result.js";
import { version } from "./version.js";

/** Knowledge and models as one thing that reads encounters, with the versions that its answers depend on. */
export type Engine = {
  readonly knowledge: Knowledge;
  readonly models: Models;
  /** Without a day: those of the embedded release. */
  readonly versions: Versions;
  /** Those of a day, whose releases they name. */
  versionsOn(day: string): Versions;
  run(encounter: Encounter, warnings: readonly Warning[]): Promise<{ result: Titled; ledger: Ledger }>;
};

export function engineOf(knowledge: Knowledge, models: Models): Engine {
  const versions = versionsOf(knowledge, models, version());
  return {
    knowledge,
    models,
    versions,
    versionsOn: (day) => versionsOn(versions, knowledge, day),
    async run(encounter, warnings) {
      const ledger = await suggestWith(encounter, knowledge, models);
      return {
        result: titled(
          toResult(ledger, encounter, [...warnings, ...serviceWarnings(ledger, encounter, knowledge)]),
          knowledge,
          encounter.date,
        ),
        ledger,
      };
    },
  };
}
