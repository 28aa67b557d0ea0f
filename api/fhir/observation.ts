import { conceptText, type Json, listAt, objectAt, textAt } from "./json.js";

/** An Observation as a line of a note ("Body mass index: 34.2 kg/m2"); undefined when it holds no value. */
export function observationLine(resource: Json, at: string): string | undefined {
  const own = lineOf(resource, at);
  const parts = listAt(resource.component, `${at}.component`).map((c, i) => lineOf(c, `${at}.component[${i}]`));
  const said = [own, ...parts].filter((line) => line !== undefined);
  return said.length === 0 ? undefined : said.join("\n");
}

function lineOf(resource: Json, at: string): string | undefined {
  const value = saidIn(resource, at);
  if (value === undefined || value.trim() === "") return undefined;
  const name = conceptText(resource.code, `${at}.code`);
  return name ? `${name}: ${value}` : value;
}

function saidIn(resource: Json, at: string): string | undefined {
  const text = textAt(resource.valueString, `${at}.valueString`);
  if (text !== undefined) return text;
  const quantity = objectAt(resource.valueQuantity, `${at}.valueQuantity`);
  if (quantity && typeof quantity.value === "number") {
    const unit = textAt(quantity.unit, `${at}.valueQuantity.unit`) ?? textAt(quantity.code, `${at}.valueQuantity.code`);
    const bound = textAt(quantity.comparator, `${at}.valueQuantity.comparator`) ?? "";
    return `${bound}${quantity.value}${unit ? ` ${unit}` : ""}`;
  }
  if (typeof resource.valueInteger === "number") return String(resource.valueInteger);
  return conceptText(resource.valueCodeableConcept, `${at}.valueCodeableConcept`);
}
