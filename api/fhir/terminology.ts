import type { Parameters, ParametersParameter, ValueSet } from "fhir/r4.js";
import type { System } from "../../pipeline/types.js";
import type { Browser } from "../codesets/browse/index.js";
import { InputError, Refusal } from "../errors.js";
import { isObject, listAt, objectAt, textAt } from "./json.js";
import { systemUris } from "./systems.js";

/** Other URIs that are in use for the same systems. */
const also: Readonly<Record<string, System>> = {
  "http://hl7.org/fhir/sid/icd-10-pcs": "icd-10-pcs",
  "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "hcpcs",
};
const MOST = 1000;
const USUAL = 100;
/** A search goes no deeper. */
const DEEPEST = 200;

/** What an operation was asked, by name of parameter. */
export type Asked = { readonly [name: string]: readonly string[] };

/** Parameters of a GET: each text, or several of one name. */
export const askedInQuery = (query: unknown): Asked =>
  Object.fromEntries(
    Object.entries(isObject(query) ? query : {}).map(([name, value]) => [
      name,
      (Array.isArray(value) ? value : [value]).map(String),
    ]),
  );

/** Parameters of a POST; a Coding counts as its `system` and `code`. */
export function askedInBody(body: unknown): Asked {
  const found: Record<string, string[]> = {};
  const put = (name: string, value: string | undefined) => {
    if (value !== undefined) found[name] = [...(found[name] ?? []), value];
  };
  listAt(isObject(body) ? body.parameter : undefined, "Parameters.parameter").forEach((parameter, i) => {
    const at = `Parameters.parameter[${i}]`;
    const name = textAt(parameter.name, `${at}.name`) ?? "";
    const coding = objectAt(parameter.valueCoding, `${at}.valueCoding`);
    if (coding) {
      put("system", textAt(coding.system, `${at}.valueCoding.system`));
      put("code", textAt(coding.code, `${at}.valueCoding.code`));
      return;
    }
    const [key] = Object.keys(parameter).filter((k) => k.startsWith("value"));
    const value = key === undefined ? undefined : parameter[key];
    if (typeof value === "string" || typeof value === "number") put(name, String(value));
    else throw new InputError("fhir.parameter", "This parameter cannot be used here; give url, system and code.", at);
  });
  return found;
}

/** CodeSystem/$lookup. @throws Refusal (404) for a code that the system does not have */
export function lookup(asked: Asked, browser: Browser, today: string): Parameters {
  const { uri, system } = systemIn(asked, "system");
  const found = browser.describe(system, needed(asked, "code"), dateIn(asked, today));
  const wanted = asked.property;
  const property = (name: string, value: Partial<ParametersParameter>): ParametersParameter[] =>
    wanted === undefined || wanted.includes(name)
      ? [
          {
            name: "property",
            part: [
              { name: "code", valueCode: name },
              { name: "value", ...value },
            ],
          },
        ]
      : [];
  const above = found.parents[found.parents.length - 1];
  return {
    resourceType: "Parameters",
    parameter: [
      { name: "name", valueString: names[system] },
      { name: "version", valueString: found.release },
      { name: "display", valueString: found.title },
      ...found.terms.map((term) => ({ name: "designation", part: [{ name: "value", valueString: term }] })),
      ...property("notSelectable", { valueBoolean: !found.billable }),
      ...(above ? property("parent", { valueCode: above.code }) : []),
      ...found.children.flatMap((child) => property("child", { valueCode: child.code })),
      ...found.notes.flatMap((note) => property(note.kind, { valueString: note.text })),
      ...(asked.system ? [] : [{ name: "system", valueUri: uri }]),
    ],
  };
}

/** CodeSystem/$validate-code: whether a system has a code on a date and, where asked, by that title. */
export function validateCode(asked: Asked, browser: Browser, today: string): Parameters {
  const { system } = systemIn(asked, asked.url ? "url" : "system");
  const [display] = asked.display ?? [];
  const answer = (result: boolean, ...rest: ParametersParameter[]): Parameters => ({
    resourceType: "Parameters",
    parameter: [{ name: "result", valueBoolean: result }, ...rest],
  });
  try {
    const found = browser.describe(system, needed(asked, "code"), dateIn(asked, today));
    const shown = { name: "display", valueString: found.title };
    if (found.kind === "chapter" || found.kind === "section")
      return answer(false, { name: "message", valueString: "This is a heading of the code set and no code." });
    if (display !== undefined && display.toLowerCase() !== found.title.toLowerCase())
      return answer(false, { name: "message", valueString: `The title of ${found.code} is another.` }, shown);
    return answer(true, shown);
  } catch (error) {
    const no = (error instanceof InputError || error instanceof Refusal) && /^code\./.test(error.code);
    if (!no) throw error;
    return answer(false, { name: "message", valueString: error.message });
  }
}

/** ValueSet/$expand of all codes of a system (`<system>?fhir_vs`), or of those that a filter finds. */
export async function expand(asked: Asked, browser: Browser, now: string, today: string): Promise<ValueSet> {
  const url = needed(asked, "url");
  const { uri, system } = systemIn({ url: [url.replace(/\?fhir_vs$/, "")] }, "url");
  const count = numberOf(asked, "count", USUAL, MOST);
  const offset = numberOf(asked, "offset", 0, Number.MAX_SAFE_INTEGER);
  const [filter = ""] = asked.filter ?? [];
  const date = dateIn(asked, today);
  const { source } = browser.sourceOn(system, date);
  const words = filter.trim().slice(0, DEEPEST);
  const hits =
    words === ""
      ? source.list(offset, count)
      : (await source.search(words, Math.min(offset + count, DEEPEST))).slice(offset, offset + count);
  return {
    resourceType: "ValueSet",
    url,
    status: "active",
    expansion: {
      timestamp: now,
      // How many a search would find in all is not known: it looks for the best.
      ...(words === "" ? { total: source.count } : {}),
      offset,
      parameter: [
        ...(words === "" ? [] : [{ name: "filter", valueString: words }]),
        { name: "count", valueInteger: count },
        { name: "version", valueUri: `${uri}|${source.release}` },
      ],
      contains: hits.map((hit) => ({
        system: uri,
        version: source.release,
        code: hit.code,
        display: hit.title,
        ...(hit.billable ? {} : { abstract: true }),
      })),
    },
  };
}

const names: Readonly<Record<System, string>> = {
  "icd-10-cm": "ICD-10-CM",
  "icd-10-pcs": "ICD-10-PCS",
  cpt: "CPT, with labels of our own",
  hcpcs: "HCPCS Level II",
};

function systemIn(asked: Asked, name: "system" | "url"): { uri: string; system: System } {
  const uri = needed(asked, name);
  const known = (Object.keys(systemUris) as System[]).find((s) => systemUris[s] === uri) ?? also[uri];
  if (known) return { uri, system: known };
  const expected = Object.values(systemUris).join(", ");
  throw new Refusal(404, "fhir.system", `This code system is not known here: expected ${expected}.`);
}

function needed(asked: Asked, name: string): string {
  const [value] = asked[name] ?? [];
  if (value) return value;
  throw new InputError("fhir.parameter", `The parameter "${name}" is missing.`, name);
}

function dateIn(asked: Asked, today: string): string {
  const [date = today] = asked.date ?? [];
  if (/^\d{4}-\d{2}-\d{2}/.test(date)) return date.slice(0, 10);
  throw new InputError("fhir.parameter", 'Expected "date" to be a day such as "2026-03-02".', "date");
}

function numberOf(asked: Asked, name: string, usual: number, most: number): number {
  const [text = String(usual)] = asked[name] ?? [];
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), most);
  throw new InputError("fhir.parameter", `Expected "${name}" to be a whole number of at least 0.`, name);
}
