import { FEATURES } from "./features.js";

/** What each feature is worth. */
const worth: Readonly<Record<(typeof FEATURES)[number], number>> = {
  cover: 2,
  coverInContext: 3,
  coverHead: 0.5,
  entryFit: 2,
  leafFit: 1,
  exact: 1,
  named: 0.5,
  namedShare: 0.5,
  namedFirst: 1,
  unspecified: 0.2,
  other: -0.2,
  elsewhere: -0.5,
  residue: 0.3,
  contradicted: -2,
  denies: -0.3,
  dice: 1,
  status: -0.1,
  cause: -0.3,
  obstetric: -0.2,
  perinatal: -0.2,
  congenital: 0,
  neoplasm: -0.1,
  injury: -0.1,
  sided: -0.2,
  depth: 0,
};
export const WEIGHTS: readonly number[] = FEATURES.map((name) => worth[name]);
