import { record } from "../audit/index.js";
import { findEncounter, stillOpen, touch, unchanged } from "../encounters/find.js";
import { bodyOf, findRun } from "../encounters/runs.js";
import { Refusal } from "../errors.js";
import type { Principal } from "../security/principal.js";
import type { Service } from "../service.js";
import type { Tx } from "../store/index.js";
import { decide, decisionsOf } from "./index.js";

/** A code of the locked set. */
export type FinalCode = {
  readonly system: string;
  readonly code: string;
  readonly modifiers?: string[];
  readonly units?: number;
  readonly decision: string;
};

/**
 * Locks the code set: what was accepted, changed and added.
 * @param undecided what becomes of suggestions that nobody decided: `refuse` asks the coder first
 * @throws Refusal codes.undecided
 */
export async function finalise(
  service: Service,
  tx: Tx,
  who: Principal,
  id: string,
  undecided: "refuse" | "accept" | "reject",
  ifMatch: string | undefined,
): Promise<{ codes: FinalCode[]; version: number }> {
  const at = service.now();
  const row = await findEncounter(tx, who, id, at, true);
  stillOpen(row);
  unchanged(row, ifMatch);
  const run = await findRun(tx, id, "latest").catch((error: unknown) => {
    if (error instanceof Refusal) return null;
    throw error;
  });
  // What another code was changed to is decided too.
  const decided = new Set(
    (await decisionsOf(service, tx, id)).standing.flatMap((d) => [d.code, d.to].map((code) => `${d.system}:${code}`)),
  );
  const open = run
    ? (await bodyOf(service, tx, run)).result.suggestions.filter((s) => !decided.has(`${s.system}:${s.code}`))
    : [];
  if (open.length > 0 && undecided === "refuse")
    throw new Refusal(409, "codes.undecided", `${open.length} proposed codes are not decided yet.`);
  for (const { system, code, modifiers, units } of open)
    await decide(
      service,
      tx,
      who,
      id,
      undecided === "accept"
        ? { action: "accept", system, code, modifiers, units }
        : { action: "reject", system, code, reason: "not-documented" },
      "*",
    );
  const codes = (await decisionsOf(service, tx, id)).standing
    .filter((d) => d.action !== "reject")
    .map((d) => ({
      system: d.system,
      code: d.to ?? d.code,
      ...(d.modifiers ? { modifiers: d.modifiers } : {}),
      ...(d.units === undefined ? {} : { units: d.units }),
      decision: d.id,
    }));
  const now = await findEncounter(tx, who, id, at, true);
  const version = await touch(tx, now, {
    status: "finalised",
    finalised_by: who.id,
    finalised_at: at,
    final: JSON.stringify(codes),
  });
  await record(tx, who, service.now(), {
    action: "encounter.finalised",
    encounter: id,
    details: { codes: codes.map(({ system, code }) => `${system}:${code}`), run: run?.id ?? null, undecided },
  });
  return { codes, version };
}

/** Opens a finalised encounter again; the set that was locked stays in the events. */
export async function reopen(service: Service, tx: Tx, who: Principal, id: string, reason: string, ifMatch?: string) {
  const at = service.now();
  const row = await findEncounter(tx, who, id, at, true);
  if (row.status !== "finalised") throw new Refusal(409, "encounter.open", "The encounter is not finalised.");
  unchanged(row, ifMatch);
  const version = await touch(tx, row, { status: "open", finalised_by: null, finalised_at: null, final: null });
  await record(tx, who, at, { action: "encounter.reopened", encounter: id, details: { reason } });
  return { version };
}
