import {
  cite,
  day,
  effective,
  id,
  listFile,
  object,
  oneOf,
  patient,
  settings,
  someOf,
  someTexts,
  text,
  texts,
} from "../schemas.js";

/** JSON Schemas of `rules/edits/` and `rules/modifiers/`, that `rules/README.md` describes. */
const count = { type: "integer", minimum: 0 } as const;
const yes = { const: true } as const;
const modifier = { type: "string", pattern: "^[A-Z0-9]{2}$" } as const;
const modifiers = { type: "array", minItems: 1, items: modifier } as const;
const operator = (name: string, value: object) => object([name], { [name]: value });
/** One code, or two with a hyphen between: both ends in. */
const range = { type: "string", pattern: "^[A-Z0-9.]+(-[A-Z0-9.]+)?$" } as const;
const ranges = { type: "array", minItems: 1, items: range } as const;

const line = object(["code"], { code: text, modifiers: texts, units: count, pointers: texts });
const cases = {
  type: "array",
  minItems: 1,
  items: object([], {
    text,
    code: text,
    setting: oneOf(...settings),
    patient,
    lines: { type: "array", items: line },
    diagnoses: texts,
    date: day,
  }),
};

const test = { $ref: "#/definitions/test" } as const;
export const modifierRules = {
  definitions: {
    test: {
      anyOf: [
        operator("all", { type: "array", items: test }),
        operator("any", { type: "array", items: test }),
        operator("not", test),
        operator(
          "words",
          object(["any", "where"], { any: someTexts, where: oneOf("sentence", "problem", "section", "note") }),
        ),
        operator("side", oneOf("right", "left", "bilateral")),
        operator("beside", someTexts),
        operator("setting", someOf(...settings)),
        operator("pair", oneOf("second")),
        operator("apart", oneOf("problem", "place")),
        operator("assessed", yes),
      ],
    },
  },
  ...listFile(
    "rules",
    object(["id", "modifier", "cite", "effective", "on", "when", "says", "fires", "silent"], {
      id,
      modifier,
      cite,
      effective,
      on: someTexts,
      never: someTexts,
      group: text,
      when: test,
      says: text,
      fires: cases,
      silent: cases,
    }),
  ),
};

const range_ = object([], { min: { type: "number" }, max: { type: "number" } });
export const editRules = listFile(
  "rules",
  object(["id", "cite", "effective", "severity", "check", "says", "fires", "silent"], {
    id,
    cite,
    effective,
    severity: oneOf("error", "warning", "information"),
    check: {
      anyOf: [
        operator("pairs", yes),
        operator("units", oneOf("line", "day")),
        operator("addOn", yes),
        operator("fits", yes),
        operator("unlinked", someTexts),
        operator("oneOf", someTexts),
        operator("oneModifierOf", modifiers),
        object(["most", "count"], { most: oneOf("diagnoses", "modifiers", "pointers"), count }),
        object(["beside", "with", "unless"], { beside: someTexts, with: someTexts, unless: modifiers }),
        object(["lacks", "on"], { lacks: modifiers, on: someTexts }),
        object(["age", "of"], { age: range_, of: someTexts }),
        object(["sex", "of"], { sex: oneOf("female", "male"), of: someTexts }),
        object(["undocumented", "done", "measured"], { undocumented: someTexts, done: someTexts, measured: someTexts }),
        object(["said", "on", "unless"], { said: someTexts, on: someTexts, unless: modifiers }),
      ],
    },
    says: text,
    remedy: object(["modifiers", "note"], { modifiers: { type: "array", items: modifier }, note: text }),
    fires: cases,
    silent: cases,
  }),
);

export const kinds = listFile("kinds", object(["id", "codes"], { id, codes: ranges, sided: yes }));
export const pairs = listFile(
  "pairs",
  object(["first", "second", "allowed", "from"], {
    first: ranges,
    second: ranges,
    allowed: { type: "boolean" },
    from: day,
    to: day,
  }),
  {
    cite,
    bypasses: {
      type: "array",
      items: object(["on", "modifiers", "note"], { on: someTexts, modifiers, note: text }),
    },
  },
);
export const limits = listFile(
  "limits",
  object(["codes", "most", "per"], { codes: { type: "array", items: text }, most: count, per: oneOf("line", "day") }),
  { cite },
);
export const addOns = listFile("addOns", object(["codes", "needs"], { codes: ranges, needs: ranges }), { cite });
export const links = listFile(
  "links",
  object(["id", "services", "diagnoses"], { id, services: someTexts, diagnoses: someTexts }),
  {
    cite,
    indications: someTexts,
  },
);
