/** An error a person can act on: what is wrong, where, what was expected, what to do. Never holds words of a note. */
export class InputError extends Error {
  override name = "InputError";
  constructor(
    /** Stable, dotted, for programs. */
    readonly code: string,
    message: string,
    /** A JSON pointer, a line number or a file name. */
    readonly at?: string,
  ) {
    super(message);
  }
}

/** A request that is well formed and still refused: not signed in, not allowed, not there, or in the way of another's work. */
export class Refusal extends Error {
  override name = "Refusal";
  constructor(
    /** HTTP status, 4xx. */
    readonly status: number,
    /** Stable, dotted, for programs. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What a name of ours looks like, or the number of a place in a list. */
const OURS = /^(?:[a-z][A-Za-z0-9_-]{0,39}|\d{1,9})$/;

/**
 * A part of a place in a request that may be told again: the sender's own names of fields may be names of people, so that
 * only what looks like one of ours is repeated.
 */
export const placePart = (name: string): string => (OURS.test(name) ? name : "?");
