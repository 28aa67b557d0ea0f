/** A number as notes write it, with what is joined to it and its unit. `start` and `end` are UTF-16 units, `end` exclusive. */
export type Figure = {
  readonly start: number;
  readonly end: number;
  readonly amount: number;
  readonly second?: number;
  readonly third?: number;
  /** How the numbers are joined; empty when there is but one. */
  readonly join: "" | "-" | "/" | "x" | "and";
  /** Position of the unit in the table that was given, or -1. */
  readonly unit: number;
  /** Where the last number ends and the unit begins to be looked for. */
  readonly bare: number;
};
export type UnitNames = ReadonlyMap<string, number>;

const number = /(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+/y;
const mixed = /(\d{1,3})[^\S\r\n]+(\d)\/(\d)(?![\d/])/y;
const joiner =
  /[^\S\r\n]*(?:([-–—])|(\/|\bover\b|\bout of\b)|([x×](?=[\s.\d])|\bby\b)|(\bto\b)|(\band\b|,))[^\S\r\n]*(?=\.?\d)/iy;
/** Units longer than this are not looked for. */
const LONGEST = 24;
const space = /[^\S\r\n]/;

/** The form by which a unit is looked up: lower case, one kind of micro sign, single spaces. */
export const unitKey = (text: string): string => text.toLowerCase().replace(/μ/g, "µ").replace(/\s+/g, " ");

const isWord = (u: number) =>
  (u >= 48 && u <= 57) || (u >= 65 && u <= 90) || (u >= 97 && u <= 122) || u === 0xb5 || u === 0x3bc;

/** The longest unit behind an offset, at most two spaces or a hyphen away. */
export function unitAt(text: string, at: number, names: UnitNames): { unit: number; end: number } | null {
  let from = at;
  while (from < at + 2 && space.test(text[from] ?? "")) from++;
  if (from === at && (text[from] === "-" || text[from] === "‑")) from++;
  let to = from;
  while (to < text.length && to < from + LONGEST && text[to] !== "\n" && text[to] !== "\r") to++;
  const most = unitKey(text.slice(from, to));
  // Spaces are folded by the key; where they were, lengths no longer agree and the slow way is taken.
  for (let length = most.length; length > 0; length--) {
    const next = text.charCodeAt(from + length);
    if (isWord(text.charCodeAt(from + length - 1)) && isWord(next)) continue;
    const unit = names.get(most.slice(0, length));
    // "h", "d", "w", "y" behind a space is a letter, not a unit.
    if (unit === undefined || (length === 1 && from > at && "hdwymx".includes(most[0]))) continue;
    if (unitKey(text.slice(from, from + length)) === most.slice(0, length)) return { unit, end: from + length };
  }
  return null;
}

function numberAt(text: string, at: number): { amount: number; end: number } | null {
  number.lastIndex = at;
  const m = number.exec(text);
  if (!m) return null;
  const end = at + m[0].length;
  // "1.2.3" and "0100" are numbers of something, not amounts.
  if (text[end] === "." && text.charCodeAt(end + 1) >= 48 && text.charCodeAt(end + 1) <= 57) return null;
  if (/^0\d/.test(m[0])) return null;
  return { amount: Number(m[0].replace(/,/g, "")), end };
}

/**
 * The number that begins at an offset: alone, as a range ("5-10"), a pair ("120/80", "8 and 9" where `list`), or a size
 * ("3 x 2 x 1"). Null when what stands there is no amount: a telephone number, a date, an ordinal.
 */
export function figureAt(text: string, at: number, names: UnitNames, list = false): Figure | null {
  mixed.lastIndex = at;
  const part = mixed.exec(text);
  if (part && part[3] !== "0" && part[3] !== "7" && Number(part[2]) < Number(part[3])) {
    const bare = at + part[0].length;
    const unit = unitAt(text, bare, names);
    if (!unit) return null;
    const amount = Number(part[1]) + Number(part[2]) / Number(part[3]);
    return { start: at, end: unit.end, amount, join: "", unit: unit.unit, bare };
  }
  const first = numberAt(text, at);
  if (!first) return null;
  let { end } = first;
  let unit = unitAt(text, end, names);
  let bare = end;
  if (unit) end = unit.end;
  const more: number[] = [];
  let join: Figure["join"] = "";
  while (more.length < 3) {
    joiner.lastIndex = end;
    const m = joiner.exec(text);
    if (!m) break;
    const kind: Figure["join"] = m[1] || m[4] ? "-" : m[2] ? "/" : m[3] ? "x" : "and";
    if (kind === "and" && (!list || more.length > 0)) break;
    const next = numberAt(text, end + m[0].length);
    if (join !== "" && kind !== join) {
      if (m[4] || kind === "and") break;
      return null;
    }
    if (!next) {
      if (kind === "and" || kind === "x" || m[4]) break;
      return null;
    }
    const own = unitAt(text, next.end, names);
    if (kind === "and" && (own || isWord(text.charCodeAt(next.end)))) break;
    // "5 mg to 3 times": the other number is of another thing.
    if (own && unit && own.unit !== unit.unit && kind !== "/" && kind !== "x") break;
    join = kind;
    more.push(next.amount);
    bare = next.end;
    end = own ? own.end : next.end;
    unit = own ?? unit;
  }
  if (more.length > 2 || (more.length > 1 && join !== "x")) return null;
  if (join === "-" && more[0] <= first.amount) return null;
  if (!unit && isWord(text.charCodeAt(end))) return null;
  return {
    start: at,
    end,
    amount: first.amount,
    ...(more.length > 0 ? { second: more[0] } : {}),
    ...(more.length > 1 ? { third: more[1] } : {}),
    join,
    unit: unit ? unit.unit : -1,
    bare,
  };
}
