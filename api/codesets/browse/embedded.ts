import { search as retrieve } from "../../../pipeline/index.js";
import type { Knowledge } from "../../../pipeline/knowledge.js";
import { type Models, noModels } from "../../../pipeline/models.js";
import { completions } from "../../../pipeline/search/index.js";
import type { GroupLine } from "../../../rules/codesets/table.js";
import { loadTabular, type Tabular } from "../../../rules/tabular.js";
import { editsOf } from "./edits.js";
import { groupsAbove, notesOf, seventhOf, within } from "./notes.js";
import { numberIn } from "./number.js";
import type { CodeSource, Description, Hit, Node } from "./types.js";

/** Unfinished words are tried as at most so many whole ones; the models judge the likeliest alone, which keeps typing fast. */
const WORDS = 2;

/** The ICD-10-CM release that the program is built with. Its notes are read at the first description. */
export function embeddedDiagnoses(knowledge: Knowledge, models: Models): CodeSource {
  const { codes } = knowledge;
  const tabular = () => loadTabular(knowledge.hash);
  const node = (i: number): Node => ({
    code: codes.code(i),
    title: codes.title(i),
    kind: codes.parent(i) < 0 ? "category" : codes.billable(i) ? "code" : "subcategory",
    billable: codes.billable(i),
  });
  const above = (i: number): number[] => {
    const found: number[] = [];
    for (let up = codes.parent(i); up >= 0; up = codes.parent(up)) found.push(up);
    return found;
  };
  const hit = (i: number): Hit => ({
    ...node(i),
    parents: above(i)
      .reverse()
      .map((up) => ({ code: codes.code(up), title: codes.title(up) })),
  });

  function describeCode(i: number): Description {
    const all = tabular();
    const ancestors = above(i);
    const groups = groupsAbove(i, codes, all);
    const children: Node[] = [];
    for (let below = i + 1; below <= codes.lastOf[i]; below = codes.lastOf[below] + 1) children.push(node(below));
    const places = [
      ...[i, ...ancestors].map((at) => ({ code: codes.code(at), title: codes.title(at), notes: all.notes(at) })),
      ...groups.map((g) => ({ code: g.id, title: g.title, notes: g.notes ?? {} })),
    ];
    const takes = !codes.billable(i) || codes.seventh[i] === 1;
    const seventh = takes ? seventhOf(i, codes, all) : undefined;
    return {
      ...node(i),
      effective: codes.effective,
      parents: [...[...groups].reverse().map(groupNode), ...[...ancestors].reverse().map(node)],
      children,
      terms: all.notes(i).n ?? [],
      notes: notesOf(places, codes),
      ...(seventh ? { seventh } : {}),
    };
  }

  function describeGroup(group: GroupLine, all: Tabular): Description {
    const around = within(group, all);
    const at = all.groups.indexOf(group);
    const children = all.groups.filter((g) => g.p === group.id).map(groupNode);
    for (let i = codes.find(group.first); i >= 0 && i < codes.count; i = codes.lastOf[i] + 1) {
      if (all.group(i) === at) children.push(node(i));
      if (codes.code(i) === group.last) break;
    }
    const places = around.map((g) => ({ code: g.id, title: g.title, notes: g.notes ?? {} }));
    return {
      ...groupNode(group),
      effective: codes.effective,
      parents: around.slice(1).reverse().map(groupNode),
      children,
      terms: [],
      notes: notesOf(places, codes),
    };
  }

  /** Codes whose number begins so, a code before those below it. */
  function numbered(start: string, limit: number): Hit[] {
    const found: Hit[] = [];
    const add = (i: number) => {
      if (found.length < limit && codes.code(i).replace(".", "").startsWith(start)) found.push(hit(i));
    };
    const category = start.length >= 3 ? codes.find(start.slice(0, 3)) : -1;
    if (category >= 0) for (let i = category; i <= codes.lastOf[category]; i++) add(i);
    else if (start.length < 3) for (let i = 0; i < codes.count; i = codes.lastOf[i] + 1) add(i);
    return found;
  }

  return {
    system: "icd-10-cm",
    release: codes.release,
    effective: codes.effective,
    count: codes.count,
    describe(code) {
      const at = codes.find(code);
      if (at >= 0) return describeCode(at);
      const all = tabular();
      const group = all.groups.find((g) => g.id === code.toUpperCase());
      return group ? describeGroup(group, all) : null;
    },
    async search(query, limit) {
      const number = numberIn(query);
      if (number !== null) {
        const found = numbered(number, limit);
        // "b12" may be words; what is longer is the number of another system, or of no code.
        if (found.length > 0 || number.length > 3 || /^\d/.test(number)) return found;
      }
      const lists = await Promise.all(
        completions(query, knowledge, WORDS).map((text, n) =>
          retrieve(text, knowledge, n === 0 ? models : noModels, limit),
        ),
      );
      const found: Hit[] = [];
      const seen = new Set<number>();
      // In turn, since scores of two texts cannot be compared.
      for (let rank = 0; rank < limit && found.length < limit; rank++)
        for (const list of lists) {
          const position = list[rank]?.position;
          if (position === undefined || seen.has(position) || found.length >= limit) continue;
          seen.add(position);
          found.push(hit(position));
        }
      return found;
    },
    list: (offset, limit) => {
      const last = Math.min(offset + limit, codes.count);
      return Array.from({ length: Math.max(0, last - offset) }, (_, i) => hit(offset + i));
    },
    edits: (code) => {
      const at = codes.find(code);
      return at < 0 ? { poaExempt: false, rules: [] } : editsOf(at, knowledge);
    },
  };
}

const groupNode = ({ id, title, kind }: GroupLine): Node => ({ code: id, title, kind, billable: false });
