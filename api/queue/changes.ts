import { bodyOf } from "../encounters/runs.js";
import type { Service } from "../service.js";

/** What the last run of an encounter proposes otherwise than the run before it, by other versions. */
export type Change = {
  readonly encounter: string;
  readonly added: readonly string[];
  readonly gone: readonly string[];
};

/** Over all encounters of a tenant whose last run is by the versions at hand; one encounter at a time. */
export async function* changesOf(service: Service, tenant: string): AsyncGenerator<Change> {
  const all = await service.store.in(tenant, (tx) =>
    tx.selectFrom("encounter").select(["id", "date"]).orderBy("id").execute(),
  );
  for (const { id, date } of all) {
    const versions = JSON.stringify(service.engine.versionsOn(date));
    const change = await service.store.in(tenant, async (tx) => {
      const runs = await tx.selectFrom("run").selectAll().where("encounter", "=", id).orderBy("seq").execute();
      const last = runs.at(-1);
      const before = runs.filter((run) => run.versions !== versions).at(-1);
      if (last?.versions !== versions || !before) return undefined;
      const codes = async (run: typeof last) =>
        new Set((await bodyOf(service, tx, run)).result.suggestions.map((s) => `${s.system}:${s.code}`));
      const [now, then] = [await codes(last), await codes(before)];
      return { encounter: id, added: [...now].filter((c) => !then.has(c)), gone: [...then].filter((c) => !now.has(c)) };
    });
    if (change) yield change;
  }
}
