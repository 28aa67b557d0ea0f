import type { Knowledge } from "./knowledge.js";

/** Scores are rounded here, since sums of floats may differ in the last digit between processors. */
export const round = (x: number) => Math.round(x * 1e4) / 1e4;

export function probability(parts: Readonly<Record<string, number>>, knowledge: Knowledge): number {
  const { weights, bias } = knowledge.ranking;
  let sum = bias;
  for (const [name, value] of Object.entries(parts)) sum += (weights[name] ?? 0) * value;
  return round(1 / (1 + Math.exp(-sum)));
}
