import { createRequire } from "node:module";

// By subpath: the package's root reads .env, prints, and loads database drivers.
const require = createRequire(import.meta.url);
const porter = require("natural/lib/natural/stemmers/porter_stemmer.js") as { stem(word: string): string };

const plainWord = /^[a-z]+$/;

/**
 * The stem by which words of notes, titles and rules meet. Short words and those with digits stay as they are:
 * stemming would make "his" and "hi", or "as" and "a", one.
 * @param word already normalised
 */
export function stemOf(word: string): string {
  // The stemmer would make an inflammation and its organ one ("sigmoiditis", "sigmoid").
  if (word.length <= 3 || word.endsWith("itis") || !plainWord.test(word)) return word;
  return porter.stem(word);
}
