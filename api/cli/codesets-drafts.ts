import type { Draft } from "../codesets/diff-show.js";
import { bodyOf, runsOf } from "../encounters/runs.js";
import { withStore } from "./store-work.js";

/** Open encounters whose last proposal, or a decision, names a changed code. Codes alone are looked at, no note. */
export const openDrafts = (changed: ReadonlyMap<string, string>): Promise<Draft[]> =>
  withStore(async (service) => {
    const open = await service.store.system
      .selectFrom("encounter")
      .select(["id", "tenant"])
      .where("status", "=", "open")
      .orderBy("id")
      .execute();
    const drafts: Draft[] = [];
    for (const { id, tenant } of open) {
      const codes = await service.store.in(tenant, async (tx) => {
        const decided = await tx
          .selectFrom("decision")
          .select(["code", "to_code"])
          .where("encounter", "=", id)
          .execute();
        const run = (await runsOf(tx, id)).sort((a, b) => a.seq - b.seq).at(-1);
        const proposed = run ? (await bodyOf(service, tx, run)).result.suggestions.map((s) => s.code) : [];
        return [...proposed, ...decided.flatMap((d) => [d.code, d.to_code ?? ""])];
      });
      const hit = [...new Set(codes.filter((code) => changed.has(code)))];
      if (hit.length > 0) drafts.push({ encounter: id, codes: hit });
    }
    return drafts;
  });
