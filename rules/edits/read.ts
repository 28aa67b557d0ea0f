import { join } from "node:path";
import type { Bypass, ClaimCase, EditRule, Link, ModifierRule, UnitLimit } from "../../pipeline/claim-knowledge.js";
import { readFolder, readJson } from "../schema.js";
import * as schemas from "./schemas.js";

type WithClaimCases<T> = T & { readonly fires: readonly ClaimCase[]; readonly silent: readonly ClaimCase[] };
export type PairGroup = {
  readonly first: readonly string[];
  readonly second: readonly string[];
  readonly allowed: boolean;
  readonly from: string;
  readonly to?: string;
};
export type ClaimTables = {
  readonly kinds: readonly { readonly id: string; readonly codes: readonly string[]; readonly sided?: true }[];
  readonly pairs: { readonly pairs: readonly PairGroup[]; readonly bypasses: readonly Bypass[] };
  readonly limits: readonly (UnitLimit & { readonly codes: readonly string[] })[];
  readonly addOns: readonly { readonly codes: readonly string[]; readonly needs: readonly string[] }[];
  readonly links: { readonly links: readonly Link[]; readonly indications: readonly string[] };
};
/** `rules/edits/` and `rules/modifiers/` as written. */
export type ClaimRules = {
  readonly modifiers: readonly WithClaimCases<ModifierRule>[];
  readonly edits: readonly WithClaimCases<EditRule>[];
  readonly tables: ClaimTables;
};

/** @throws RuleError on the first problem */
export function readClaimRules(root: string): ClaimRules {
  const table = <T>(name: string, schema: object) =>
    readJson<T>(root, join(root, "edits", `table-${name}.json`), schema);
  return {
    modifiers: readFolder(root, "modifiers", "rules", schemas.modifierRules),
    edits: readFolder(root, "edits", "rules", schemas.editRules),
    tables: {
      kinds: table<{ kinds: ClaimTables["kinds"] }>("kinds", schemas.kinds).kinds,
      pairs: table<ClaimTables["pairs"]>("pairs", schemas.pairs),
      limits: table<{ limits: ClaimTables["limits"] }>("limits", schemas.limits).limits,
      addOns: table<{ addOns: ClaimTables["addOns"] }>("add-ons", schemas.addOns).addOns,
      links: table<ClaimTables["links"]>("links", schemas.links),
    },
  };
}
