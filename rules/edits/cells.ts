const QUOTE = '"';

/**
 * Rows of a table in text, blank ones left out: separated by tabs where a row holds one, else by commas with quoted
 * cells. A quoted cell may hold line ends (the notice and headings of CMS files do). Line numbers count from 1.
 */
export function* cellsOf(text: string): Generator<{ readonly cells: readonly string[]; readonly line: number }> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const began = line;
    let end = endOfLine(text, at);
    // A line with an odd number of quotes goes on in the next.
    while (end < text.length && odd(text, at, end)) {
      end = endOfLine(text, end + 1);
      line++;
    }
    line++;
    const row = text.slice(at, end).replace(/\r$/, "");
    at = end + 1;
    if (row.trim() === "") continue;
    yield { cells: row.includes("\t") ? row.split("\t").map(bare) : commas(row), line: began };
  }
}

function endOfLine(text: string, from: number): number {
  const found = text.indexOf("\n", from);
  return found < 0 ? text.length : found;
}

function odd(text: string, from: number, to: number): boolean {
  let count = 0;
  for (let i = text.indexOf(QUOTE, from); i >= 0 && i < to; i = text.indexOf(QUOTE, i + 1)) count++;
  return count % 2 === 1;
}

function bare(cell: string): string {
  const trimmed = cell.trim();
  return trimmed.length > 1 && trimmed.startsWith(QUOTE) && trimmed.endsWith(QUOTE)
    ? trimmed.slice(1, -1).replaceAll('""', QUOTE).trim()
    : trimmed;
}

function commas(row: string): string[] {
  const cells: string[] = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i <= row.length; i++) {
    if (row[i] === QUOTE) quoted = !quoted;
    else if (i === row.length || (row[i] === "," && !quoted)) {
      cells.push(bare(row.slice(from, i)));
      from = i + 1;
    }
  }
  return cells;
}
