import type { Span } from "../types.js";
import type { Line } from "./lines.js";

/** A problem of assessment and plan: its heading and the block that stands under it. */
export type Problem = { readonly place: Span; readonly heading: Span };

const LONGEST_HEADING = 110;
const label = /^[A-Z][A-Za-z /&]{2,40}:/;

/**
 * Problems of an assessment: numbered lines, lines behind a blank line, and bullets that stand under no other heading.
 * The heading is the line's first sentence.
 */
export function problemsOf(text: string, lines: readonly Line[], from: number, to: number): Problem[] {
  const starts: { start: number; heading: Span; mark: Line["mark"] }[] = [];
  for (const line of lines) {
    const begin = Math.max(from, line.bodyStart);
    const end = Math.min(to, line.end);
    if (begin >= end) continue;
    const body = text.slice(begin, end);
    const current = starts.at(-1);
    const opens =
      line.mark === "number" ||
      !current ||
      (line.mark === "none" &&
        (line.blankBefore || (current.mark === "number" ? false : current.mark === "none" && body.length < 60))) ||
      (line.mark === "bullet" && current.mark === "bullet");
    if (!opens || (label.test(body) && current && line.mark !== "number")) continue;
    let stop = body.search(/[.:?](?:\s|$)|\s[-–—]{1,2}\s/);
    if (stop < 0) stop = body.length;
    if (stop > LONGEST_HEADING) stop = Math.max(body.lastIndexOf(",", LONGEST_HEADING), 0) || LONGEST_HEADING;
    starts.push({ start: begin, heading: { start: begin, end: begin + stop }, mark: line.mark });
  }
  return starts.map((s, i) => ({
    place: { start: s.start, end: i + 1 < starts.length ? starts[i + 1].start : to },
    heading: s.heading,
  }));
}
