import { type TSchema, type TUnsafe, Type } from "typebox";

/** An object that takes no field that it does not name. */
export const strict = <T extends Record<string, TSchema>>(properties: T, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** One of a closed list of texts. */
export const oneOf = <const T extends string>(values: readonly T[], options: object = {}): TUnsafe<T> =>
  Type.Unsafe<T>({ type: "string", enum: [...values], ...options });

export const Id = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9:_-]+$" });
export const Time = Type.String({ description: "ISO 8601, UTC" });
export const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
export const System = oneOf(["icd-10-cm", "icd-10-pcs", "cpt", "hcpcs"]);
export const CodeValue = Type.String({ minLength: 3, maxLength: 10, pattern: "^[A-Za-z0-9.]+$" });

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: "stable, for programs" }),
    at: Type.Optional(Type.String({ description: "place in the request" })),
  },
  { description: "application/problem+json" },
);

const says: Readonly<Record<number, string>> = {
  400: "The request does not fit the schema.",
  401: "Not signed in.",
  403: "The role may not do this, or the encounter is restricted.",
  404: "There is no such thing here.",
  409: "It is in the way of what was done before.",
  412: "Somebody changed the encounter meanwhile.",
  413: "The request is too large.",
  415: "Send JSON.",
  422: "A value cannot be used.",
  428: "If-Match is missing.",
  429: "Too many requests.",
  500: "The engine failed; it was logged without content.",
};

/** The refusals that a guarded route may answer, and those named. */
export function refusals(...statuses: number[]): Record<number, TSchema> {
  const all = new Set([400, 401, 403, 413, 415, 429, 500, ...statuses]);
  return Object.fromEntries([...all].map((s) => [s, { ...Problem, description: says[s] ?? "Refused." }]));
}

/** Headers of a route that changes an encounter. */
export const ChangeHeaders = Type.Object({
  "if-match": Type.Optional(Type.String({ description: "the encounter's ETag" })),
  "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});
export const OnceHeaders = Type.Object({
  "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});

/** A page of a list, oldest first unless the route says otherwise. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  after: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "`next` of the page before" })),
};
