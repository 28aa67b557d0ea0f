/**
 * Offsets of one text in three units: UTF-16 (as this project counts), code points (Python, most annotation tools) and
 * UTF-8 bytes (Rust, Go, many stores). A lone surrogate is one code point, and three bytes, as U+FFFD that stands for it.
 */
export type OffsetUnit = "utf-16" | "code-point" | "utf-8";

/** Marks are kept at steps of this many UTF-16 units, so that a look-up walks at most one step. */
const STEP = 256;

export type Offsets = {
  /**
   * An offset of one unit in another. Inside a character, the result is the character's start.
   * @throws RangeError when the offset lies outside the text
   */
  convert(offset: number, from: OffsetUnit, to: OffsetUnit): number;
};

export function offsetsOf(text: string): Offsets {
  // Parallel lists, each mark at the beginning of a character.
  const marks: Record<OffsetUnit, number[]> = { "utf-16": [0], "code-point": [0], "utf-8": [0] };
  const at = { "utf-16": 0, "code-point": 0, "utf-8": 0 };
  for (let next = STEP; at["utf-16"] < text.length; ) {
    if (at["utf-16"] >= next) {
      for (const unit of units) marks[unit].push(at[unit]);
      next = at["utf-16"] + STEP;
    }
    const point = text.codePointAt(at["utf-16"]) ?? 0;
    for (const unit of units) at[unit] += sizeOf(point, unit);
  }
  return {
    convert(offset, from, to) {
      if (!Number.isInteger(offset) || offset < 0 || offset > at[from])
        throw new RangeError(`Offset ${offset} (${from}) lies outside a text of ${at[from]}. Give one inside it.`);
      const mark = lastNotAfter(marks[from], offset);
      let here = marks["utf-16"][mark];
      let counted = marks[from][mark];
      let result = marks[to][mark];
      while (counted < offset) {
        const point = text.codePointAt(here) ?? 0;
        counted += sizeOf(point, from);
        if (counted > offset) break;
        here += sizeOf(point, "utf-16");
        result += sizeOf(point, to);
      }
      return result;
    },
  };
}

const units: readonly OffsetUnit[] = ["utf-16", "code-point", "utf-8"];
function sizeOf(point: number, unit: OffsetUnit): number {
  if (unit === "code-point") return 1;
  if (unit === "utf-16") return point > 0xffff ? 2 : 1;
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point > 0xffff ? 4 : 3;
}
function lastNotAfter(list: readonly number[], offset: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (list[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
