import { InputError } from "../errors.js";

/** Looks into resources that nobody has checked yet. Errors name the place as FHIRPath does and never a value of it. */
export type Json = Readonly<Record<string, unknown>>;
/** A resource with where it stands, e.g. `Bundle.entry[2].resource`. */
export type Placed = { readonly resource: Json; readonly at: string; readonly url?: string };

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function objectAt(value: unknown, at: string): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw new InputError("fhir.structure", "Expected an object here, as FHIR R4 has it.", at);
  return value;
}

export function listAt(value: unknown, at: string): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new InputError("fhir.structure", "Expected a list here, as FHIR R4 has it.", at);
  return value.map((item, i) => {
    if (!isObject(item))
      throw new InputError("fhir.structure", "Expected an object here, as FHIR R4 has it.", `${at}[${i}]`);
    return item;
  });
}

export function textAt(value: unknown, at: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new InputError("fhir.structure", "Expected a text here, as FHIR R4 has it.", at);
  return value;
}

/** What a CodeableConcept says for people: its text, otherwise a display, otherwise a code. */
export function conceptText(value: unknown, at: string): string | undefined {
  const concept = objectAt(value, at);
  if (!concept) return undefined;
  const codings = listAt(concept.coding, `${at}.coding`);
  const shown = (key: "display" | "code") =>
    codings.map((c, i) => textAt(c[key], `${at}.coding[${i}].${key}`)).find((t) => t !== undefined && t !== "");
  return textAt(concept.text, `${at}.text`) || shown("display") || shown("code");
}
