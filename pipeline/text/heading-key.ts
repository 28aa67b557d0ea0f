import { normalise } from "./tokens.js";

/** The form by which headings are compared: lower case, "and" for "&", no numbering, bullets or punctuation at either end. */
export function headingKey(heading: string): string {
  return normalise(heading)
    .replace(/&/g, " and ")
    .replace(/^[\s#*•·>\-–—]*(?:\(?\d{1,2}[.)]\s+|[a-z][.)]\s+|[ivx]{1,4}[.)]\s+)?/, "")
    .replace(/[\s*_:;.\-–—=#]+$/g, "")
    .replace(/[/_,\s-]+/g, " ")
    .replace(/[()[\]'"]/g, "")
    .trim();
}
