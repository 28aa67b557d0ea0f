import { FEATURES } from "./features.js";

/** What each feature is worth. */
const worth: Readonly<Record<(typeof FEATURES)[number], number>> = {
  cover: 0.36,
  coverInContext: 2.84,
  coverHead: -0.04,
  entryFit: 1.11,
  leafFit: 0.65,
  exact: 0.54,
  named: 0.09,
  namedShare: 0.25,
  namedFirst: -0.4,
  unspecified: -0.22,
  other: -0.01,
  elsewhere: -0.63,
  residue: 0.07,
  contradicted: -0.38,
  denies: -0.15,
  dice: 0.73,
  status: -0.31,
  cause: -0.61,
  obstetric: 0,
  perinatal: -0.01,
  congenital: 0.17,
  neoplasm: -0.06,
  injury: -0.27,
  sided: 0,
  depth: -0.06,
};
export const WEIGHTS: readonly number[] = FEATURES.map((name) => worth[name]);
