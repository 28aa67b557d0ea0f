import { Type } from "typebox";
import { NOTE_KINDS } from "../codesets/browse/index.js";
import { Day, oneOf, System, strict } from "./common.js";

const Kind = oneOf(["chapter", "section", "category", "subcategory", "code"]);
const Titled = strict({ code: Type.String(), title: Type.String() });
const CodeNode = strict({ code: Type.String(), title: Type.String(), kind: Kind, billable: Type.Boolean() });
const Effective = strict({ from: Day, to: Type.Optional(Day) });
const Warnings = Type.Optional(Type.Array(strict({ code: Type.String(), message: Type.String() })));
const ownLabel = Type.Optional(Type.Boolean({ description: "the title is ours and not the owner's words" }));

export const CodeParams = strict({
  system: System,
  code: Type.String({
    pattern: "^[A-Za-z0-9.-]{1,12}$",
    description: "a code; for ICD-10-CM also a section (E08-E13) or a chapter's number",
  }),
});
export const CodeQuery = strict({
  date: Type.Optional({ ...Day, description: "chooses the release; today when left out" }),
  include: Type.Optional(Type.String({ pattern: "^(hcc|edits)(,(hcc|edits))*$", description: "hcc, edits, or both" })),
});
export const CodeView = strict({
  system: System,
  code: Type.String(),
  title: Type.String(),
  kind: Kind,
  billable: Type.Boolean(),
  ownLabel,
  release: Type.String(),
  effective: Effective,
  parents: Type.Array(CodeNode, { description: "the outermost first" }),
  children: Type.Array(CodeNode),
  terms: Type.Array(Type.String(), { description: "inclusion terms" }),
  notes: Type.Array(
    strict({
      kind: oneOf(NOTE_KINDS),
      text: Type.String(),
      heading: Type.Optional(Type.Boolean({ description: "heads the lines behind it" })),
      inheritedFrom: Type.Optional(Titled),
      links: Type.Array(
        strict({
          start: Type.Integer(),
          end: Type.Integer(),
          first: Type.String(),
          last: Type.Optional(Type.String({ description: "of a range" })),
        }),
        { description: "codes that text.slice(start, end) names" },
      ),
    }),
    { description: "own notes of a kind before inherited ones" },
  ),
  seventh: Type.Optional(
    strict({
      from: Type.String({ description: "the code that defines the characters" }),
      selected: Type.Optional(Type.String()),
      characters: Type.Array(
        strict({
          character: Type.String(),
          meaning: Type.String(),
          terms: Type.Optional(Type.Array(Type.String())),
          code: Type.Optional(Type.String({ description: "the whole code with it" })),
        }),
      ),
    }),
  ),
  edits: Type.Optional(
    strict({
      poaExempt: Type.Boolean(),
      rules: Type.Array(
        strict({
          id: Type.String(),
          says: Type.String(),
          cite: strict({ doc: Type.String(), section: Type.String() }),
          when: strict({
            age: Type.Optional(
              Type.Array(strict({ min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) })),
            ),
            sex: Type.Optional(Type.Array(Type.String())),
            setting: Type.Optional(Type.Array(Type.String())),
          }),
        }),
      ),
    }),
  ),
  hcc: Type.Optional(Type.Array(strict({ model: Type.String(), category: Type.String() }))),
  warnings: Warnings,
});

export const CodeSearchQuery = strict({
  q: Type.String({
    minLength: 1,
    maxLength: 200,
    description: "words or the beginning of a code; the last may be unfinished",
  }),
  system: Type.Optional(System),
  // A query string holds texts alone, and the service turns none into a number by itself.
  limit: Type.Optional(Type.String({ pattern: "^([1-9]|[1-9][0-9]|100)$", description: "1 to 100; 20 when left out" })),
  date: CodeQuery.properties.date,
});
export const CodeHits = strict({
  codes: Type.Array(
    strict({
      system: System,
      code: Type.String(),
      title: Type.String(),
      kind: Kind,
      billable: Type.Boolean(),
      ownLabel,
      release: Type.String(),
      parents: Type.Array(Titled, { description: "codes above it, the category first" }),
    }),
    { description: "best first" },
  ),
  warnings: Warnings,
});
