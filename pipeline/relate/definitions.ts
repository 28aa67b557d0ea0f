import type { Reading } from "../text/index.js";
import type { Fact } from "../types.js";

/** Long forms by note and short form. */
export type Defined = Map<string, Fact<"mention">>;
const shortForm = /^(?=.*[A-Z].*[A-Z0-9])[A-Za-z][A-Za-z0-9]{1,8}$/;
const key = (mention: Fact<"mention">, written: string) =>
  `${mention.body.place.note}|${mention.body.concept}|${written.replace(/s$/, "")}`;
const written = ({ body: { place } }: Fact<"mention">, reading: Reading) => reading.text.slice(place.start, place.end);

/** Remembers two mentions of one thing when the second stands in brackets behind the first and one is a short form. */
export function rememberDefinition(a: Fact<"mention">, b: Fact<"mention">, reading: Reading, defined: Defined): void {
  if (a.body.concept !== b.body.concept || b.body.place.start - a.body.place.end > 3) return;
  if (reading.text.slice(a.body.place.end, b.body.place.start).trim() !== "(" || reading.text[b.body.place.end] !== ")")
    return;
  const [short, long] = shortForm.test(written(b, reading)) ? [b, a] : [a, b];
  const form = written(short, reading);
  if (shortForm.test(form) && !defined.has(key(short, form))) defined.set(key(short, form), long);
}

/** The mention in full that explains a short one, or undefined. */
export function definitionOf(
  mention: Fact<"mention">,
  reading: Reading,
  defined: Defined,
): Fact<"mention"> | undefined {
  const { start, end } = mention.body.place;
  return end - start > 9 ? undefined : defined.get(key(mention, written(mention, reading)));
}
