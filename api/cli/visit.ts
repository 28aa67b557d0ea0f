import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Encounter, Span } from "../../pipeline/types.js";
import type { Visit } from "../result.js";

const NONE = "The note holds no visit that has a level or a family of its own.";
const WIDTH = 44;

/** The worksheet for a reader: cells with their elements and quotes, times, codes, and what would change them. */
export function showVisit(visit: Visit | undefined, encounter: Encounter, knowledge: Knowledge): string {
  if (!visit) return NONE;
  const { text } = encounter.notes[0];
  const { levels } = knowledge.visits.tables;
  const quote = ({ start, end }: Span) => {
    const words = text.slice(start, end).replace(/\s+/g, " ");
    return `"${words.length > WIDTH ? `${words.slice(0, WIDTH - 3)}...` : words}" at ${start}`;
  };
  const quotes = (places: readonly Span[]) => places.map(quote).join(", ");
  const out: string[] = [];
  const chosen = visit.chosen ? [visit.chosen, ...visit.modifiers].join("-") : "no level";
  out.push(`${visit.says}: ${chosen}${visit.by ? `, by ${paths[visit.by]}` : ""}`);
  if (visit.status)
    out.push(`patient     ${visit.status === "unknown" ? "not known to be new or established" : visit.status}`);
  if (visit.places.length > 0) out.push(`named by    ${quotes(visit.places)}`);
  if (visit.cells) {
    out.push("", "Decision making");
    for (const cell of ["problems", "data", "risk"] as const) {
      const { level, elements } = visit.cells[cell];
      out.push(`  ${cell.padEnd(10)}${levels[level]}`);
      for (const e of elements) out.push(`    ${e.says.padEnd(WIDTH)}  ${quotes(e.places)}`);
    }
    const { mdm } = visit.levels;
    out.push(`  two of three: ${mdm === null ? "nothing to level" : levels[mdm]} ${visit.codes.mdm ?? ""}`.trimEnd());
  }
  if (visit.time)
    out.push("", `Time  ${visit.time.minutes} minutes, ${quote(visit.time.place)}: ${visit.codes.time ?? "no code"}`);
  if (visit.also.length > 0) out.push("", "Beside it");
  for (const a of visit.also)
    out.push(
      `  ${a.code.padEnd(8)}${a.units > 1 ? `x ${a.units}  ` : ""}${a.minutes > 0 ? `${a.minutes} minutes  ` : ""}${quotes(a.places)}`,
    );
  for (const direction of ["raise", "lower"] as const) {
    const changes = visit.changes.filter((c) => c.direction === direction);
    if (changes.length > 0) out.push("", titles[direction]);
    for (const c of changes) out.push(`  ${(c.code || "no code").padEnd(8)}${c.cell.padEnd(10)}${c.says}`);
  }
  if (visit.asks) out.push("", visit.asks);
  return out.join("\n");
}

const paths = { mdm: "decision making", time: "time", family: "what the visit was" } as const;
const titles = {
  raise: "One more of these would raise it, if it was so",
  lower: "Without one of these it would be lower",
} as const;
