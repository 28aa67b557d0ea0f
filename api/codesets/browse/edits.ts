import { exemptFromPoa } from "../../../pipeline/edits/index.js";
import type { Condition, Knowledge } from "../../../pipeline/knowledge.js";
import type { Edits } from "./types.js";

/** Rules that hold an edit of payers, by how their ids begin. */
const EDIT = /^edit\./;

/** Edits that speak of a code, by its number alone; those that need the words of a note are left out. */
export function editsOf(position: number, knowledge: Knowledge): Edits {
  const rules = knowledge.guidelines
    .filter((rule) => EDIT.test(rule.id) && names(rule.when, position, knowledge))
    .map(({ id, cite, when, then }) => ({ id, says: then.says, cite, when: whenOf(when) }));
  return { poaExempt: exemptFromPoa(position, knowledge), rules };
}

/** Whether a condition names the code, or a code above it, as its own. */
function names(when: Condition, position: number, knowledge: Knowledge): boolean {
  if ("all" in when) return when.all.some((part) => names(part, position, knowledge));
  const prefixes = "list" in when ? (knowledge.lists[when.list] ?? []) : "code" in when ? when.code : [];
  const { codes } = knowledge;
  return prefixes.some((prefix) => {
    const at = codes.find(prefix);
    return at >= 0 && position >= at && position <= codes.lastOf[at];
  });
}

type When = Edits["rules"][number]["when"];
function whenOf(when: Condition): When {
  const parts = "all" in when ? when.all : [when];
  const ages = parts.flatMap((part) => ("any" in part ? part.any : [part])).flatMap((p) => ("age" in p ? [p.age] : []));
  const sex = parts.flatMap((part) => ("sex" in part ? part.sex : []));
  const setting = parts.flatMap((part) => ("setting" in part ? part.setting : []));
  return {
    ...(ages.length > 0 ? { age: ages } : {}),
    ...(sex.length > 0 ? { sex } : {}),
    ...(setting.length > 0 ? { setting } : {}),
  };
}
