import type { Reading } from "../text/index.js";
import type { Fact } from "../types.js";

const pieces = new Set(["dose", "frequency", "route"]);
type Place = { readonly fact: Fact<"mention">; readonly from: number; readonly to: number };
/** Tokens between two pieces of one prescription ("20 mg by mouth twice a day"). */
const TOGETHER = 3;
/** Tokens between a drug and the first piece behind it. */
const BEHIND = 8;
/** Tokens between the last piece and the drug that it opens ("40 mg of IV furosemide"). */
const AHEAD = 2;
const ends = new Set([",", ";", "."]);

/**
 * Doses, frequencies and routes with the drug that they are of: the one before them, or the one that they lead to when
 * that stands closer and no comma between. @param nodes of one sentence, in order
 */
export function dosesOf(nodes: readonly Place[], reading: Reading): { of: Fact<"mention">; to: Fact<"mention"> }[] {
  const drugs = nodes.filter((n) => n.fact.body.kind === "drug");
  if (drugs.length === 0) return [];
  const links: { of: Fact<"mention">; to: Fact<"mention"> }[] = [];
  let before: Place | null = null;
  let d = 0;
  let run: Place[] = [];
  const close = () => {
    if (run.length === 0) return;
    const first = run[0].from;
    const last = run[run.length - 1].to;
    while (d < drugs.length && drugs[d].from < first) before = drugs[d++];
    const ahead = d < drugs.length ? drugs[d] : null;
    const leads = ahead !== null && ahead.from >= last && ahead.from - last <= AHEAD && !cut(last, ahead.from, reading);
    const follows = before !== null && first - before.to <= BEHIND;
    const apart = before !== null && cut(before.to, first, reading);
    const drug = leads && (!follows || apart) ? ahead : follows ? before : null;
    if (drug) for (const piece of run) links.push({ of: piece.fact, to: drug.fact });
    run = [];
  };
  for (const n of nodes) {
    const { kind } = n.fact.body;
    if (kind === "drug") close();
    else if (pieces.has(kind)) {
      const end = run.length > 0 ? run[run.length - 1].to : n.from;
      if (n.from - end > TOGETHER) close();
      run.push(n);
    }
  }
  close();
  return links;
}

function cut(from: number, to: number, reading: Reading): boolean {
  for (let i = from; i < to; i++) if (ends.has(reading.norm[i])) return true;
  return false;
}
