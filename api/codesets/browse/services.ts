import type { Effective, Knowledge } from "../../../pipeline/knowledge.js";
import type { System } from "../../../pipeline/types.js";
import { LabelIndex } from "./labels.js";
import { numberIn } from "./number.js";
import type { CodeSource, Hit } from "./types.js";

type Service = { readonly code: string; readonly label: string; readonly names: string; readonly effective: Effective };

/** The services of a system that the rules know: their own labels, and the dates of the rules. */
export function embeddedServices(system: System, knowledge: Knowledge): CodeSource {
  const all = new Map<string, Service>();
  const add = (of: System, code: string, label: string, names: readonly string[], effective: Effective) => {
    if (of !== system) return;
    const known = all.get(code);
    all.set(code, {
      code,
      label: known?.label ?? label,
      names: [known?.names ?? label, ...names].join(" ; "),
      effective: known ? wider(known.effective, effective) : effective,
    });
  };
  for (const f of knowledge.visits.families) for (const c of f.codes) add(c.system, c.code, c.label, [], f.effective);
  for (const t of knowledge.visits.timed) for (const b of t.bands) add(b.system, b.code, b.label, [], t.effective);
  for (const s of knowledge.services) add(s.system, s.code, s.label, s.terms, s.effective);
  const list = [...all.values()].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
  let index: LabelIndex | undefined;
  const own = system === "cpt" ? { ownLabel: true as const } : {};
  const hit = ({ code, label }: Service): Hit => ({
    code,
    title: label,
    kind: "code",
    billable: true,
    ...own,
    parents: [],
  });
  const from = list.map((s) => s.effective.from).sort()[0] ?? "";
  return {
    system,
    release: "rules",
    effective: { from },
    count: list.length,
    describe(code) {
      const found = all.get(code.toUpperCase());
      if (!found) return null;
      return { ...hit(found), effective: found.effective, parents: [], children: [], terms: [], notes: [] };
    },
    async search(query, limit) {
      const number = numberIn(query);
      const numbered = number === null ? [] : list.filter((s) => s.code.startsWith(number)).slice(0, limit);
      if (numbered.length > 0) return numbered.map(hit);
      index ??= new LabelIndex(list.map((s) => s.names));
      return index.search(query, limit).map((i) => hit(list[i]));
    },
    list: (offset, limit) => list.slice(offset, offset + limit).map(hit),
  };
}

function wider(a: Effective, b: Effective): Effective {
  const from = a.from < b.from ? a.from : b.from;
  if (a.to === undefined || b.to === undefined) return { from };
  return { from, to: a.to > b.to ? a.to : b.to };
}
