export { headingKey } from "./heading-key.js";
export { Form, type NearIndex, nearIndex, nearTo } from "./near.js";
export { type Offsets, type OffsetUnit, offsetsOf } from "./offsets.js";
export { firstHitFrom, type Hit, hitsWithin, type Reading, read } from "./reading.js";
export { stemOf } from "./stem.js";
export { normalise, TokenKind, type Tokens, tokenise } from "./tokens.js";
