import { RuleError } from "../schema.js";
import { cellsOf } from "./cells.js";

/** Medically unlikely units of a code. Indicator 1 limits each line of a claim, 2 and 3 the day. */
export type MueRow = {
  readonly code: string;
  readonly most: number;
  readonly indicator: 1 | 2 | 3;
  readonly rationale?: string;
};

const code = /^[0-9A-Z]{5}$/;

/**
 * Reads the medically unlikely edits as CMS publishes them, CSV or tab-separated: code, value, adjudication indicator
 * ("3 Date of Service Edit: Clinical") and rationale. Lines before the first code are the notice and the headings.
 * @throws RuleError for a line behind the headings that is no such row: its number, what was expected, the remedy
 */
export function* readMue(text: string): Generator<MueRow> {
  let begun = false;
  for (const { cells, line } of cellsOf(text)) {
    const [of = "", value = "", adjudication = "", rationale = ""] = cells;
    if (!code.test(of)) {
      if (!begun) continue;
      throw wrong(line, "a code of five characters in the first column");
    }
    begun = true;
    if (!/^\d+$/.test(value)) throw wrong(line, "a whole number of units in column 2");
    const indicator = adjudication.slice(0, 1);
    if (indicator !== "1" && indicator !== "2" && indicator !== "3")
      throw wrong(line, "1, 2 or 3 at the start of column 3");
    yield {
      code: of,
      most: Number(value),
      indicator: Number(indicator) as 1 | 2 | 3,
      ...(rationale ? { rationale } : {}),
    };
  }
  if (!begun) throw wrong(1, "rows of code, MUE value, adjudication indicator, rationale");
}

const wrong = (line: number, expected: string) =>
  new RuleError(`MUE, line ${line}: expected ${expected}. Give the file as CMS publishes it, as CSV or text.`);
