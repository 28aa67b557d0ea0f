import type { Permission } from "./permissions.js";

export const ROLES = ["coder", "senior-coder", "auditor", "provider", "integrator", "administrator"] as const;
export type Role = (typeof ROLES)[number];

/** Who asks: a person by session or token, a program by key, or the system itself. */
export type Principal = {
  readonly tenant: string;
  /** `person:<id>`, `key:<id>` or `system`: what the audit names. */
  readonly id: string;
  readonly kind: "person" | "key" | "system";
  readonly name: string;
  readonly role: Role;
  /** Until when emergency access opens every encounter of the tenant; ISO 8601. */
  readonly emergencyUntil?: string;
};

declare module "fastify" {
  interface FastifyRequest {
    /** Set before any handler of a guarded route runs. */
    principal: Principal;
  }
  interface FastifyContextConfig {
    /** What the route asks of whoever calls it; a route without it is refused at start. */
    permission?: Permission;
  }
}
