/** Words of a page with the place of their baseline, in points from the page's lower left corner. */
export type Item = {
  readonly words: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};
/** Words of a page, and how wide it is, in points. */
export type PageItems = { readonly width: number; readonly items: readonly Item[] };
/** A printed line: whether more room than between other lines stands above it, and whether the line above goes on in it. */
export type PrintedLine = { readonly text: string; readonly apart: boolean; readonly goesOn: boolean };
type Row = { y: number; height: number; items: Item[] };

/** Baselines nearer than this share of the letters' height are one line. */
const SAME_LINE = 0.4;
/** Gaps, in shares of the letters' height: a space between words, and a column's edge. */
const SPACE = 0.15;
const COLUMN = 1.5;
/** Lines further apart than this many of the page's usual steps have a blank line between. */
const APART = 1.45;

/** Lines that end further left than this share of the page were ended by hand. */
const FULL = 0.6;
const endsClause = /[.:;?!]$/;
const mark = /^(?:[•●▪◦·>‣–—*-]|\(?\d{1,2}[.)]|#|\[[ x]\])/;

/** The lines of a page from top to bottom, by place: forms print their labels and what was filled in at different times. */
export function layout({ items, width: pageWidth }: PageItems): PrintedLine[] {
  const rows = rowsOf(items.filter((i) => i.words.trim() !== ""));
  const steps = rows.slice(1).map((row, i) => rows[i].y - row.y);
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 5)] ?? 0;
  const texts = rows.map((row) => textOf(row.items));
  const ends = rows.map((row) => row.items.reduce((end, i) => Math.max(end, i.x + i.width), 0));
  const edge = ends.reduce((a, b) => Math.max(a, b), 0);
  return rows.map((row, i) => {
    const apart = i > 0 && usual > 0 && steps[i - 1] > usual * APART;
    const before = texts[i - 1];
    const goesOn =
      before !== undefined &&
      !apart &&
      edge > FULL * pageWidth &&
      ends[i - 1] + widthOfFirst(row, texts[i]) > edge &&
      !endsClause.test(before) &&
      !mark.test(texts[i]) &&
      !before.includes("  ") &&
      !texts[i].includes("  ");
    return { text: texts[i], apart, goesOn };
  });
}

/** About how wide the first word of a line is with a space before it: a line ends where the next word found no room. */
function widthOfFirst({ items }: Row, text: string): number {
  const width = items.reduce((sum, i) => sum + i.width, 0);
  const letters = items.reduce((sum, i) => sum + i.words.length, 0);
  return ((text.split(" ", 1)[0].length + 1) * width) / letters;
}

function rowsOf(items: readonly Item[]): Row[] {
  const rows: Row[] = [];
  for (const item of [...items].sort((a, b) => b.y - a.y || a.x - b.x)) {
    const row = rows.at(-1);
    if (row && row.y - item.y <= SAME_LINE * Math.max(row.height, item.height)) {
      row.items.push(item);
      // The larger letters say where the line stands: a raised figure does not.
      if (item.height > row.height) Object.assign(row, { y: item.y, height: item.height });
    } else rows.push({ y: item.y, height: item.height, items: [item] });
  }
  return rows;
}

function textOf(items: readonly Item[]): string {
  const ordered = [...items].sort((a, b) => a.x - b.x);
  let text = "";
  let end = Number.NEGATIVE_INFINITY;
  for (const { words, x, width, height } of ordered) {
    const gap = x - end;
    if (text !== "" && gap > COLUMN * height) text = `${text.trimEnd()}  `;
    else if (text !== "" && gap > SPACE * height && !/\s$/.test(text) && !/^\s/.test(words)) text += " ";
    text += words;
    end = Math.max(end, x + width);
  }
  return text.trim();
}

/** Most lines at the top and at the bottom of pages that may be printed on each. */
const MARGIN = 3;

/** Without the lines at the top and the bottom that each page prints again, but for numbers; the first page keeps its own. */
export function withoutRepeats(pages: readonly (readonly PrintedLine[])[]): PrintedLine[][] {
  const filled = pages.filter((p) => p.length > 0);
  const same = (a: PrintedLine | undefined, b: PrintedLine | undefined) =>
    a !== undefined && b !== undefined && a.text.replace(/\d+/g, "#") === b.text.replace(/\d+/g, "#");
  const everywhere = (at: number) => filled.length > 1 && filled.every((p) => same(p.at(at), filled[0].at(at)));
  let top = 0;
  while (top < MARGIN && everywhere(top)) top++;
  let bottom = 0;
  while (bottom < MARGIN && everywhere(-1 - bottom)) bottom++;
  return pages.map((p) => (p === filled[0] ? [...p] : p.slice(top, Math.max(top, p.length - bottom))));
}
