import { record } from "../audit/index.js";
import { Refusal } from "../errors.js";
import type { Service } from "../service.js";
import type { Row, Tx } from "../store/index.js";
import { later, openSession, personOf } from "./sessions.js";
import type { SignedIn } from "./sign-in.js";
import { newToken, tokenHash } from "./tokens.js";

/** How long a one-time link waits to be followed. */
const LINK = 15 * 60_000;

/** Makes the only link that signs a person in; those before it open nothing any more. @returns its path, shown once */
export async function makeLink(
  tx: Tx,
  person: Pick<Row<"person">, "id" | "tenant">,
  now: string,
): Promise<{ path: string; expiresAt: string }> {
  const token = newToken();
  const expiresAt = later(now, LINK);
  await tx.deleteFrom("sign_in_link").where("person", "=", person.id).execute();
  await tx
    .insertInto("sign_in_link")
    .values({ id: tokenHash(token), tenant: person.tenant, person: person.id, created_at: now, expires_at: expiresAt })
    .execute();
  return { path: `/sign-in/${token}`, expiresAt };
}

/** Opens a session for whom a link was made, once. @throws Refusal link.unknown, the same for used, late and invented links */
export async function followLink(service: Service, token: string): Promise<SignedIn> {
  const id = tokenHash(token);
  const link = await service.store.system
    .selectFrom("sign_in_link")
    .select("tenant")
    .where("id", "=", id)
    .executeTakeFirst();
  const signedIn =
    link &&
    (await service.store.in(link.tenant, async (tx) => {
      const now = service.now();
      // Whoever deletes the row has the link: of two at once, one.
      const used = await tx.deleteFrom("sign_in_link").where("id", "=", id).returningAll().executeTakeFirst();
      if (!used || used.expires_at <= now) return null;
      const person = await tx
        .selectFrom("person")
        .selectAll()
        .where("id", "=", used.person)
        .where("disabled_at", "is", null)
        .executeTakeFirst();
      if (!person) return null;
      const who = personOf(person);
      const session = await openSession(tx, person, now);
      await record(tx, who, now, { action: "session.opened", details: { by: "link" } });
      return { who, ...session };
    }));
  if (!signedIn)
    throw new Refusal(401, "link.unknown", "The link was used, or is too old. An administrator can make a new one.");
  return signedIn;
}
