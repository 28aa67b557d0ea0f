import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Models } from "../../pipeline/models.js";
import type { Versions } from "../../pipeline/types.js";
import { serviceWarnings } from "../codesets/services.js";
import { toEncounter } from "../encounter.js";
import { suggestWith, toResult, versionsOn } from "../result.js";
import type { Permission } from "../security/permissions.js";
import { titleOn } from "../titles.js";
import type { WriteInput } from "./proposal.js";
import { atPlaces, type FhirInput } from "./read.js";

/** What the routes run on; `now` gives an instant with its time zone, `today` a day. */
export type Engine = {
  readonly knowledge: Knowledge;
  readonly models: Models;
  readonly versions: Versions;
  /** What its routes ask of whoever calls them. */
  readonly permission: Permission;
  readonly today: () => string;
  readonly now: () => string;
};

/** The codes of what was read, ready to be written. */
export async function suggestFhir(read: FhirInput, engine: Engine): Promise<WriteInput> {
  const { knowledge, models, versions } = engine;
  const checked = atPlaces(read.places, () => toEncounter(read.input, knowledge, engine.today()));
  const { encounter } = checked;
  const warnings = [...read.warnings, ...checked.warnings];
  const ledger = await suggestWith(encounter, knowledge, models);
  const result = toResult(ledger, encounter, [...warnings, ...serviceWarnings(ledger, encounter, knowledge)]);
  return {
    result: {
      ...result,
      suggestions: result.suggestions.map((s) => ({
        ...s,
        title: titleOn({ system: s.system, value: s.code, release: "" }, knowledge, encounter.date),
      })),
    },
    notes: encounter.notes,
    setting: encounter.setting,
    date: encounter.date,
    versions: versionsOn(versions, knowledge, encounter.date),
    at: engine.now(),
    converted: read.converted,
    ...(read.patient === undefined ? {} : { patient: read.patient }),
    ...(read.encounter === undefined ? {} : { encounter: read.encounter }),
  };
}
