export { axisTable, descend, type Leaf, type Support } from "./descend.js";
export { closest, search } from "./search.js";
