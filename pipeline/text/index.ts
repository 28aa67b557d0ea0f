export { isDay, isoDay, isoMonth, moved, weekday } from "./calendar.js";
export { type Dated, dateIn, spelledNumber } from "./dates.js";
export { headingKey } from "./heading-key.js";
export { editDistance, Form, type NearIndex, nearIndex, nearTo } from "./near.js";
export { type Figure, figureAt, type UnitNames, unitAt, unitKey } from "./numbers.js";
export { type Offsets, type OffsetUnit, offsetsOf } from "./offsets.js";
export { firstHitFrom, type Hit, hitsWithin, type Reading, read } from "./reading.js";
export { stemOf } from "./stem.js";
export { normalise, TokenKind, type Tokens, tokenise } from "./tokens.js";
