import type { ClaimKnowledge, EditRule, ModifierRule, UnitLimit } from "../../pipeline/claim-knowledge.js";
import type { ServiceRule } from "../../pipeline/knowledge.js";
import { RuleError, type Rules } from "../schema.js";
import { pairTable } from "./pair-table.js";
import type { ClaimRules, PairGroup } from "./read.js";
import type { PtpRow } from "./read-ptp.js";

type Range = readonly [string, string];
/** Claim knowledge as the snapshot holds it. */
export type PackedClaim = {
  readonly kinds: readonly (readonly [string, readonly Range[]])[];
  readonly modifiers: readonly ModifierRule[];
  readonly edits: readonly EditRule[];
  readonly pairs: readonly PairGroup[];
  readonly limits: readonly (readonly [string, UnitLimit])[];
  readonly addOns: readonly (readonly [string, readonly string[]])[];
} & Pick<ClaimKnowledge, "bypasses" | "links" | "indications">;

const rangeOf = (text: string): Range => {
  const [from, to = from] = text.split("-");
  return [from, to];
};
const within = (code: string, ranges: readonly Range[]) =>
  ranges.some(([from, to]) => code.length === from.length && code >= from && code <= to);

/**
 * @param services rules whose codes have sides (kind with `sided`), and whose codes the ranges of pairs and add-ons stand for
 * @param visits codes of visits, which ranges stand for too
 * @throws RuleError when a rule names a kind that no table has
 */
export function packClaim(rules: ClaimRules, services: readonly ServiceRule[], visits: readonly string[]): PackedClaim {
  const known = [...new Set([...services.map((s) => s.code), ...visits])].sort();
  const sided = [...new Set(services.filter((s) => s.modifiers === "laterality").map((s) => s.code))].sort();
  const kinds = rules.tables.kinds.map(
    (k) => [k.id, [...k.codes, ...(k.sided ? sided : [])].map(rangeOf)] as [string, Range[]],
  );
  checkKinds(rules, new Set(kinds.map(([id]) => id)));
  const expand = (texts: readonly string[]) =>
    texts.flatMap((text) => {
      const range = rangeOf(text);
      return range[0] === range[1] ? [text] : known.filter((code) => within(code, [range]));
    });
  return {
    kinds,
    modifiers: rules.modifiers.map(bare),
    edits: rules.edits.map(bare),
    pairs: rules.tables.pairs.pairs.map((p) => ({ ...p, first: expand(p.first), second: expand(p.second) })),
    limits: rules.tables.limits.flatMap(({ codes, most, per }) =>
      expand(codes).map((code) => [code, { most, per }] as [string, UnitLimit]),
    ),
    addOns: rules.tables.addOns.flatMap(({ codes, needs }) =>
      expand(codes).map((code) => [code, expand(needs)] as [string, string[]]),
    ),
    bypasses: rules.tables.pairs.bypasses,
    links: rules.tables.links.links.map((l) => ({
      ...l,
      services: l.services.flatMap((s) => (/[a-z]/.test(s) ? [s] : expand([s]))),
    })),
    indications: rules.tables.links.indications,
  };
}

export function unpackClaim(packed: PackedClaim): ClaimKnowledge {
  return {
    ...packed,
    kinds: new Map(packed.kinds),
    pairs: pairTable(rowsOf(packed.pairs)),
    limits: new Map(packed.limits),
    addOns: new Map(packed.addOns),
  };
}

function* rowsOf(groups: readonly PairGroup[]): Generator<PtpRow> {
  const day = (text: string) => Number(text.replaceAll("-", ""));
  for (const group of groups)
    for (const first of group.first)
      for (const second of group.second)
        if (first !== second)
          yield {
            first,
            second,
            from: day(group.from),
            to: group.to === undefined ? null : day(group.to),
            indicator: group.allowed ? 1 : 0,
          };
}

function bare<T extends object>(rule: T): Omit<T, "fires" | "silent"> {
  const { fires: _f, silent: _s, ...rest } = rule as T & { fires?: unknown; silent?: unknown };
  return rest;
}

/** Codes that the rules of visits can propose. */
export const visitCodes = ({ families, timed, never }: Rules["visits"]): string[] => [
  ...[...families, ...never].flatMap((rule) => (rule.codes ?? []).map((c) => (typeof c === "string" ? c : c.code))),
  ...timed.flatMap((rule) => rule.bands.map((b) => b.code)),
];

/** A name with a small letter is a kind; others are codes. */
function checkKinds({ modifiers, edits, tables }: ClaimRules, known: ReadonlySet<string>): void {
  const named = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((v): v is string => typeof v === "string") : [];
  const check = (where: string, kinds: readonly string[]) => {
    for (const kind of kinds)
      if (/[a-z]/.test(kind) && !known.has(kind))
        throw new RuleError(
          `rules/${where}: kind "${kind}" is not in edits/table-kinds.json. Add it there, or correct the name.`,
        );
  };
  for (const m of modifiers) {
    check(`modifiers, rule "${m.id}"`, [...m.on, ...(m.never ?? [])]);
    JSON.stringify(m.when, (key, value) => {
      if (key === "beside") check(`modifiers, rule "${m.id}"`, named(value));
      return value;
    });
  }
  for (const { id, check: c } of edits) {
    const parts = c as Record<string, unknown>;
    for (const key of ["oneOf", "beside", "with", "on", "of", "unlinked", "undocumented"])
      check(`edits, rule "${id}"`, named(parts[key]));
  }
  for (const b of tables.pairs.bypasses) check("edits/table-pairs.json", b.on);
  for (const l of tables.links.links) check(`edits/table-links.json, link "${l.id}"`, l.services);
}
