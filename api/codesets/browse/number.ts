import type { System } from "../../../pipeline/types.js";

/** How whole codes of a system look, and what to tell who writes another thing. */
const shapes: Readonly<Record<System, { readonly whole: RegExp; readonly says: string }>> = {
  "icd-10-cm": {
    whole: /^(?:[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?|[A-Z]\d[0-9A-Z]-[A-Z]\d[0-9A-Z]|[1-9]|1\d|2[0-2])$/,
    says: 'a code such as "E11.9", a section such as "E08-E13" or a chapter from 1 to 22',
  },
  "icd-10-pcs": { whole: /^[0-9A-HJ-NP-Z]{1,7}$/, says: 'up to seven characters such as "0DTJ4ZZ"' },
  cpt: { whole: /^\d{4}[0-9A-Z]$/, says: 'five characters such as "99213"' },
  hcpcs: { whole: /^[A-Z]\d{4}$/, says: 'a letter and four digits such as "J1885"' },
};

export const looksLike = (system: System, code: string): boolean => shapes[system].whole.test(code.toUpperCase());
export const shapeOf = (system: System): string => shapes[system].says;

/** The beginning of a code's number, in capitals without its dot, or null where the text is words. */
export function numberIn(query: string): string | null {
  const text = query.trim().toUpperCase();
  return /^(?:[A-Z]\d[0-9A-Z]?(?:\.[0-9A-Z]{0,4}|[0-9A-Z]{0,4})|\d{1,4}[0-9A-Z]?|[0-9][0-9A-HJ-NP-Z]{2,6})$/.test(
    text,
  ) && /\d/.test(text)
    ? text.replace(".", "")
    : null;
}

/** The system whose shape a code has, where only one comes into question. */
export function systemOf(code: string): System {
  const text = code.toUpperCase();
  if (/^\d{4}[0-9A-Z]$/.test(text)) return "cpt";
  if (/^[A-Z]\d{4}$/.test(text)) return "hcpcs";
  if (/^[0-9A-HJ-NP-Z]{7}$/.test(text) && !/^[A-Z]\d[0-9A-Z]{5}$/.test(text)) return "icd-10-pcs";
  return "icd-10-cm";
}
