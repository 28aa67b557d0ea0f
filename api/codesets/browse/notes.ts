import type { CodeTable } from "../../../pipeline/knowledge.js";
import { codesIn, type GroupLine } from "../../../rules/codesets/table.js";
import type { Notes, Tabular } from "../../../rules/tabular.js";
import type { Link, NOTE_KINDS, NoteLine, Seventh } from "./types.js";

type Key = "i" | "x1" | "x2" | "cf" | "ua" | "ca" | "nt";
const keys: readonly (readonly [Key, (typeof NOTE_KINDS)[number]])[] = [
  ["i", "includes"],
  ["x1", "excludes1"],
  ["x2", "excludes2"],
  ["cf", "code-first"],
  ["ua", "use-additional"],
  ["ca", "code-also"],
  ["nt", "note"],
];
type Place = { readonly code: string; readonly title: string; readonly notes: Notes };

/** Notes that hold for the first place: its own, then those of each place above it, the nearest first. */
export function notesOf(places: readonly Place[], codes: CodeTable): NoteLine[] {
  return keys.flatMap(([key, kind]) =>
    places.flatMap(({ code, title, notes }, up) =>
      (notes[key] ?? []).map((text) => ({
        kind,
        text,
        ...(text.endsWith(":") ? { heading: true as const } : {}),
        ...(up === 0 ? {} : { inheritedFrom: { code, title } }),
        links: linksIn(text, codes),
      })),
    ),
  );
}

/** Codes that the release has; a number in brackets may be another thing. */
function linksIn(text: string, codes: CodeTable): Link[] {
  return codesIn(text).flatMap(({ start, end, first, last }) => {
    if (codes.find(first) < 0 || codes.find(last) < 0) return [];
    return [{ start, end, first, ...(last === first ? {} : { last }) }];
  });
}

/** The 7th characters that the nearest definition above, or at, a code gives it; undefined where it takes none. */
export function seventhOf(position: number, codes: CodeTable, tabular: Tabular): Seventh | undefined {
  let from = position;
  while (from >= 0 && !tabular.notes(from).s7) from = codes.parent(from);
  if (from < 0) return undefined;
  const { s7 = {}, s7n = {} } = tabular.notes(from);
  const is = codes.seventh[position] === 1;
  const base = is ? codes.parent(position) : position;
  const whole = new Map<string, string>();
  for (let i = base + 1; i <= codes.lastOf[base]; i++)
    if (codes.seventh[i] && codes.parent(i) === base) whole.set(codes.code(i).slice(-1), codes.code(i));
  return {
    from: codes.code(from),
    ...(is ? { selected: codes.code(position).slice(-1) } : {}),
    characters: Object.entries(s7).map(([character, meaning]) => {
      const code = whole.get(character);
      return {
        character,
        meaning,
        ...(s7n[character] ? { terms: s7n[character] } : {}),
        ...(code === undefined ? {} : { code }),
      };
    }),
  };
}

/** Sections and chapter around a category, the nearest first. */
export function groupsAbove(position: number, codes: CodeTable, tabular: Tabular): GroupLine[] {
  let top = position;
  while (codes.parent(top) >= 0) top = codes.parent(top);
  const at = tabular.group(top);
  return at < 0 ? [] : within(tabular.groups[at], tabular);
}

/** A section and what it lies in, the nearest first. */
export function within(group: GroupLine, tabular: Tabular): GroupLine[] {
  const found: GroupLine[] = [];
  for (let g: GroupLine | undefined = group; g; g = tabular.groups.find((o) => o.id === g?.p)) found.push(g);
  return found;
}
