/** JSON Schemas of `POST /v1/suggest`: the one source of validation and of the OpenAPI document. */
const span = {
  type: "object",
  additionalProperties: false,
  required: ["start", "end"],
  properties: {
    start: { type: "integer", minimum: 0, description: "UTF-16 units into the text" },
    end: { type: "integer", minimum: 0, description: "exclusive" },
    note: { type: "string", description: "id of the note, where the encounter has several" },
  },
} as const;
const system = { type: "string", enum: ["icd-10-cm", "icd-10-pcs", "cpt", "hcpcs"] } as const;
const score = {
  type: "number",
  minimum: 0,
  maximum: 1,
  description: "probability that a coder reports the code",
} as const;
const day = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" } as const;

export const encounterBody = {
  type: "object",
  additionalProperties: false,
  properties: {
    id: { type: "string", minLength: 1, maxLength: 200 },
    text: { type: "string", description: "the note; either this or notes" },
    notes: {
      type: "array",
      minItems: 1,
      description: "several notes of the encounter",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["id", "text"],
        properties: {
          id: { type: "string", minLength: 1, maxLength: 200 },
          text: { type: "string" },
          type: { type: "string", description: "what kind of note it is" },
        },
      },
    },
    setting: { type: "string", enum: ["outpatient", "emergency", "inpatient"], default: "outpatient" },
    serviceDate: {
      ...day,
      description: "date of service; chooses the release for outpatient and emergency encounters",
    },
    dischargeDate: { ...day, description: "date of discharge; chooses the release for inpatients" },
    patient: {
      type: "object",
      additionalProperties: false,
      properties: {
        age: { type: "number", minimum: 0, maximum: 130, description: "years" },
        sex: { type: "string", enum: ["female", "male"] },
        status: { type: "string", enum: ["new", "established"] },
      },
    },
  },
} as const;

const spans = { type: "array", items: span } as const;
const text = { type: "string" } as const;
const orNull = (schema: object) => ({ anyOf: [schema, { type: "null" }] });
const object = <T extends Record<string, object>>(properties: T, optional: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties).filter((k) => !optional.includes(k)),
  properties,
});
const cell = object({
  level: { type: "integer", minimum: 0, maximum: 4, description: "0 nothing, 1 straightforward to 4 high" },
  elements: { type: "array", items: object({ rule: text, says: text, places: spans }) },
});
const visit = {
  ...object(
    {
      family: text,
      says: text,
      places: spans,
      status: orNull({ type: "string", enum: ["new", "established", "unknown"] }),
      cells: orNull(object({ problems: cell, data: cell, risk: cell })),
      time: orNull(object({ minutes: { type: "number" }, place: span })),
      levels: object({ mdm: orNull({ type: "integer" }), time: orNull({ type: "integer" }) }),
      codes: object({ mdm: orNull(text), time: orNull(text) }),
      chosen: orNull(text),
      by: orNull({ type: "string", enum: ["mdm", "time", "family"] }),
      modifiers: { type: "array", items: text },
      changes: {
        type: "array",
        items: object({
          direction: { type: "string", enum: ["raise", "lower"] },
          cell: { type: "string", enum: ["problems", "data", "risk", "time"] },
          says: text,
          code: text,
        }),
      },
      also: {
        type: "array",
        items: object({
          rule: text,
          code: text,
          units: { type: "integer" },
          minutes: { type: "number" },
          places: spans,
        }),
      },
      asks: text,
    },
    ["asks"],
  ),
  description: "how the level of the visit was reached; only where the note holds a visit",
};

export const suggestAnswer = {
  type: "object",
  additionalProperties: false,
  required: ["id", "suggestions", "alternatives", "queries", "dropped", "versions"],
  properties: {
    id: { type: "string" },
    suggestions: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["system", "code", "score", "role", "evidence"],
        properties: {
          system,
          code: { type: "string" },
          title: { type: "string", description: "official title of a diagnosis; our own label of a service" },
          modifiers: { type: "array", items: { type: "string" } },
          units: { type: "integer", minimum: 1 },
          score,
          role: { type: "string", enum: ["first-listed", "principal", "secondary", "procedure", "supply", "visit"] },
          evidence: { type: "array", items: span },
          poa: {
            type: "string",
            enum: ["Y", "N", "U", "W", "exempt"],
            description: "present on admission, for diagnoses of inpatients",
          },
          pointers: {
            type: "array",
            maxItems: 4,
            items: { type: "string" },
            description: "of a service: codes of the diagnoses that support it, best first",
          },
        },
      },
    },
    alternatives: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["system", "code", "score"],
        properties: { system, code: { type: "string" }, score },
      },
    },
    queries: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["text", "evidence"],
        properties: {
          id: { type: "string", description: "the rule that asks" },
          text: { type: "string" },
          options: { type: "array", items: { type: "string" } },
          evidence: { type: "array", items: span },
        },
      },
    },
    dropped: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["system", "code", "reason", "rule"],
        properties: { system, code: { type: "string" }, reason: { type: "string" }, rule: { type: "string" } },
      },
    },
    visit,
    edits: {
      type: "array",
      description: "claim checks that found something, worst first",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["rule", "severity", "codes", "says", "evidence"],
        properties: {
          rule: { type: "string" },
          severity: { type: "string", enum: ["error", "warning", "information"] },
          codes: { type: "array", items: { type: "string" } },
          says: { type: "string" },
          remedy: {
            type: "object",
            additionalProperties: false,
            required: ["modifiers", "note"],
            properties: {
              modifiers: {
                type: "array",
                items: { type: "string" },
                description: "any one of them would be allowed",
              },
              note: { type: "string", description: "what the note must say for it" },
            },
          },
          evidence: { type: "array", items: span },
        },
      },
    },
    warnings: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["code", "message"],
        properties: {
          code: { type: "string" },
          message: { type: "string" },
          about: { type: "string", description: "the proposed code that it is about" },
          evidence: { type: "array", items: span },
        },
      },
    },
    versions: {
      type: "object",
      additionalProperties: false,
      required: ["engine", "knowledge", "releases", "models"],
      properties: {
        engine: { type: "string" },
        knowledge: { type: "string" },
        releases: { type: "object", additionalProperties: { type: "string" } },
        models: { type: "object", additionalProperties: { type: "string" } },
      },
    },
  },
} as const;

/** A result as the store keeps it; its versions stand beside it. */
export const keptAnswer = {
  ...suggestAnswer,
  required: ["id", "suggestions", "alternatives", "queries", "dropped"],
} as const;

/** RFC 9457 problem details. */
export const problem = {
  type: "object",
  additionalProperties: false,
  required: ["type", "title", "status", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "stable; for programs" },
    at: { type: "string", description: "JSON pointer to the field" },
  },
} as const;
