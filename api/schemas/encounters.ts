import { Type } from "typebox";
import { Day, Id, oneOf, strict, Time } from "./common.js";

export const Setting = oneOf(["outpatient", "emergency", "inpatient"]);
export const Patient = strict({
  age: Type.Optional(Type.Number({ minimum: 0, maximum: 130, description: "years" })),
  sex: Type.Optional(oneOf(["female", "male"])),
  status: Type.Optional(oneOf(["new", "established"])),
});
export const NoteBody = strict({
  type: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: "progress, laboratory, imaging ..." })),
  text: Type.Optional(Type.String()),
  content: Type.Optional(Type.String({ description: "a file in base64, with mediaType" })),
  mediaType: Type.Optional(Type.String({ maxLength: 100 })),
});
export const EncounterBody = strict({
  reference: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "the sender's own number" })),
  setting: Type.Optional(Setting),
  serviceDate: Type.Optional(Day),
  dischargeDate: Type.Optional(Day),
  patient: Type.Optional(Patient),
  restricted: Type.Optional(Type.Boolean()),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100, description: "higher is sooner" })),
  run: Type.Optional(Type.Boolean({ description: "read the notes at once; true unless said otherwise" })),
  notes: Type.Array(NoteBody, { minItems: 1, maxItems: 200 }),
});

export const NoteView = strict({
  id: Id,
  seq: Type.Integer(),
  type: Type.String(),
  mediaType: Type.String(),
  sha256: Type.String(),
  addedBy: Type.String(),
  addedAt: Time,
  text: Type.Optional(Type.String({ description: "what offsets count in, in UTF-16 units" })),
});
export const Versions = Type.Object({
  engine: Type.String(),
  knowledge: Type.String(),
  releases: Type.Record(Type.String(), Type.String()),
  models: Type.Record(Type.String(), Type.String()),
});
export const RunView = strict({
  id: Id,
  seq: Type.Integer(),
  at: Time,
  by: Type.String(),
  versions: Versions,
  resultSha256: Type.String(),
  ledgerSha256: Type.String(),
});
export const EncounterView = strict({
  id: Id,
  reference: Type.Optional(Type.String()),
  setting: Type.String(),
  date: Day,
  patient: Patient,
  status: Type.String(),
  priority: Type.Integer(),
  restricted: Type.Boolean(),
  claimedBy: Type.Optional(Type.String()),
  createdBy: Type.String(),
  createdAt: Time,
  finalisedBy: Type.Optional(Type.String()),
  finalisedAt: Type.Optional(Time),
  version: Type.Integer({ description: "also the ETag" }),
  notes: Type.Array(NoteView),
  runs: Type.Array(RunView),
});
