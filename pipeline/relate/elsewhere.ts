import type { Fact } from "../types.js";

/** A head with the sides and sites that its own sentence gives it, and the anatomy that it speaks of. */
export type Described = {
  readonly head: Fact<"mention">;
  readonly present: boolean;
  readonly sides: readonly Fact<"mention">[];
  /** Words of the stage of care: follow-up, healing, late effect. */
  readonly phases: readonly Fact<"mention">[];
  readonly sites: readonly Fact<"mention">[];
  readonly siteKeys: ReadonlySet<number>;
};
export type Link = {
  readonly of: Fact<"mention">;
  readonly to: Fact<"mention">;
  readonly role: "site" | "qualifier";
};

/** Values said so far, with the first place of each. */
type Said = Map<string, Fact<"mention">>;
const only = (said: Said | undefined): Fact<"mention"> | null => (said?.size === 1 ? [...said.values()][0] : null);

/**
 * A side or site that is said once counts for the other mentions of the same thing, when the note says no other:
 * "right knee pain" at the top makes "knee osteoarthritis" below it right-sided.
 */
export function saidElsewhere(described: readonly Described[]): Link[] {
  const sidesOfSite = new Map<number, Said>();
  const ofConcept = new Map<string, { keys: Set<string>; sites: readonly Fact<"mention">[]; sides: Said }>();
  const phasesOfSite = new Map<number, Said>();
  const remember = (said: Said, facts: readonly Fact<"mention">[]) => {
    for (const fact of facts) if (!said.has(fact.body.concept)) said.set(fact.body.concept, fact);
  };
  for (const d of described) {
    if (!d.present || d.siteKeys.size === 0) continue;
    for (const key of d.siteKeys) {
      const said = sidesOfSite.get(key) ?? new Map();
      remember(said, d.sides);
      sidesOfSite.set(key, said);
      if (d.head.body.kind !== "injury") continue;
      const phases = phasesOfSite.get(key) ?? new Map();
      remember(phases, d.phases);
      phasesOfSite.set(key, phases);
    }
    const { concept } = d.head.body;
    const same = ofConcept.get(concept) ?? { keys: new Set<string>(), sites: d.sites, sides: new Map() };
    same.keys.add([...d.siteKeys].sort((a, b) => a - b).join());
    remember(same.sides, d.sides);
    ofConcept.set(concept, same);
  }
  const links: Link[] = [];
  for (const d of described) {
    // "Follow-up of left wrist fracture" at the top makes the wrist fracture of the assessment a subsequent encounter.
    if (d.head.body.kind === "injury" && d.phases.length === 0) {
      const said: Said = new Map();
      for (const key of d.siteKeys) remember(said, [...(phasesOfSite.get(key)?.values() ?? [])]);
      const phase = only(said);
      if (phase) links.push({ of: d.head, to: phase, role: "qualifier" });
    }
    if (d.siteKeys.size === 0) {
      const same = ofConcept.get(d.head.body.concept);
      if (same?.keys.size === 1) for (const site of same.sites) links.push({ of: d.head, to: site, role: "site" });
      const side = d.sides.length === 0 ? only(same?.sides) : null;
      if (side) links.push({ of: d.head, to: side, role: "qualifier" });
    } else if (d.sides.length === 0) {
      const said: Said = new Map();
      for (const key of d.siteKeys) remember(said, [...(sidesOfSite.get(key)?.values() ?? [])]);
      const side = only(said);
      if (side) links.push({ of: d.head, to: side, role: "qualifier" });
    }
  }
  return links;
}
