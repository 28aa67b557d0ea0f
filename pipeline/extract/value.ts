import type { Knowledge } from "../knowledge.js";
import type { Figure, Reading } from "../text/index.js";
import type { MentionKind, Quantity, Span } from "../types.js";

/** A number, date, dose, frequency or route with its place, and the tokens `from` to `to` (exclusive) that it covers. */
export type Value = Span & {
  readonly from: number;
  readonly to: number;
  readonly kind: MentionKind;
  readonly concept: string;
  readonly key: string;
  readonly value?: Quantity;
  readonly date?: string;
  /** Where the number itself begins, behind the name. */
  readonly figure?: number;
  /** Counts only when another measurement stands near. */
  readonly shy?: boolean;
};

export const startsWithDigit = (reading: Reading, i: number): boolean => {
  const u = reading.text.charCodeAt(reading.start[i]);
  return u >= 48 && u <= 57;
};
/** First token at or behind an offset, sought from a token on. */
export function tokenFrom(reading: Reading, i: number, offset: number): number {
  while (i < reading.count && reading.start[i] < offset) i++;
  return i;
}
export const quantity = (figure: Figure, knowledge: Knowledge): Quantity => {
  const unit = figure.unit < 0 ? null : knowledge.units[figure.unit];
  return {
    amount: figure.amount,
    unit: unit ? (unit.factor === 1 ? unit.of : unit.id) : "",
    ...(figure.second === undefined ? {} : { second: figure.second }),
    ...(figure.third === undefined ? {} : { third: figure.third }),
  };
};

/** Whether the number at an offset goes on from something before it ("L4-5", "#12", "1.2.3"). */
export function isInside(text: string, at: number): boolean {
  const before = text[at - 1];
  if (before === undefined || /[\s([<>~=≥≤;,"'*↑↓+]/.test(before)) return false;
  if (before === ":" || before === "/") return !/[A-Za-z)\s]/.test(text[at - 2] ?? " ");
  return !(before === "-" || before === "–") || !/\s/.test(text[at - 2] ?? " ");
}

/** First token behind a run without spaces. */
export function pastRun(reading: Reading, i: number): number {
  i++;
  while (i < reading.count && reading.start[i] === reading.end[i - 1] && !/[,;)\]]/.test(reading.norm[i])) i++;
  return i;
}

/** Shy names count when another measurement begins or ends within this many tokens. */
const COMPANY = 10;
export function inCompany(values: readonly Value[]): Value[] {
  const measured = values.filter((v) => v.kind === "measurement");
  const alone = new Set<Value>();
  measured.forEach((v, i) => {
    if (!v.shy) return;
    const near = (other: Value | undefined) =>
      other !== undefined && other.key !== v.key && Math.max(other.from - v.to, v.from - other.to) <= COMPANY;
    if (!near(measured[i - 1]) && !near(measured[i + 1])) alone.add(v);
  });
  return values.filter((v) => !alone.has(v));
}
