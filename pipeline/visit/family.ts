import type { VisitCode, VisitFamily } from "../knowledge.js";
import type { Encounter, Place } from "../types.js";
import type { Page } from "./spot.js";

export type Status = "new" | "established" | "unknown";
export type Chosen = { readonly family: VisitFamily; readonly places: readonly Place[] };
const MOST_PLACES = 3;

/**
 * The family that words and setting name, and one that stands beside it (prevention, wellness).
 * @param services codes of other services that stand: some take the place of a visit
 */
export function familiesOf(
  page: Page,
  encounter: Encounter,
  services: ReadonlySet<string>,
): { main: Chosen | null; beside: Chosen | null } {
  const { families, never } = page.knowledge.visits;
  if (never.some((rule) => page.found(rule).length > 0 || rule.codes?.some((c) => services.has(c))))
    return { main: null, beside: null };
  const fits = (f: VisitFamily) =>
    (!f.setting || f.setting.includes(encounter.setting)) &&
    (!f.notOpening || !page.opensWith(f.notOpening)) &&
    (f.note ?? []).every((group) => page.says(group));
  const choose = (family: VisitFamily | undefined): Chosen | null =>
    family
      ? {
          family,
          places: page
            .found(family)
            .slice(0, MOST_PLACES)
            .map((s) => s.place),
        }
      : null;
  const named = (f: VisitFamily) => page.found(f).length > 0 && fits(f);
  const beside = choose(families.find((f) => f.beside && named(f)));
  const main = families.find((f) => !f.beside && !f.default && named(f));
  const usual = families.find((f) => f.default && fits(f));
  if (main) return { main: choose(main), beside };
  // Beside a preventive visit another one needs words that set it apart.
  if (beside && usual && page.found(usual).length === 0) return { main: null, beside };
  return { main: choose(usual), beside };
}

/** Whether the patient is new to the practice: as given, otherwise as the note says. */
export function statusOf(page: Page, encounter: Encounter): { status: Status; places: readonly Place[] } {
  if (encounter.patient.status) return { status: encounter.patient.status, places: [] };
  const said = page.knowledge.visits.statuses
    .map((rule) => ({ status: rule.status, spot: page.found(rule)[0] }))
    .find((s) => s.spot !== undefined);
  return said ? { status: said.status, places: [said.spot.place] } : { status: "unknown", places: [] };
}

/** The codes of a family that a patient can have: of an unknown one those of established patients. */
export function codesFor(family: VisitFamily, status: Status, encounter: Encounter, page: Page): readonly VisitCode[] {
  const as = status === "unknown" ? "established" : status;
  const { age } = encounter.patient;
  return family.codes.filter(
    (c) =>
      (!c.status || c.status === as) &&
      (!c.age || (age !== undefined && age >= (c.age.min ?? 0) && age <= (c.age.max ?? Infinity))) &&
      (!c.words || page.says(c.words)),
  );
}
