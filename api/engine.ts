import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models } from "../pipeline/models.js";
import type { Ledger } from "../pipeline/stage.js";
import type { Encounter, Versions } from "../pipeline/types.js";
import type { Warning } from "./encounter.js";
import { suggestWith, type Titled, titled, toResult, versionsOf } from "./result.js";
import { version } from "./version.js";

/** Knowledge and models as one thing that reads encounters, with the versions that its answers depend on. */
export type Engine = {
  readonly knowledge: Knowledge;
  readonly models: Models;
  readonly versions: Versions;
  run(encounter: Encounter, warnings: readonly Warning[]): Promise<{ result: Titled; ledger: Ledger }>;
};

export function engineOf(knowledge: Knowledge, models: Models): Engine {
  return {
    knowledge,
    models,
    versions: versionsOf(knowledge, models, version()),
    async run(encounter, warnings) {
      const ledger = await suggestWith(encounter, knowledge, models);
      return { result: titled(toResult(ledger, encounter, warnings), knowledge), ledger };
    },
  };
}
