import type { Code } from "./types.js";

/** A code near a text in meaning. `near` is 1 for the same direction, 0 for none in common. */
export type Near = { readonly position: number; readonly near: number };

/** What the ranker looks at of one candidate: the named parts of its score, and its code. */
export type Judged = { readonly parts: Readonly<Record<string, number>>; readonly code: Code };

/**
 * What trained models bring, loaded outside and handed in. Everything works without any of them; what they say goes into
 * facts that name them.
 */
export type Models = {
  /** Version of each model by its name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The `most` codes nearest in meaning to each text, best first. */
  readonly nearest?: (texts: readonly string[], most: number) => Promise<readonly (readonly Near[])[]>;
  /** How well each candidate of one search answers it, by its features; higher is better. */
  readonly fits?: (features: readonly (readonly number[])[]) => Promise<readonly number[]>;
  /** How probable it is that a coder reports each candidate of one encounter. */
  readonly reports?: (candidates: readonly Judged[]) => Promise<readonly number[]>;
};
export const noModels: Models = { versions: {} };
