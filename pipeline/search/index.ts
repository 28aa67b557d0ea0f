export { completions } from "./complete.js";
export { axisTable, descend, type Leaf, type Support } from "./descend.js";
export { readQuery } from "./query.js";
export { candidates, closest, NEAR_ASKED, search } from "./search.js";
