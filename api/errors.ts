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
