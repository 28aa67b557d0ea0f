import { FEATURES } from "./features.js";

/**
 * What each feature is worth where there are no models: a softmax over the candidates of held-out queries, fitted by
 * `models/search-ranker/train.py`.
 */
const worth: Readonly<Record<(typeof FEATURES)[number], number>> = {
  cover: 2.4,
  coverInContext: 6.71,
  coverHead: -0.12,
  entryFit: 2.31,
  leafFit: 2.09,
  exact: 2.2,
  named: 0.49,
  namedShare: 0.17,
  namedFirst: 0.41,
  unspecified: -0.56,
  other: -0.11,
  elsewhere: -1.6,
  residue: 0.31,
  contradicted: -1.69,
  denies: -0.66,
  dice: 0.51,
  status: -0.62,
  cause: -3.96,
  injury: -0.84,
  finding: -1.08,
  sided: -0.87,
  depth: -0.37,
  near: 0,
  behindNearest: 0,
};
export const WEIGHTS: readonly number[] = FEATURES.map((name) => worth[name]);
