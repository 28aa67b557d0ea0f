import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { InputError } from "../errors.js";

/**
 * One line out for each line in, in order. A line that cannot be used gives `{id, error: {code, message}}`, and the next is read.
 * Blank lines are passed over.
 */
export async function eachLine(
  input: Readable,
  output: Writable,
  answer: (value: unknown) => object | Promise<object>,
): Promise<void> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === "") continue;
    let id: unknown = null;
    let out: object;
    try {
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        throw new InputError("line.not-json", `Line ${number} is not JSON. Give one object a line.`);
      }
      id = (value as { id?: unknown } | null)?.id ?? null;
      out = await answer(value);
    } catch (error) {
      out = { id: typeof id === "string" || typeof id === "number" ? id : null, error: describe(error) };
    }
    if (!output.write(`${JSON.stringify(out)}\n`))
      await new Promise<void>((resolve) => output.once("drain", () => resolve()));
  }
}

/** An error without words of the note: unexpected ones give their name alone. */
export function describe(error: unknown): { code: string; message: string; at?: string } {
  if (error instanceof InputError)
    return { code: error.code, message: error.message, ...(error.at === undefined ? {} : { at: error.at }) };
  return {
    code: "engine.failed",
    message: `The engine failed on this note (${error instanceof Error ? error.name : "unknown"}). Please report it with the version; the note itself is not needed.`,
  };
}
