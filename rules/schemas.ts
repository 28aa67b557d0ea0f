/** JSON Schemas of the rule files that `rules/README.md` describes. Unknown keys are errors everywhere. */
export const text = { type: "string", minLength: 1 } as const;
export const texts = { type: "array", items: text } as const;
export const someTexts = { type: "array", items: text, minItems: 1 } as const;
export const id = { type: "string", pattern: "^[a-z0-9][a-z0-9.+-]*$" } as const;
export const code = { type: "string", pattern: "^[A-Z0-9][A-Z0-9.]*$" } as const;
export const codes = { type: "array", items: { type: "string", pattern: "^[A-Z0-9][0-9A-Z.]*$" } } as const;
export const object = (required: readonly string[], properties: Record<string, unknown>) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});
export const listFile = (key: string, item: object, more: Record<string, unknown> = {}) =>
  object([key], { about: text, [key]: { type: "array", items: item }, ...more });
export const oneOf = (...values: string[]) => ({ enum: values });
export const someOf = (...values: string[]) => ({ type: "array", minItems: 1, items: { enum: values } });

const kinds_ = [
  "condition",
  "finding",
  "injury",
  "external-cause",
  "status",
  "service",
  "drug",
  "anatomy",
  "qualifier",
  "measurement",
  "dose",
  "frequency",
  "route",
  "duration",
  "date",
];
const certainties = ["present", "absent", "possible", "hypothetical"];
const times = ["current", "past"];
const subjects = ["patient", "family", "other"];
const effect = object([], { certainty: oneOf(...certainties), time: oneOf(...times), subject: oneOf(...subjects) });

export const conditions = listFile(
  "entries",
  object(["id", "terms", "code"], {
    id,
    terms: someTexts,
    code: { anyOf: [code, { type: "array", items: code, minItems: 1 }] },
    default: code,
    kind: oneOf(...kinds_),
    words: texts,
    notBefore: texts,
    notAfter: texts,
  }),
  { kind: oneOf(...kinds_) },
);
export const kinds = listFile(
  "kinds",
  object(["first", "last", "kind"], { first: code, last: code, kind: oneOf(...kinds_) }),
);
export const abbreviations = listFile(
  "entries",
  object(["id", "short", "senses"], {
    id,
    short: text,
    case: { type: "boolean" },
    senses: {
      type: "array",
      minItems: 1,
      items: object(["long"], {
        long: { type: ["string", "null"] },
        near: texts,
        sections: texts,
        before: texts,
        after: texts,
      }),
    },
  }),
);
export const anatomy = listFile(
  "entries",
  object(["id", "terms", "words"], { id, terms: someTexts, words: texts, wider: texts, side: text }),
);
export const qualifiers = listFile(
  "axes",
  object(["axis", "values"], {
    axis: id,
    about: text,
    exclusive: { type: "boolean" },
    default: text,
    values: { type: "array", items: object(["id", "terms", "words"], { id, terms: texts, words: texts }) },
  }),
);
export const drugs = listFile(
  "entries",
  object(["id", "terms", "class", "treats"], {
    id,
    terms: someTexts,
    class: text,
    treats: codes,
    longTerm: code,
    adverse: code,
  }),
);
export const drugClasses = listFile("entries", object(["class"], { class: text, adverse: code, given: code }));
const bound = { type: "number" } as const;
export const measures = listFile(
  "entries",
  object(["id", "terms", "least", "most"], {
    id,
    terms: someTexts,
    units: texts,
    pair: oneOf("of", "any"),
    outOf: { type: "array", items: bound },
    shy: someTexts,
    age: object([], { min: bound, max: bound }),
    least: bound,
    most: bound,
    ranges: { type: "array", minItems: 1, items: object(["upTo", "code"], { upTo: bound, code }) },
  }),
  { kind: oneOf("vital", "laboratory", "score") },
);
export const units = listFile(
  "units",
  object(["id", "kind", "terms"], {
    id: text,
    kind: text,
    terms: someTexts,
    of: text,
    factor: bound,
    alone: { type: "boolean" },
    parts: texts,
  }),
);
export const dosing = listFile(
  "entries",
  object(["id", "axis", "terms"], { id, axis: oneOf("frequency", "route"), terms: someTexts }),
);
const valueWordLists = ["high", "low", "abnormal", "between", "pregnant", "every", "times", "per"];
export const valueWords = object(valueWordLists, {
  about: text,
  ...Object.fromEntries(valueWordLists.map((name) => [name, someTexts])),
});
export const words = object(["same"], {
  about: text,
  same: { type: "array", items: { type: "array", minItems: 2, items: text } },
});
export const titleWords = object(
  ["noise", "grammar", "denies", "endsDenial", "denialOf", "whether", "unspecified", "other", "elsewhere"],
  {
    about: text,
    noise: texts,
    grammar: texts,
    denies: texts,
    endsDenial: texts,
    denialOf: texts,
    whether: texts,
    unspecified: texts,
    other: texts,
    elsewhere: texts,
  },
);
export const wordParts = object(["beginnings", "endings"], { about: text, beginnings: texts, endings: texts });
export const heads = object(["heads", "parts"], {
  about: text,
  heads: {
    type: "array",
    items: object(["id", "terms", "means"], { id, terms: someTexts, means: someTexts, weight: { type: "number" } }),
  },
  parts: { type: "array", items: object(["part", "means"], { part: text, means: text }) },
});
export const connectors = listFile(
  "connectors",
  object(["id", "role", "terms"], {
    id,
    role: text,
    reversed: { type: "boolean" },
    loose: { type: "boolean" },
    terms: someTexts,
  }),
);
const historyRule = object(["id", "of", "code"], { id, of: codes, code });
export const history = object(["personal", "family"], {
  about: text,
  personal: { type: "array", items: historyRule },
  family: { type: "array", items: historyRule },
});
export const sections = listFile(
  "sections",
  object(["id", "headings", "role"], {
    id,
    headings: texts,
    implies: effect,
    denied: oneOf(...times),
    within: texts,
    opens: texts,
    role: text,
    words: texts,
    mts: text,
  }),
);
const cueCase = { type: "array", items: object(["text", "mention"], { text, mention: text }) };
export const cues = listFile(
  "cues",
  object(["id", "terms"], {
    id,
    terms: someTexts,
    kind: oneOf("cue", "pseudo", "terminate", "year"),
    of: texts,
    effect,
    direction: oneOf("forward", "backward", "both"),
    reach: { anyOf: [{ type: "integer", minimum: 1 }, oneOf("clause", "sentence", "mention")] },
    opens: { type: "boolean" },
    next: someOf("end", "mention", "drug", "number"),
    firm: { type: "boolean" },
    ended: { type: "boolean" },
    for: texts,
    fires: cueCase,
    silent: cueCase,
  }),
);

const condition = { $ref: "#/definitions/condition" } as const;
export const settings = ["inpatient", "outpatient", "emergency"];
const operator = (name: string, value: object) => object([name], { [name]: value });
const definitions = {
  condition: {
    anyOf: [
      operator("all", { type: "array", items: condition }),
      operator("any", { type: "array", items: condition }),
      operator("not", condition),
      operator("code", codes),
      operator("list", text),
      operator("setting", someOf(...settings)),
      operator("certainty", someOf(...certainties)),
      operator("time", someOf(...times)),
      operator("subject", someOf(...subjects)),
      operator("kind", someOf(...kinds_)),
      operator("section", someTexts),
      operator("role", someTexts),
      operator("age", object([], { min: { type: "number" }, max: { type: "number" } })),
      operator("sex", someTexts),
      operator("status", someTexts),
      operator(
        "with",
        object(["code"], {
          code: codes,
          certainty: someOf(...certainties),
          where: oneOf("encounter", "problem", "sentence"),
        }),
      ),
      operator("words", object(["any", "where"], { any: someTexts, where: oneOf("sentence", "problem", "note") })),
      operator("open", someTexts),
      operator("drug", codes),
      operator("treated", { type: "boolean" }),
      operator("every", condition),
      operator("pair", oneOf("excludes1", "more-specific", "code-first", "named-more-fully", "sibling-specified")),
      operator("relation", object(["role"], { role: someTexts, code: codes })),
    ],
  },
};
export const cite = object(["doc", "section"], { doc: text, section: text });
export const day = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" };
export const effective = object(["from"], { from: day, to: day });
export const patient = object([], {
  age: { type: "number" },
  sex: oneOf("female", "male"),
  status: oneOf("new", "established"),
});
const ruleCases = {
  type: "array",
  minItems: 1,
  items: object(["text"], {
    text,
    setting: oneOf(...settings),
    serviceDate: day,
    patient,
    code,
    units: { type: "integer" },
  }),
};
export const guidelines = {
  definitions,
  ...listFile(
    "rules",
    object(["id", "cite", "effective", "when", "then", "fires", "silent"], {
      id,
      cite,
      effective,
      when: condition,
      // biome-ignore lint/suspicious/noThenProperty: the rule format has it, and no schema is awaited
      then: object(["verdict", "says"], {
        verdict: oneOf("drop", "keep", "query", "warn", "replace", "add", "sequence"),
        says: text,
        asks: text,
        options: someTexts,
        code: { anyOf: [code, { type: "array", items: object(["code"], { code, when: condition }) }] },
        position: { anyOf: [oneOf("first", "never-first"), object(["after"], { after: codes })] },
        report: { const: true },
        seventh: { type: "object", additionalProperties: text },
      }),
      fires: ruleCases,
      silent: ruleCases,
    }),
  ),
};
const amount = { type: "number" };
const indicators = {
  type: "array",
  items: {
    anyOf: [
      object(["measure"], { measure: someTexts, from: amount, to: amount, unit: text, ratio: amount, by: amount }),
      operator("words", someTexts),
      operator("code", codes),
      operator("drug", someTexts),
    ],
  },
};
export const queries = listFile(
  "rules",
  object(["id", "cite", "source", "effective", "find", "unless", "asks", "options", "fires", "silent"], {
    id,
    cite,
    source: cite,
    effective,
    setting: someOf(...settings),
    age: object([], { min: amount, max: amount }),
    find: { ...indicators, minItems: 1 },
    unless: indicators,
    asks: text,
    options: { ...someTexts, minItems: 2 },
    replaces: someTexts,
    fires: ruleCases,
    silent: ruleCases,
  }),
);
export const wording = object(["given", "offered", "leading", "money"], {
  about: text,
  given: text,
  offered: someTexts,
  leading: someTexts,
  money: someTexts,
});
export const poa = object(
  [
    "cite",
    "present",
    "later",
    "unable",
    "sections",
    "roles",
    "exempt",
    "exemptLater",
    "chronic",
    "active",
    "asks",
    "options",
  ],
  {
    about: text,
    cite,
    present: someTexts,
    later: someTexts,
    unable: someTexts,
    sections: someTexts,
    roles: someTexts,
    exempt: text,
    exemptLater: text,
    chronic: someTexts,
    active: someTexts,
    asks: text,
    options: someTexts,
  },
);
export const limits = listFile(
  "limits",
  object(["id", "cite", "setting", "most", "says"], {
    id,
    cite,
    setting: someOf(...settings),
    most: { type: "integer" },
    says: text,
  }),
);
export const lists = object(["lists"], {
  about: text,
  cite,
  effective,
  lists: { type: "object", additionalProperties: codes },
});
export const services = listFile(
  "rules",
  object(["id", "system", "code", "label", "cite", "effective", "terms", "fires", "silent"], {
    id,
    system: oneOf("cpt", "hcpcs"),
    code,
    label: text,
    cite,
    effective,
    terms: texts,
    with: { type: "array", items: someTexts },
    without: texts,
    done: texts,
    where: oneOf("sentence", "problem"),
    dose: object(["per", "unit"], { per: amount, unit: text, round: oneOf("up") }),
    count: oneOf("each"),
    time: object([], {
      from: amount,
      upTo: amount,
      after: amount,
      each: amount,
      least: amount,
      needed: { type: "boolean" },
    }),
    first: object(["rank"], { rank: { type: "integer" }, further: code }),
    group: id,
    components: { type: "integer" },
    per: object(["groups"], { groups: someTexts, after: { type: "integer" }, of: oneOf("components") }),
    size: object(["unit"], { unit: text, over: amount, upTo: amount }),
    visit: object([], {
      patient: oneOf("new", "established"),
      minutes: object(["from", "to"], { from: amount, to: amount }),
    }),
    age: object([], { min: amount, max: amount }),
    setting: someOf(...settings),
    default: { type: "boolean" },
    modifiers: oneOf("laterality"),
    fires: ruleCases,
    silent: ruleCases,
  }),
  { common: id },
);
export const serviceWords = listFile(
  "sets",
  object(["id"], { id, with: { type: "array", items: someTexts }, without: texts }),
);
const rest = { id, cite, modifier: text, words: someTexts };
export const doses = object(["round", "containers", "separate", "discarded", "nothingDiscarded"], {
  about: text,
  round: object(["id", "cite"], { id, cite }),
  containers: someTexts,
  separate: someTexts,
  discarded: object(["id", "cite", "modifier", "words", "without"], { ...rest, without: someTexts }),
  nothingDiscarded: object(["id", "cite", "modifier", "words", "with"], { ...rest, with: someTexts }),
});
const groups = { type: "array", items: someTexts } as const;
const flag = { type: "boolean" } as const;
const status = oneOf("new", "established");
const some = { type: "array", items: { type: "integer", minimum: 1, maximum: 4 }, minItems: 1 } as const;
/** Files of `visits/`: all share what a spotter is, and its cases. */
const visitFile = (key: string, required: readonly string[], more: Record<string, unknown>) =>
  listFile(
    key,
    object(["id", "says", "cite", "effective", "fires", "silent", ...required], {
      id,
      says: text,
      cite,
      effective,
      terms: someTexts,
      with: groups,
      without: texts,
      roles: someTexts,
      opening: flag,
      title: flag,
      plain: flag,
      fires: ruleCases,
      silent: ruleCases,
      ...more,
    }),
  );
const visitCode = object(["system", "code", "label"], {
  system: oneOf("cpt", "hcpcs"),
  code,
  label: text,
  status,
  mdm: some,
  minutes: amount,
  age: object([], { min: amount, max: amount }),
  words: someTexts,
});
const band = object(["system", "code", "label", "from"], {
  system: oneOf("cpt", "hcpcs"),
  code,
  label: text,
  from: amount,
  to: amount,
  per: amount,
});
export const visits = {
  families: visitFile("families", ["clock", "codes"], {
    setting: someOf(...settings),
    note: groups,
    notOpening: texts,
    default: flag,
    beside: flag,
    clock: texts,
    telehealth: flag,
    codes: { type: "array", minItems: 1, items: visitCode },
  }),
  statuses: visitFile("statuses", ["status", "terms"], { status }),
  never: visitFile("never", [], { codes }),
  problems: visitFile("problems", ["makes"], {
    makes: text,
    code: codes,
    of: someTexts,
    anywhere: flag,
    setting: someOf(...settings),
  }),
  data: visitFile("data", ["counts", "terms"], {
    counts: oneOf("test", "note", "historian", "interpretation", "discussion"),
    reported: codes,
  }),
  risk: visitFile("risk", ["level"], {
    level: { type: "integer", minimum: 1, maximum: 4 },
    drug: flag,
    classes: texts,
    ids: texts,
    notClasses: texts,
    notIds: texts,
  }),
  clocks: visitFile("clocks", ["clock", "terms"], { clock: text, bare: flag }),
  timed: visitFile("timed", ["clock", "bands"], {
    clock: text,
    visit: flag,
    on: codes,
    medicare: flag,
    bands: { type: "array", minItems: 1, items: band },
  }),
  modifiers: visitFile("modifiers", ["modifier", "terms"], { modifier: { type: "string", pattern: "^[0-9A-Z]{2}$" } }),
};
const step = { level: amount, least: amount, of: texts, says: text };
export const visitTables = object(
  [
    "levels",
    "problems",
    "data",
    "risk",
    "asks",
    "deny",
    "denyBehind",
    "doubt",
    "apart",
    "done",
    "noTimeBeside",
    "notAddressed",
    "medicare",
  ],
  {
    about: text,
    levels: someTexts,
    problems: { type: "array", items: object(["level", "least", "of", "says"], step) },
    data: object(["categories", "levels", "single"], {
      categories: {
        type: "array",
        items: object(["id", "least", "of", "says"], { id, least: amount, of: someTexts, says: text }),
      },
      levels: { type: "array", items: object(["level", "least"], { level: amount, least: amount }) },
      single: { type: "array", items: object(["level", "least", "of", "says"], step) },
    }),
    risk: { type: "array", items: object(["level", "says"], { level: amount, says: text }) },
    asks: object(["status"], { status: text }),
    deny: someTexts,
    denyBehind: someTexts,
    doubt: someTexts,
    apart: someTexts,
    done: object(["sections", "words"], { sections: someTexts, words: someTexts }),
    noTimeBeside: someTexts,
    notAddressed: someTexts,
    medicare: someTexts,
  },
);
const numbers = { type: "object", additionalProperties: { type: "number" } };
export const ranking = object(["id", "weights", "bias", "cut", "roles", "visits"], {
  visits: numbers,
  about: text,
  id: text,
  weights: numbers,
  bias: { type: "number" },
  cut: { type: "number" },
  roles: numbers,
});
const weights = { type: "array", items: { type: "integer" } };
export const sectionModel = object(["id", "labels", "least", "cut", "scale", "bias", "features"], {
  about: text,
  id: text,
  labels: someTexts,
  least: { type: "integer" },
  cut: amount,
  scale: amount,
  bias: weights,
  features: { type: "array", items: { type: "array", minItems: 2, items: { type: ["string", "integer"] } } },
});
