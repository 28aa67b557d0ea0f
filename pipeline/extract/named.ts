import { type Knowledge, type Measure, PhraseClass } from "../knowledge.js";
import { type Figure, figureAt, type Hit, type Reading, TokenKind } from "../text/index.js";
import type { Quantity } from "../types.js";
import { numericDateAt } from "./dated.js";
import { quantity, startsWithDigit, tokenFrom, type Value } from "./value.js";

/** How many tokens may stand between a measurement's name and its number. */
const BETWEEN = 8;
/** Where the number chooses a code, any words may stand between, though fewer ("BMI by chart 33.6"). */
const ANY = 4;
const signs = new Set([":", "=", "(", ")", "-", "~", "*", "[", "≈", "–", '"', "'s"]);
/** The other numbers of lists that stand for one measurement; the rest of a size in two units. */
const AFTER_FLAG = 12;

const breaks = (reading: Reading, i: number) =>
  i > 0 && /[\r\n]/.test(reading.text.slice(reading.end[i - 1], reading.start[i]));

/** A measurement by its name and the number that follows, when that is a number and a unit such a measurement can have. */
export function measuredBy(
  name: Hit,
  reading: Reading,
  knowledge: Knowledge,
  measures: ReadonlyMap<number, Hit>,
): Value | null {
  const { text, start, norm, count } = reading;
  const { valueWords } = knowledge;
  const measure = knowledge.measures[name.index];
  let bound: Quantity["bound"];
  // "elevated WBC of 15.2"; a single letter before a name is no flag.
  const said = name.from > 0 && norm[name.from - 1].length > 1 ? levelOf(norm[name.from - 1], knowledge) : undefined;
  let flag: Quantity["flag"] = said;
  for (let i = name.to; i < Math.min(count, name.to + BETWEEN); i++) {
    if (breaks(reading, i)) return null;
    if (startsWithDigit(reading, i)) {
      const date = numericDateAt(text, start[i]);
      if (date) {
        i = tokenFrom(reading, i, date.end) - 1;
        continue;
      }
      const figure = figureAt(text, start[i], knowledge.unitNamed, measure.pair === "any");
      const fitted = figure && asMeasured(figure, measure, text, start[i], knowledge);
      if (!fitted) return null;
      const next = tokenFrom(reading, i, fitted.end);
      const printed = flagAfter(next, reading, knowledge, measures);
      const end = printed ? printed.end : fitted.end;
      const shown = printed?.flag ?? flag;
      return {
        start: start[name.from],
        end,
        from: name.from,
        to: tokenFrom(reading, next, end),
        kind: "measurement",
        concept: `${PhraseClass.measure}:${name.index}`,
        key: measure.id,
        figure: start[i],
        value: { ...fitted.value, ...(bound ? { bound } : {}), ...(shown ? { flag: shown } : {}) },
        ...(isShy(name, measure, reading) ? { shy: true } : {}),
      };
    }
    const word = norm[i];
    const level = levelOf(word, knowledge);
    if (level && (word.length > 1 || !/\p{L}/u.test(word))) flag = level;
    else if (word === "<" || word === "≤") bound = "<";
    else if (word === ">" || word === "≥") bound = ">";
    else if (signs.has(word) || reading.kind[i] === TokenKind.passed || valueWords.get("between")?.has(word)) continue;
    else if (measure.ranges.length === 0 || i >= name.to + ANY) return null;
  }
  return null;
}

const isShy = (name: Hit, measure: Measure, reading: Reading) =>
  measure.shy.length > 0 &&
  measure.shy.includes(reading.text.slice(reading.start[name.from], reading.end[name.to - 1]).toLowerCase());

type Fitted = { readonly end: number; readonly value: Quantity };
/** The number as this measurement's, or null when its unit, its form or its size says that it is of something else. */
function asMeasured(figure: Figure, measure: Measure, text: string, at: number, knowledge: Knowledge): Fitted | null {
  let { unit, end, second } = figure;
  if (unit >= 0 && !measure.units.includes(unit)) {
    // "K 3.2 L", "glucose 250 H": a flag, and no unit.
    const said = text.slice(figure.bare, end).trim().toLowerCase();
    if (said.length > 1 || !levelOf(said, knowledge)) return null;
    unit = -1;
    end = figure.bare;
  }
  if (figure.join === "x") return null;
  if (figure.join === "/" && measure.outOf.includes(second ?? -1)) second = undefined;
  else if (measure.pair === "of" ? figure.join !== "/" : figure.join === "/" && measure.pair === null) return null;
  const negative = measure.least < 0 && text[at - 1] === "-" && !/[\dA-Za-z]/.test(text[at - 2] ?? " ");
  const amount = negative ? -figure.amount : figure.amount;
  if (amount < measure.least || amount > measure.most) return null;
  const { unit: said } = quantity({ ...figure, unit }, knowledge);
  const rest = partOf(figure, end, text, knowledge);
  return {
    end: rest?.end ?? end,
    value: { amount, unit: said, ...(rest ? { second: rest.amount } : second === undefined ? {} : { second }) },
  };
}

/** "5 ft 10 in", "9 lb 3 oz": the smaller unit of the same quantity. */
function partOf(
  figure: Figure,
  end: number,
  text: string,
  knowledge: Knowledge,
): { amount: number; end: number } | null {
  const parts = figure.unit < 0 || figure.join !== "" ? [] : knowledge.units[figure.unit].parts;
  if (parts.length === 0) return null;
  let at = end;
  while (at < end + 2 && /[ ,\u00a0]/.test(text[at] ?? "")) at++;
  const next = figureAt(text, at, knowledge.unitNamed);
  return next && next.join === "" && next.unit >= 0 && parts.includes(knowledge.units[next.unit].id)
    ? { amount: next.amount, end: next.end }
    : null;
}

function levelOf(word: string, knowledge: Knowledge): Quantity["flag"] {
  for (const level of ["high", "low", "abnormal"] as const)
    if (knowledge.valueWords.get(level)?.has(word)) return level;
  return undefined;
}

/** The flag that the note prints behind the number, over a range of normal values in brackets. */
function flagAfter(
  from: number,
  reading: Reading,
  knowledge: Knowledge,
  measures: ReadonlyMap<number, Hit>,
): { flag: NonNullable<Quantity["flag"]>; end: number } | null {
  const { norm, count, text, start, end } = reading;
  let depth = 0;
  for (let i = from; i < Math.min(count, from + AFTER_FLAG); i++) {
    if (breaks(reading, i)) return null;
    const word = norm[i];
    const level = levelOf(word, knowledge);
    if (level) {
      const letter = word.length <= 2 && /[a-z]/.test(word);
      const closes =
        i + 1 >= count ||
        breaks(reading, i + 1) ||
        measures.has(i + 1) ||
        (reading.kind[i + 1] === TokenKind.punctuation && norm[i + 1] !== "&" && norm[i + 1] !== "/");
      const upper = text.slice(start[i], end[i]) === word.toUpperCase();
      if (!letter || (closes && upper)) {
        const bracket = depth > 0 && norm[i + 1] === ")" ? i + 1 : i;
        return { flag: level, end: end[bracket] };
      }
      return null;
    }
    if (word === "(" || word === "[") depth++;
    else if (word === ")" || word === "]") depth--;
    else if (depth === 0) return null;
  }
  return null;
}
