import { type Static, Type } from "typebox";
import { allows, PERMISSIONS, type Permission } from "../security/permissions.js";
import { type Principal, ROLES, type Role } from "../security/principal.js";
import type { Row } from "../store/index.js";
import { Id, oneOf, strict, Time } from "./common.js";

export const RoleName = oneOf(ROLES);
export const Login = Type.String({ minLength: 1, maxLength: 100, pattern: "^[A-Za-z0-9._@+-]+$" });
export const NewPassword = Type.String({ minLength: 12, maxLength: 200 });

/** Whoever is signed in, and what they may do. */
export const Me = strict({
  id: Id,
  kind: oneOf(["person", "key", "system"]),
  name: Type.String(),
  role: RoleName,
  tenant: Type.String(),
  emergencyUntil: Type.Optional(Time),
  may: Type.Array(Type.String(), { description: "permissions of the role" }),
});

export function meOf(who: Principal): Static<typeof Me> {
  const names = Object.keys(PERMISSIONS) as Permission[];
  const { id, kind, name, role, tenant, emergencyUntil } = who;
  return {
    id,
    kind,
    name,
    role,
    tenant,
    ...(emergencyUntil === undefined ? {} : { emergencyUntil }),
    may: names.filter((permission) => permission !== "public" && allows(permission, role)),
  };
}

export const Link = strict({ path: Type.String(), expiresAt: Time });

export const PersonView = strict({
  id: Id,
  login: Type.String(),
  name: Type.String(),
  role: RoleName,
  disabled: Type.Boolean(),
  totp: Type.Boolean({ description: "whether a second factor is asked for" }),
  lockedUntil: Type.Optional(Time),
  createdAt: Time,
});

export const personView = (row: Row<"person">): Static<typeof PersonView> => ({
  id: `person:${row.id}`,
  login: row.login,
  name: row.name,
  role: row.role as Role,
  disabled: row.disabled_at !== null,
  totp: row.totp_confirmed_at !== null,
  ...(row.locked_until === null ? {} : { lockedUntil: row.locked_until }),
  createdAt: row.created_at,
});

export const KeyView = strict({
  id: Id,
  name: Type.String(),
  role: RoleName,
  createdBy: Id,
  createdAt: Time,
  expiresAt: Time,
  revokedAt: Type.Optional(Time),
});

export const keyView = (row: Row<"api_key">): Static<typeof KeyView> => ({
  id: `key:${row.id}`,
  name: row.name,
  role: row.role as Role,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
});
