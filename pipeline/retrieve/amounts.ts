import type { Knowledge } from "../knowledge.js";
import { unitAt } from "../text/index.js";
import type { Span } from "../types.js";

/**
 * A number with its unit, turned into the unit that rules count in (`mg`, `unit`, `ml`, `minute`). `per` is what it is
 * for: 40 mg per 1 ml of a strength, 5 mg per 1 kg. A number without a unit has the unit "".
 */
export type Amount = Span & {
  readonly value: number;
  readonly unit: string;
  readonly kind: string;
  readonly per?: { readonly value: number; readonly unit: string; readonly kind: string; readonly said: boolean };
};

const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const number =
  /(?<![\p{L}\d.:/]|\p{L}-)(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?![\d:])|(?<=\bx ?)\d+(?![\d.:])|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|an?)\b/giu;
const clock =
  /(?<![\d:])(\d{1,2}):?(\d{2})\s*([ap]m)?\s*(?:-|–|to|until|through)\s*(\d{1,2}):?(\d{2})(?![\d:])\s*([ap]m)?/gi;
const ratio = /(?<![\d.:])1:(\d{1,2},?000|100)(?!\d)/g;
const over = /^\s*(?:\/|per\b|in\b|-?\s*over\b)\s*/i;
/** Behind these a number of minutes belongs to the one of hours before it ("2 hours 15 minutes"). */
const joined = /^,?\s*(?:and\s*)?$/;

const numberIn = (text: string) =>
  /^an?$/i.test(text) ? 1 : /^[a-z]/i.test(text) ? words.indexOf(text.toLowerCase()) : Number(text.replace(/,/g, ""));

export type Units = Pick<Knowledge, "units" | "unitNamed">;
/** The unit that rules count in and how many of it one is; null for a unit that is not known. */
export function unitOf(name: string, { units, unitNamed }: Units): Omit<Amount, keyof Span | "per"> | null {
  const position = unitNamed.get(name.toLowerCase());
  if (position === undefined) return null;
  const { of, factor, kind } = units[position];
  return { unit: of, value: factor, kind };
}

/** All amounts of a stretch of text, in order; offsets count from the beginning of the text. */
export function amountsOf(text: string, from: number, to: number, known: Units): Amount[] {
  const part = text.slice(from, to);
  const found: Amount[] = [];
  const push = (amount: Amount) => {
    const last = found.at(-1);
    if (last?.unit === amount.unit && amount.kind === "time" && last.value >= 60 && amount.value < 60)
      if (joined.test(text.slice(last.end, amount.start)))
        found[found.length - 1] = { ...last, end: amount.end, value: last.value + amount.value };
    if (found.at(-1)?.end !== amount.end) found.push(amount);
  };
  let done = 0;
  const clocks = [...part.matchAll(clock)].flatMap((m) => clockSpan(m, from) ?? []);
  for (const m of part.matchAll(number)) {
    if (m.index < done) continue;
    const start = from + m.index;
    const bare = start + m[0].length;
    if (clocks.some((c) => c.start <= start && start < c.end)) continue;
    const said = unitAt(text, bare, known.unitNamed);
    const word = /^[a-z]/i.test(m[0]);
    const unit = said && said.end <= to ? known.units[said.unit] : null;
    if (word && /^an?$/i.test(m[0]) && unit?.kind !== "time") continue;
    const value = numberIn(m[0]);
    if (!unit || !said) {
      found.push({ start, end: bare, value, unit: "", kind: "" });
      continue;
    }
    const whole = splitRatio(unit.id, known);
    if (whole) {
      push({ start, end: said.end, value: value * whole.value, unit: whole.unit, kind: whole.kind, per: whole.per });
      done = said.end - from;
      continue;
    }
    const per = perAt(text, said.end, to, known);
    push({
      start,
      end: per?.end ?? said.end,
      value: value * unit.factor,
      unit: unit.of,
      kind: unit.kind,
      ...(per ? { per: per.per } : {}),
    });
    done = (per?.end ?? said.end) - from;
  }
  for (const m of part.matchAll(ratio)) {
    const start = from + m.index;
    // One gram in so many millilitres.
    const value = 1000 / Number(m[1].replace(",", ""));
    const per = { value: 1, unit: "ml", kind: "volume", said: false };
    found.push({ start, end: start + m[0].length, value, unit: "mg", kind: "mass", per });
  }
  return [...found, ...clocks].sort((a, b) => a.start - b.start);
}

/** "mg/ml", "units/kg": the two units of a name that joins them; null when one of them is no amount. */
function splitRatio(id: string, known: Units): Omit<Amount, keyof Span> | null {
  const m = /^([^/]+)\/(\d*)\s*([^/\d]+)$/.exec(id);
  const above = m && unitOf(m[1], known);
  const below = m && unitOf(m[3], known);
  // A share of a litre is a concentration in blood.
  if (!m || !above || !below || above.kind === "" || m[3] === "l" || m[3] === "day") return null;
  const count = m[2] === "" ? 1 : Number(m[2]);
  return {
    ...above,
    per: { value: count * below.value, unit: below.unit, kind: below.kind, said: m[2] !== "" },
  };
}

function perAt(text: string, at: number, to: number, known: Units) {
  const m = over.exec(text.slice(at, to));
  if (!m || m[0].includes("over")) return null;
  let end = at + m[0].length;
  const count = /^(?:\d+(?:\.\d+)?|\.\d+)/.exec(text.slice(end, to));
  if (count) end += count[0].length;
  const said = unitAt(text, end, known.unitNamed);
  if (!said || said.end > to || (!count && /in/i.test(m[0]))) return null;
  const unit = known.units[said.unit];
  const per = {
    value: (count ? Number(count[0]) : 1) * unit.factor,
    unit: unit.of,
    kind: unit.kind,
    said: count !== null,
  };
  return { end: said.end, per };
}

function clockSpan(m: RegExpExecArray, from: number): Amount | null {
  const [, h1, m1, half1, h2, m2, half2] = m;
  const colon = /:/.test(m[0]) || (h1.length === 2 && h2.length === 2);
  const at = (h: string, min: string, half: string | undefined) =>
    ((half ? Number(h) % 12 : Number(h)) + (half && /p/i.test(half) ? 12 : 0)) * 60 + Number(min);
  const start = at(h1, m1, half1 ?? (Number(h1) <= Number(h2) ? half2 : undefined));
  let end = at(h2, m2, half2);
  if (end < start) end += Number(h1) <= 12 && !half1 && !half2 ? 12 * 60 : 24 * 60;
  if (!colon || Number(m1) > 59 || Number(m2) > 59 || Number(h1) > 24 || Number(h2) > 24 || end <= start) return null;
  return {
    start: from + m.index,
    end: from + m.index + m[0].trimEnd().length,
    value: end - start,
    unit: "minute",
    kind: "time",
  };
}
