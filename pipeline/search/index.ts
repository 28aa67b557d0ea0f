export { axisTable, descend, type Leaf, type Support } from "./descend.js";
export { byWords, search } from "./search.js";
