import { Parser } from "htmlparser2";
import { LONGEST_NOTE, type Warning } from "../encounter.js";
import { InputError } from "../errors.js";
import { DEEPEST } from "./limits.js";
import { Lines } from "./lines.js";
import { STRUCK, tooLong } from "./notices.js";

/** What is no part of the words on the page. */
const silent = words("title script style template noscript iframe object svg math canvas audio video map datalist");
const struck = words("del s strike");
/** Elements that stand on lines of their own, without and with a blank line around them. */
const blocks = words(
  "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form header html legend li main nav ol section summary table tbody tfoot thead tr ul caption",
);
const spaced = words("p h1 h2 h3 h4 h5 h6 hr pre");
/** Deeper lists are indented no further. */
const MOST_INDENTS = 4;
/** Elements without an end. */
const empty = words("area base br col embed hr img input link meta param source track wbr");

type Row = { cells: number; broken: boolean };
type Open = {
  readonly name: string;
  readonly quiet: boolean;
  readonly pre: boolean;
  readonly row?: Row;
  readonly list?: { next: number } | null;
};

/**
 * The words of an HTML page as they are seen: blocks, list items with their bullet or number, and rows of tables each on a line,
 * cells with tabs between, ticks of forms as `[x]` and `[ ]`. Left out: scripts, styles, elements hidden by an attribute or their own style, struck-out words.
 * Style sheets are not read.
 * @throws InputError `html.too-deep` or `note.too-long`
 */
export function readHtml(html: string): { text: string; warnings: Warning[] } {
  const out = new Lines();
  const open: Open[] = [];
  let space = false;
  let crossed = false;
  /** Just behind the mark of an item or the beginning of a cell: a block begins here without a break. */
  let fresh = false;
  const say = (words: string) => {
    if (space && !fresh && !out.atStart) out.write(" ");
    space = false;
    fresh = false;
    out.write(words);
    if (out.length > LONGEST_NOTE) throw tooLong();
  };
  const rowOf = () => open.findLast((o) => o.row || o.name === "table")?.row;
  const listOf = () => open.findLast((o) => o.list !== undefined)?.list;
  const breakBefore = (name: string, inside: Open | undefined) => {
    if (fresh || (!spaced.has(name) && !blocks.has(name))) return;
    space = false;
    const row = name === "tr" || name === "table" ? undefined : rowOf();
    if (row) row.broken = true;
    if (spaced.has(name) && !row && inside?.name !== "li") out.blank();
    else out.end();
  };
  const begin = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === "br") {
      space = false;
      out.next();
    } else if (name === "wbr" || name === "img") return;
    else if (name === "input") {
      say(inputOf(attributes));
      space = true;
    } else if (name === "tr") {
      fresh = false;
      out.end();
    } else if (name === "td" || name === "th") {
      const row = rowOf();
      space = false;
      if (row && row.cells++ > 0) {
        if (row.broken) out.end();
        else out.write("\t");
      }
      if (row) row.broken = false;
      fresh = true;
    } else if (name === "li") {
      const list = listOf();
      const depth = Math.min(MOST_INDENTS, open.filter((o) => o.list !== undefined).length - 1);
      if (list && /^\d{1,4}$/.test(attributes.value ?? "")) list.next = Number(attributes.value);
      say(`${"  ".repeat(Math.max(0, depth))}${list ? `${list.next++}.` : "-"} `);
      fresh = true;
    }
  };
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const parent = open.at(-1);
        const style = styleOf(attributes.style);
        const lineThrough = ["text-decoration", "text-decoration-line"].some((p) =>
          style.get(p)?.includes("line-through"),
        );
        const gone = struck.has(name) || lineThrough;
        const quiet = parent?.quiet === true || silent.has(name) || gone || isHidden(name, attributes, style);
        if (gone && !parent?.quiet) crossed = true;
        if (open.length >= DEEPEST)
          throw new InputError("html.too-deep", `The page nests more than ${DEEPEST} elements. Save it as plain text.`);
        if (!quiet) {
          breakBefore(name, parent);
          begin(name, attributes);
        }
        const pre =
          parent?.pre === true ||
          name === "pre" ||
          name === "textarea" ||
          style.get("white-space")?.startsWith("pre") === true;
        const row = name === "tr" ? { row: { cells: 0, broken: false } } : {};
        const list = name === "ul" ? { list: null } : name === "ol" ? { list: { next: startOf(attributes) } } : {};
        open.push({ name, quiet, pre, ...row, ...list });
      },
      onclosetag(name) {
        const closed = open.pop();
        if (!closed || closed.quiet || empty.has(name)) return;
        const row = rowOf();
        if (name === "td" || name === "th" || name === "li") fresh = false;
        if (name === "td" || name === "th") return;
        // A heading belongs to what stands below it.
        if (spaced.has(name) && !/^h\d$/.test(name) && !row && open.at(-1)?.name !== "li") {
          space = false;
          out.blank();
        } else if (blocks.has(name) || spaced.has(name)) {
          // What ends with the cell that it fills does not end the row.
          space = row !== undefined;
          if (!row) out.end();
        }
      },
      ontext(data) {
        if (open.at(-1)?.quiet) return;
        if (open.at(-1)?.pre) {
          const lines = data.replaceAll("\r\n", "\n").split("\n");
          lines.forEach((line, i) => {
            if (i > 0) out.next();
            out.write(line);
          });
          if (data.trim() !== "") fresh = false;
          if (out.length > LONGEST_NOTE) throw tooLong();
          return;
        }
        for (const part of data.split(/([ \t\n\r\f]+)/)) {
          if (part === "") continue;
          if (/^[ \t\n\r\f]/.test(part)) space = true;
          else say(part);
        }
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  );
  parser.write(html);
  parser.end();
  return { text: out.toString(), warnings: crossed ? [STRUCK] : [] };
}

function isHidden(name: string, attributes: Readonly<Record<string, string>>, style: ReadonlyMap<string, string>) {
  if (attributes.hidden !== undefined) return true;
  if (name === "option") return attributes.selected === undefined;
  return (
    style.get("display") === "none" ||
    style.get("visibility") === "hidden" ||
    style.get("visibility") === "collapse" ||
    style.get("mso-hide") === "all"
  );
}

const none: ReadonlyMap<string, string> = new Map();
/** Declarations of an element's own style, in lower case. */
function styleOf(style: string | undefined): ReadonlyMap<string, string> {
  if (style === undefined) return none;
  return new Map(
    style
      .toLowerCase()
      .split(";")
      .map((declaration) => {
        const colon = declaration.indexOf(":");
        const value = declaration.slice(colon + 1).replace("!important", "");
        return [declaration.slice(0, Math.max(0, colon)).trim(), value.trim()];
      }),
  );
}

function inputOf({ type = "text", value = "", checked }: Readonly<Record<string, string>>): string {
  const kind = type.toLowerCase();
  if (kind === "checkbox" || kind === "radio") return checked === undefined ? "[ ]" : "[x]";
  return kind === "text" || kind === "number" || kind === "date" ? value : "";
}

function startOf({ start = "1" }: Readonly<Record<string, string>>): number {
  return /^\d{1,4}$/.test(start) ? Number(start) : 1;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
