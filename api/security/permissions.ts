import type { Role } from "./principal.js";

const coder: readonly Role[] = ["coder", "senior-coder"];
const readers: readonly Role[] = [...coder, "auditor"];
const everyone: readonly Role[] = ["coder", "senior-coder", "auditor", "provider", "integrator", "administrator"];

/**
 * Which roles may do what: least rights, one line a permission. Administrators manage people and never see patient text;
 * providers see the questions that are put to them; integrators send and fetch, and decide nothing.
 */
export const PERMISSIONS = {
  /** No sign-in at all: health, signing in, the page's own files. */
  public: "public",
  "self.read": everyone,
  "codes.read": everyone,
  "codes.suggest": [...coder, "auditor", "integrator"],
  "encounter.create": [...coder, "integrator"],
  "encounter.read": [...readers, "integrator"],
  "encounter.run": [...coder, "integrator"],
  "worklist.read": readers,
  "worklist.claim": coder,
  "worklist.assign": ["senior-coder"],
  "decision.write": coder,
  "encounter.finalise": coder,
  "encounter.reopen": ["senior-coder"],
  "query.write": coder,
  "query.read": [...readers, "provider"],
  "query.answer": ["provider"],
  "review.write": ["senior-coder", "auditor"],
  "review.read": ["senior-coder", "auditor"],
  "statistics.read": ["senior-coder", "auditor", "administrator"],
  "audit.read": ["auditor"],
  "people.manage": ["administrator"],
  "keys.manage": ["administrator"],
  "emergency.open": ["coder", "senior-coder", "auditor", "provider"],
  "operations.read": ["administrator"],
} as const satisfies Record<string, "public" | readonly Role[]>;
export type Permission = keyof typeof PERMISSIONS;

export function allows(permission: Permission, role: Role): boolean {
  const roles = PERMISSIONS[permission] as "public" | readonly Role[];
  return roles === "public" || roles.includes(role);
}
