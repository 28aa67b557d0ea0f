import { type Static, Type } from "typebox";
import { allows, PERMISSIONS, type Permission } from "../security/permissions.js";
import { type Principal, ROLES } from "../security/principal.js";
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
