import { round } from "../../pipeline/probability.js";
import { isHeldOut } from "../ranker/notes.js";
import { type Correction, correct, fitBest, lossOf, type Row } from "./fit.js";

/** How good probabilities are on decided codes. Loss in nats a code; precision and recall at the cut. */
export type Figures = {
  readonly logLoss: number;
  readonly calibrationError: number;
  readonly precision: number;
  readonly recall: number;
};
export type Counts = {
  readonly encounters: number;
  readonly decided: number;
  readonly accepted: number;
  readonly heldOut: number;
};
export type Learnt = {
  readonly correction: Correction;
  readonly penalty: number;
  readonly counts: Counts;
  readonly before: Figures;
  readonly after: Figures;
  /** How much less a held-out code loses, and the standard error of that over encounters. */
  readonly gain: { readonly logLoss: number; readonly error: number };
  /** Whether the gain is more than `MARGIN` and more than its own standard error. */
  readonly better: boolean;
};

/** Fewest decided codes to learn from, and fewest of them held out. */
export const FEWEST_DECIDED = 200;
export const FEWEST_HELD_OUT = 40;
/** Least gain in held-out log-loss, nats a code, for which a site should change its ranking. */
export const MARGIN = 0.005;
const BINS = 10;

/** What keeps rows from being learnt from, with its remedy; undefined when they suffice. */
export function lacking(rows: readonly Row[]): { code: string; message: string } | undefined {
  const held = rows.filter((r) => isHeldOut(r.encounter)).length;
  if (rows.length < FEWEST_DECIDED || held < FEWEST_HELD_OUT)
    return {
      code: "decisions.too-few",
      message: `${rows.length} decided codes can be learnt from, ${held} of them in held-out encounters. Expected at least ${FEWEST_DECIDED} and ${FEWEST_HELD_OUT}: collect more decisions and learn again.`,
    };
  const accepted = rows.filter((r) => r.accepted).length;
  if (accepted === 0 || accepted === rows.length)
    return {
      code: "decisions.one-sided",
      message: `All ${rows.length} decided codes are ${accepted === 0 ? "rejected" : "accepted"}. Expected both: give accepted and rejected codes of the same encounters.`,
    };
  return undefined;
}

/** Fits three quarters of the encounters and measures on the rest, which no number was chosen on. */
export function learn(rows: readonly Row[], cut: number): Learnt {
  const held = rows.filter((r) => isHeldOut(r.encounter));
  const { correction, penalty } = fitBest(rows.filter((r) => !isHeldOut(r.encounter)));
  const gain = gainOf(held, correction);
  return {
    correction,
    penalty,
    counts: {
      encounters: new Set(rows.map((r) => r.encounter)).size,
      decided: rows.length,
      accepted: rows.filter((r) => r.accepted).length,
      heldOut: held.length,
    },
    before: figuresOf(held, undefined, cut),
    after: figuresOf(held, correction, cut),
    gain,
    better: gain.logLoss > MARGIN && gain.logLoss > gain.error,
  };
}

/** Figures of the shipped estimates, or of the corrected ones. */
export function figuresOf(rows: readonly Row[], correction: Correction | undefined, cut: number): Figures {
  const bins = Array.from({ length: BINS }, () => ({ said: 0, right: 0 }));
  let loss = 0;
  let right = 0;
  let proposed = 0;
  let accepted = 0;
  for (const row of rows) {
    const p = correction ? correct(correction, row) : row.estimate;
    loss += lossOf(p, row.accepted);
    const bin = bins[Math.min(BINS - 1, Math.floor(p * BINS))];
    bin.said += p;
    if (row.accepted) {
      bin.right++;
      accepted++;
    }
    if (p >= cut) {
      proposed++;
      if (row.accepted) right++;
    }
  }
  const ratio = (a: number, b: number) => round(b === 0 ? 0 : a / b);
  return {
    logLoss: ratio(loss, rows.length),
    calibrationError: ratio(
      bins.reduce((sum, b) => sum + Math.abs(b.said - b.right), 0),
      rows.length,
    ),
    precision: ratio(right, proposed),
    recall: ratio(right, accepted),
  };
}

/** Mean gain of a correction over the shipped estimates; the error counts encounters, whose codes hang together. */
function gainOf(rows: readonly Row[], correction: Correction): Learnt["gain"] {
  const byEncounter = new Map<string, { sum: number; n: number }>();
  let total = 0;
  for (const row of rows) {
    const gain = lossOf(row.estimate, row.accepted) - lossOf(correct(correction, row), row.accepted);
    const group = byEncounter.get(row.encounter) ?? { sum: 0, n: 0 };
    byEncounter.set(row.encounter, { sum: group.sum + gain, n: group.n + 1 });
    total += gain;
  }
  const mean = total / rows.length;
  let squares = 0;
  for (const { sum, n } of byEncounter.values()) squares += (sum - n * mean) ** 2;
  return { logLoss: round(mean), error: round(Math.sqrt(squares) / rows.length) };
}
