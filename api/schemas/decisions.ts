import { Type } from "typebox";
import { ACTIONS, REASONS } from "../decisions/index.js";
import { CodeValue, Day, Id, oneOf, PageQuery, System, strict, Time } from "./common.js";

const Span = strict({
  note: Id,
  start: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 1, maximum: 4_000_000 }),
});
const Modifiers = Type.Array(Type.String({ pattern: "^[A-Z0-9]{2}$" }), { maxItems: 4 });
const Units = Type.Integer({ minimum: 1, maximum: 100_000 });
export const DecisionBody = strict({
  action: oneOf(ACTIONS),
  system: System,
  code: CodeValue,
  run: Type.Optional(Id),
  to: Type.Optional(CodeValue),
  reason: Type.Optional(oneOf(REASONS)),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
  span: Type.Optional(Span),
  modifiers: Type.Optional(Modifiers),
  units: Type.Optional(Units),
});
export const DecisionView = strict({
  id: Id,
  seq: Type.Integer(),
  action: Type.String(),
  system: Type.String(),
  code: Type.String(),
  run: Type.Optional(Id),
  to: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  text: Type.Optional(Type.String()),
  span: Type.Optional(Span),
  modifiers: Type.Optional(Modifiers),
  units: Type.Optional(Units),
  undoes: Type.Optional(Id),
  undone: Type.Boolean(),
  by: Type.String(),
  at: Time,
});
export const Decided = strict({ decision: DecisionView, version: Type.Integer({ description: "also the ETag" }) });
export const Decisions = strict({ standing: Type.Array(DecisionView), history: Type.Array(DecisionView) });
export const FinalCodes = strict({
  codes: Type.Array(
    strict({
      system: Type.String(),
      code: Type.String(),
      modifiers: Type.Optional(Modifiers),
      units: Type.Optional(Units),
      decision: Id,
    }),
  ),
  version: Type.Integer(),
});
export const Versioned = strict({ version: Type.Integer() });
export const WorklistItem = strict({
  id: Id,
  setting: Type.String(),
  date: Day,
  status: Type.String(),
  priority: Type.Integer(),
  restricted: Type.Boolean(),
  claimedBy: Type.Optional(Type.String()),
  createdAt: Time,
});
export const WorklistQuery = strict({
  status: Type.Optional(oneOf(["open", "finalised"])),
  setting: Type.Optional(oneOf(["outpatient", "emergency", "inpatient"])),
  claimed: Type.Optional(oneOf(["me", "nobody"])),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  // A query string holds texts alone, and the service turns none into a number by itself.
  limit: Type.Optional(Type.String({ pattern: "^([1-9]|[1-9][0-9]|1[0-9][0-9]|200)$", description: "1 to 200" })),
  after: PageQuery.after,
});
