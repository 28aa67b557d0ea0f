import type { Span } from "../../../pipeline/types.js";

/** A stretch of the text under the same spans from end to end. */
export type Piece<T> = Span & { readonly over: readonly T[] };

/**
 * Cuts a text at the boundaries of spans that may nest and overlap.
 * @param at further offsets where a piece must begin
 * @returns pieces that cover the text from 0 to `length` once, in order
 */
export function cut<T extends Span>(length: number, spans: readonly T[], at: readonly number[] = []): Piece<T>[] {
  const inside = (offset: number) => offset > 0 && offset < length;
  const edges = new Set<number>([0, length, ...at.filter(inside)]);
  const opening = new Map<number, T[]>();
  for (const span of spans) {
    if (span.end <= span.start) continue;
    for (const edge of [span.start, span.end]) if (inside(edge)) edges.add(edge);
    const list = opening.get(span.start);
    if (list) list.push(span);
    else opening.set(span.start, [span]);
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const pieces: Piece<T>[] = [];
  let over: readonly T[] = [];
  for (let i = 0; i + 1 < sorted.length; i++) {
    const start = sorted[i];
    over = [...over.filter((span) => span.end > start), ...(opening.get(start) ?? [])];
    pieces.push({ start, end: sorted[i + 1], over });
  }
  return pieces;
}
