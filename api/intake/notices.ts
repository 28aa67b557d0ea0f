import { LONGEST_NOTE, type Warning } from "../encounter.js";
import { InputError } from "../errors.js";

/** Struck-out words are withdrawn by their author: read, they would propose codes for what the note no longer says. */
export const STRUCK: Warning = {
  code: "note.struck-out",
  message: "The note holds struck-out words; they were left out.",
};

export const tooLong = () =>
  new InputError(
    "note.too-long",
    `The file holds more than ${LONGEST_NOTE} characters of text. Split it into the documents that it was made of.`,
  );
