import v8 from "node:v8";

/**
 * Lets the heap grow by half of what is live before it is collected, where V8 would let it grow several times over. A note
 * leaves much garbage and little behind, so memory stays flat over an archive at no cost in time that could be measured.
 */
export function boundMemory(): void {
  v8.setFlagsFromString("--heap-growing-percent=50");
}
