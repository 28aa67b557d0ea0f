import type { Pair, Pairs } from "../../pipeline/claim-knowledge.js";
import type { PtpRow } from "./read-ptp.js";

/** Five characters of 36, so that a pair of codes is one number that a double holds exactly. */
const CODES = 36 ** 5;
const keyOf = (first: string, second: string) => Number.parseInt(first, 36) * CODES + Number.parseInt(second, 36);
const EVER = 99_999_999;
const GONE = 9;

/**
 * Pairs for look-up by binary search over plain arrays, 17 bytes a pair, so that the two million rows of the files that CMS
 * publishes stay small. Rows with indicator 9 say that a pair never held, and are left out.
 */
export function pairTable(rows: Iterable<PtpRow>): Pairs {
  const kept = [...rows].filter((r) => r.indicator !== GONE).map((r) => ({ ...r, key: keyOf(r.first, r.second) }));
  kept.sort((a, b) => a.key - b.key || a.from - b.from);
  const key = Float64Array.from(kept, (r) => r.key);
  const from = Int32Array.from(kept, (r) => r.from);
  const to = Int32Array.from(kept, (r) => r.to ?? EVER);
  const allowed = Uint8Array.from(kept, (r) => r.indicator);
  return {
    size: kept.length,
    find(first, second, day): Pair | null {
      const wanted = keyOf(first, second);
      let low = 0;
      let high = key.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (key[middle] < wanted) low = middle + 1;
        else high = middle;
      }
      if (key[low] !== wanted) return null;
      const on = Number(day.replaceAll("-", ""));
      for (; key[low] === wanted; low++)
        if (from[low] <= on && on <= to[low]) return { allowed: allowed[low] === 1, from: from[low], to: to[low] };
      return null;
    },
  };
}
