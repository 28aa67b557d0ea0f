import { randomUUID } from "node:crypto";
import { record } from "../audit/index.js";
import { Refusal } from "../errors.js";
import type { Service } from "../service.js";
import type { Row, Tx } from "../store/index.js";
import { makeLink } from "./links.js";
import type { Principal, Role } from "./principal.js";
import { loginOf } from "./sign-in.js";

export type NewPerson = {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  /** argon2id, encoded; without it the person comes by a one-time link. */
  readonly password?: string;
};
export type PersonChange = {
  readonly role?: Role;
  readonly disabled?: boolean;
  /** Forgets the second factor, for somebody whose device is lost. */
  readonly resetTotp?: true;
};

/**
 * Adds somebody who can sign in. Writes the audit last: call it at the end of a transaction.
 * @throws Refusal login.taken
 */
export async function addPerson(
  service: Pick<Service, "now">,
  tx: Tx,
  by: Principal,
  { login, name, role, password }: NewPerson,
): Promise<Row<"person"> & { link?: { path: string; expiresAt: string } }> {
  const now = service.now();
  const row = await tx
    .insertInto("person")
    .values({
      id: randomUUID(),
      tenant: by.tenant,
      login: loginOf(login),
      name,
      role,
      password: password ?? null,
      totp: null,
      totp_key: null,
      totp_confirmed_at: null,
      locked_until: null,
      disabled_at: null,
      created_at: now,
    })
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new Refusal(409, "login.taken", "Somebody signs in with this login already. Choose another.");
  const link = password === undefined ? await makeLink(tx, row, now) : undefined;
  await record(tx, by, now, { action: "person.added", details: { person: `person:${row.id}`, role } });
  return { ...row, ...(link ? { link } : {}) };
}

/** @param id with or without `person:` before it @throws Refusal person.unknown */
export async function findPerson(tx: Tx, id: string): Promise<Row<"person">> {
  const row = await tx
    .selectFrom("person")
    .selectAll()
    .where("id", "=", id.replace(/^person:/, ""))
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new Refusal(404, "person.unknown", "There is no such person, or they belong to others.");
  return row;
}

/**
 * Changes what somebody may do; whoever is disabled is signed out at once.
 * @throws Refusal person.unknown, person.self: nobody locks out the last administrator, oneself
 */
export async function changePerson(
  service: Pick<Service, "now">,
  tx: Tx,
  by: Principal,
  id: string,
  change: PersonChange,
): Promise<Row<"person">> {
  const before = await findPerson(tx, id);
  if (by.id === `person:${before.id}`)
    throw new Refusal(409, "person.self", "Another administrator must change your own role or access.");
  const now = service.now();
  const row = await tx
    .updateTable("person")
    .set({
      role: change.role ?? before.role,
      ...(change.disabled === undefined ? {} : { disabled_at: change.disabled ? (before.disabled_at ?? now) : null }),
      ...(change.resetTotp ? { totp: null, totp_key: null, totp_confirmed_at: null } : {}),
    })
    .where("id", "=", before.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (change.disabled) {
    await tx.deleteFrom("session").where("person", "=", before.id).execute();
    await tx.deleteFrom("sign_in_link").where("person", "=", before.id).execute();
  }
  await record(tx, by, now, {
    action: "person.changed",
    details: { person: `person:${before.id}`, ...change, ...(change.role ? { roleBefore: before.role } : {}) },
  });
  return row;
}
