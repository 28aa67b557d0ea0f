import type { Span } from "./types.js";

/** Position of the first span that ends behind an offset, in a list that is ordered and free of overlaps; its length when none does. */
export function firstEndingAfter<T>(list: readonly T[], offset: number, spanOf: (item: T) => Span): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spanOf(list[middle]).end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
