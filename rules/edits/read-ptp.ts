import { RuleError } from "../schema.js";
import { cellsOf } from "./cells.js";

/** One row of a procedure-to-procedure file of NCCI. Days as `YYYYMMDD`; `to` is the last day, null while the pair is in force. */
export type PtpRow = {
  readonly first: string;
  readonly second: string;
  readonly from: number;
  readonly to: number | null;
  /** 0 never together, 1 together with a modifier that tells why, 9 pair no longer applies. */
  readonly indicator: 0 | 1 | 9;
  readonly rationale?: string;
};

const code = /^[0-9A-Z]{5}$/;
const NOTHING = "*";

/**
 * Reads the procedure-to-procedure edits as CMS publishes them, tab-separated or CSV: column 1, column 2, the star of pairs
 * from before 1996, effective date, deletion date (a star for none), modifier indicator and, in newer files, the rationale.
 * Lines before the first pair of codes are the notice and the headings.
 * @throws RuleError for a line behind the headings that is no such row: its number, what was expected, the remedy
 */
export function* readPtp(text: string): Generator<PtpRow> {
  let begun = false;
  for (const { cells, line } of cellsOf(text)) {
    const [first = "", second = "", , from = "", to = "", indicator = "", rationale = ""] = cells;
    if (!code.test(first) || !code.test(second)) {
      if (!begun) continue;
      throw wrong(line, "two codes of five characters in the first two columns");
    }
    begun = true;
    const starts = dayOf(from);
    if (starts === null) throw wrong(line, "the effective date as YYYYMMDD in column 4");
    const ends = to === NOTHING || to === "" ? null : dayOf(to);
    if (ends === null && to !== NOTHING && to !== "")
      throw wrong(line, 'the deletion date as YYYYMMDD or "*" in column 5');
    const allowed = indicator.slice(0, 1);
    if (allowed !== "0" && allowed !== "1" && allowed !== "9") throw wrong(line, "0, 1 or 9 in column 6");
    yield {
      first,
      second,
      from: starts,
      to: ends,
      indicator: Number(allowed) as 0 | 1 | 9,
      ...(rationale ? { rationale } : {}),
    };
  }
  if (!begun) throw wrong(1, "rows of column 1, column 2, star, effective date, deletion date, modifier indicator");
}

/** `20250101`, `2025-01-01` or `1/1/2025` as `YYYYMMDD`. */
function dayOf(text: string): number | null {
  const plain = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  if (plain) return Number(plain[1] + plain[2] + plain[3]);
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  return american && Number(american[3]) * 10_000 + Number(american[1]) * 100 + Number(american[2]);
}

const wrong = (line: number, expected: string) =>
  new RuleError(`PTP edits, line ${line}: expected ${expected}. Give the file as CMS publishes it, as text or CSV.`);
