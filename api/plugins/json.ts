import type { FastifyInstance } from "fastify";
import { Refusal } from "../errors.js";

/** Deeper than any request of ours or of FHIR; what reads bodies and writes them again goes down by calling itself. */
const DEEPEST = 100;

/** Whether brackets outside of texts stand deeper within each other than `deepest`. */
export function deeperThan(json: string, deepest: number): boolean {
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (unit === 0x22) {
      // Texts are skipped as a whole: they are most of a note.
      for (i = json.indexOf('"', i + 1); i > 0 && escaped(json, i); ) i = json.indexOf('"', i + 1);
      if (i < 0) return false;
    } else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > deepest) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return false;
}

/** Whether the quotation mark at `at` belongs to the text: an odd number of backslashes stands before it. */
function escaped(json: string, at: number): boolean {
  let before = at;
  while (json.charCodeAt(before - 1) === 0x5c) before--;
  return (at - before) % 2 === 1;
}

/** Reads bodies of the types as JSON: with no field that reaches for a prototype, and nested no deeper than is ever needed. */
export function readJson(app: FastifyInstance, types: string[]): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser(types, { parseAs: "string" }, (request, body, done) => {
    if (deeperThan(body as string, DEEPEST))
      done(new Refusal(400, "request.too-deep", `The request is nested deeper than ${DEEPEST} levels. Flatten it.`));
    else parse(request, body as string, done);
  });
}
