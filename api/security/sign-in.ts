import { record } from "../audit/index.js";
import { Refusal } from "../errors.js";
import { type Service, systemOf } from "../service.js";
import type { Row } from "../store/index.js";
import { passwordFits } from "./password.js";
import type { Principal } from "./principal.js";
import { later, openSession, personOf } from "./sessions.js";

/** So many failures lock a login for so long. */
export const MOST_FAILURES = 5;
export const LOCKED = 15 * 60_000;
/** No refusal comes sooner, in milliseconds: what the store does for a known login does not show in the time. */
const SOONEST_REFUSAL = 250;

export type Credentials = { readonly login: string; readonly password: string };
export type SignedIn = { readonly who: Principal; readonly token: string; readonly expiresAt: string };

export const loginOf = (login: string): string => login.normalize("NFKC").trim().toLowerCase();

/**
 * Opens a session for whoever knows a login's password. Unknown, locked and disabled logins get the same answer after the
 * same work. Failures of an unknown login belong to no tenant and so to no chain of events.
 * @throws Refusal sign-in.failed
 */
export async function signIn(service: Service, given: Credentials): Promise<SignedIn> {
  const waited = new Promise((resolve) => setTimeout(resolve, SOONEST_REFUSAL));
  const found = await service.store.system
    .selectFrom("person")
    .select(["id", "tenant"])
    .where("login", "=", loginOf(given.login))
    .executeTakeFirst();
  const attempt = found ? await count(service, found) : null;
  const open = attempt !== null && !attempt.locked && attempt.person.disabled_at === null;
  const fits = await passwordFits(given.password, open ? attempt.person.password : null);
  const signedIn = attempt ? await settle(service, attempt, fits) : null;
  if (signedIn) return signedIn;
  await waited;
  throw new Refusal(
    401,
    "sign-in.failed",
    `Login or password is wrong, or the login is locked: ${MOST_FAILURES} failures lock it for ${LOCKED / 60_000} minutes.`,
  );
}

type Attempt = { readonly person: Row<"person">; readonly locked: boolean; readonly failures: number };

/** Counts an attempt as a failure before its password is looked at, so that many at once get no more guesses. */
function count(service: Service, { id, tenant }: { id: string; tenant: string }): Promise<Attempt> {
  return service.store.in(tenant, async (tx) => {
    const person = await tx.selectFrom("person").selectAll().where("id", "=", id).forUpdate().executeTakeFirstOrThrow();
    const now = service.now();
    if (person.locked_until !== null && person.locked_until > now)
      return { person, locked: true, failures: person.failures };
    const failures = (person.locked_until === null ? person.failures : 0) + 1;
    await tx
      .updateTable("person")
      .set({ failures, locked_until: failures >= MOST_FAILURES ? later(now, LOCKED) : null })
      .where("id", "=", id)
      .execute();
    return { person, locked: false, failures };
  });
}

/** Keeps how an attempt ended. @returns null when it failed */
function settle(service: Service, { person, locked, failures }: Attempt, fits: boolean): Promise<SignedIn | null> {
  return service.store.in(person.tenant, async (tx) => {
    const now = service.now();
    const who = personOf(person);
    if (fits) {
      await tx.updateTable("person").set({ failures: 0, locked_until: null }).where("id", "=", person.id).execute();
      const session = await openSession(tx, person, now);
      await record(tx, who, now, { action: "session.opened", details: { by: "password" } });
      return { who, ...session };
    }
    // Nobody has shown to be this person: the system says what it saw.
    const system = systemOf(person.tenant);
    const why = locked ? "locked" : person.disabled_at === null ? "wrong" : "disabled";
    await record(tx, system, now, { action: "sign-in.failed", details: { person: who.id, why } });
    if (!locked && failures >= MOST_FAILURES)
      await record(tx, system, now, {
        action: "sign-in.locked",
        details: { person: who.id, minutes: LOCKED / 60_000 },
      });
    return null;
  });
}
