import type { ClaimLine } from "../claim-knowledge.js";
import { stage } from "../stage.js";
import type { FactId, Place, Source } from "../types.js";
import { documented } from "./documented.js";
import { byWorst, edit, editsFor } from "./edits.js";
import { modifiersOf } from "./modifiers.js";
import { pointersOf } from "./pointers.js";
import { sceneOf } from "./scene.js";

const self: Source = { type: "stage", id: "claim" };

/** A claim line a shown service, with modifiers, units and the diagnoses that support it; and the claim's edits. */
export const claim = stage({
  name: "claim",
  reads: [
    "section",
    "sentence",
    "problem",
    "mention",
    "assertion",
    "relation",
    "candidate",
    "estimate",
    "ruling",
    "suggestion",
  ],
  writes: ["line", "edit"],
  run(see, write, encounter, knowledge) {
    const scene = sceneOf(see, encounter, knowledge);
    const drafts = scene.services.map((service) => ({ service, pointers: pointersOf(service, scene) }));
    const modifiers = modifiersOf(drafts, scene);
    const codeOf = (id: FactId<"suggestion">) => see.get(id).body.code.value;
    const factsOf = new Map<string, FactId>();
    const lines: ClaimLine[] = drafts.map(({ service, pointers }, i) => {
      const units = service.suggestion.body.units ?? 1;
      const id = write("line", self, [service.suggestion.id, ...pointers.map((p) => p.suggestion)], {
        suggestion: service.suggestion.id,
        modifiers: modifiers[i],
        units,
        pointers,
      });
      factsOf.set(service.code, id);
      return {
        code: service.code,
        modifiers: modifiers[i].map((m) => m.modifier),
        units,
        pointers: pointers.map((p) => codeOf(p.suggestion)),
      };
    });
    const evidence = new Map<string, readonly Place[]>();
    for (const { code, suggestion } of [...scene.services, ...scene.diagnoses]) {
      if (!factsOf.has(code)) factsOf.set(code, suggestion.id);
      evidence.set(code, suggestion.body.evidence.slice(0, 1));
    }
    const bare = editsFor(
      lines,
      scene.diagnoses.map((d) => d.code),
      encounter.patient,
      encounter.date,
      knowledge,
    ).map((found) => ({ ...found, places: found.codes.flatMap((code) => evidence.get(code) ?? []) }));
    // A modifier that the note gave reason for answers what the note's words would ask.
    const told = documented(scene)
      .filter(({ rule, finding }) => {
        const { check } = rule;
        if (!("said" in check)) return true;
        const line = lines.find((l) => l.code === finding.codes[0]);
        return !line?.modifiers.some((m) => check.unless.includes(m));
      })
      .map(({ rule, finding, places }) => ({ ...edit(rule, finding), places }));
    for (const found of byWorst([...bare, ...told])) {
      const from = found.codes.flatMap((code) => factsOf.get(code) ?? []);
      write("edit", { type: "rule", id: found.rule }, from, found);
    }
  },
});
