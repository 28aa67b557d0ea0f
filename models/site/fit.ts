import { createHash } from "node:crypto";
import { round } from "../../pipeline/probability.js";

/** One code that a coder decided: what the shipped ranker saw and said of its best candidate, and what the coder said. */
export type Row = {
  readonly encounter: string;
  readonly parts: Readonly<Record<string, number>>;
  /** The shipped ranker's probability, 0 to 1. */
  readonly estimate: number;
  readonly accepted: boolean;
};

/** What a site adds to the shipped ranker: logit = slope x shipped logit + shift + the sum of weight x part. */
export type Correction = {
  readonly slope: number;
  readonly shift: number;
  readonly weights: Readonly<Record<string, number>>;
  /** The least probable code that was learnt from: one below it is never raised, since nobody looked at its like. */
  readonly lowest: number;
};

/** How hard part weights are drawn towards 0; slope and shift are drawn far less. */
export const PENALTIES = [1, 3, 10, 30, 100, 300, 1000] as const;
const PENALTY_OF_LINE = 1;
const FOLDS = 4;
/** A part that fewer rows hold is left alone: its weight would be the taste of one note. */
const FEWEST_ROWS = 10;
const MOST_STEPS = 50;
const SMALLEST_STEP = 1e-9;
const EDGE = 1e-4;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (p: number) => {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, p));
  return Math.log(inside / (1 - inside));
};

/** The probability of a code at this site, rounded as the ranker's is. */
export function correct({ slope, shift, weights, lowest }: Correction, row: Pick<Row, "parts" | "estimate">): number {
  let sum = slope * logit(row.estimate) + shift;
  for (const [name, weight] of Object.entries(weights)) sum += weight * (row.parts[name] ?? 0);
  const p = round(sigmoid(sum));
  return row.estimate < lowest ? Math.min(p, row.estimate) : p;
}

/** Minus the logarithm of the probability that was given to what happened; bounded, as probabilities are rounded. */
export function lossOf(probability: number, accepted: boolean): number {
  const p = Math.min(1 - EDGE, Math.max(EDGE, probability));
  return -Math.log(accepted ? p : 1 - p);
}

/** The fit whose penalty does best on inner folds of the rows; the same rows give the same numbers. */
export function fitBest(rows: readonly Row[]): { correction: Correction; penalty: number } {
  let best: { penalty: number; loss: number } | undefined;
  for (const penalty of PENALTIES) {
    let loss = 0;
    for (let fold = 0; fold < FOLDS; fold++) {
      const correction = fitWith(
        rows.filter((r) => foldOf(r.encounter) !== fold),
        penalty,
      );
      for (const r of rows) if (foldOf(r.encounter) === fold) loss += lossOf(correct(correction, r), r.accepted);
    }
    // Of equals the harder penalty: it changes less.
    if (!best || loss <= best.loss) best = { penalty, loss };
  }
  const penalty = best?.penalty ?? PENALTIES[PENALTIES.length - 1];
  return { correction: fitWith(rows, penalty), penalty };
}

/** Inner fold of an encounter: another hash than the one that holds out, so that folds are even. */
const foldOf = (encounter: string) => createHash("sha256").update(encounter).digest()[0] % FOLDS;

/** Logistic regression with the shipped logit as offset, penalised towards "no change", by Newton's method. */
export function fitWith(rows: readonly Row[], penalty: number): Correction {
  const names = partsOf(rows);
  const width = names.length + 2;
  const offsets = rows.map((r) => logit(r.estimate));
  const inputs = rows.map((r, i) => [1, offsets[i], ...names.map((name) => r.parts[name] ?? 0)]);
  const penalties = Array.from({ length: width }, (_, j) => (j < 2 ? PENALTY_OF_LINE : penalty));
  const cost = (theta: readonly number[]) => {
    let sum = 0;
    for (const [i, x] of inputs.entries()) {
      const z = offsets[i] + dot(theta, x);
      sum += Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - (rows[i].accepted ? z : 0);
    }
    for (let j = 0; j < width; j++) sum += (penalties[j] * theta[j] * theta[j]) / 2;
    return sum;
  };
  let theta: number[] = new Array(width).fill(0);
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = theta.map((t, j) => penalties[j] * t);
    const curvature = penalties.map((p, j) => penalties.map((_, k) => (j === k ? p : 0)));
    for (const [i, x] of inputs.entries()) {
      const p = sigmoid(offsets[i] + dot(theta, x));
      const error = p - (rows[i].accepted ? 1 : 0);
      const weight = p * (1 - p);
      for (let j = 0; j < width; j++) {
        if (x[j] === 0) continue;
        gradient[j] += error * x[j];
        for (let k = 0; k <= j; k++) curvature[j][k] += weight * x[j] * x[k];
      }
    }
    const move = solve(curvature, gradient);
    const before = cost(theta);
    let length = 1;
    let next = theta.map((t, j) => t - move[j]);
    while (cost(next) > before && length > SMALLEST_STEP) {
      length /= 2;
      next = theta.map((t, j) => t - length * move[j]);
    }
    theta = next;
    if (length * Math.max(...move.map(Math.abs)) < SMALLEST_STEP) break;
  }
  const weights: Record<string, number> = {};
  names.forEach((name, j) => {
    const weight = round(theta[j + 2]);
    if (weight !== 0) weights[name] = weight;
  });
  const lowest = rows.reduce((least, r) => Math.min(least, r.estimate), 1);
  return { slope: round(1 + theta[1]), shift: round(theta[0]), weights, lowest };
}

/** Names of parts that enough rows hold, in alphabetical order. */
function partsOf(rows: readonly Row[]): string[] {
  const counts = new Map<string, number>();
  for (const { parts } of rows)
    for (const [name, value] of Object.entries(parts)) if (value !== 0) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .filter(([, n]) => n >= FEWEST_ROWS)
    .map(([name]) => name)
    .sort();
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** x of A x = b for a symmetric positive matrix, of which the lower half is read and overwritten (Cholesky). */
function solve(a: number[][], b: readonly number[]): number[] {
  const n = b.length;
  for (let j = 0; j < n; j++)
    for (let i = j; i < n; i++) {
      let sum = a[i][j];
      for (let k = 0; k < j; k++) sum -= a[i][k] * a[j][k];
      a[i][j] = i === j ? Math.sqrt(sum) : sum / a[j][j];
    }
  const x = [...b];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= a[i][k] * x[k];
    x[i] /= a[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= a[k][i] * x[k];
    x[i] /= a[i][i];
  }
  return x;
}
