/** Largest file, in bytes: a note with its pictures fits. */
export const LARGEST_FILE = 32 * 1024 * 1024;
/** Deepest nesting of elements or groups; what programs write stays far below. */
export const DEEPEST = 400;
/** Most pages of a PDF. */
export const MOST_PAGES = 300;
/** How long a PDF may take, in milliseconds: its reader runs programs that the file brings, in effect. */
export const LONGEST_READING = 20_000;
/** Largest piece of memory that the reader of a PDF may ask for at once, in bytes: ends streams that unpack without end. */
export const LARGEST_PIECE = 64 * 1024 * 1024;
/** Memory for the reader of a PDF beside such pieces, in megabytes. */
export const READING_MEMORY = 512;
