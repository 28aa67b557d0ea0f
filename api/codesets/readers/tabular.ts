import type { GroupLine } from "../../../rules/codesets/table.js";
import type { Notes } from "../release.js";
import { packTable, type Row } from "../release-table.js";
import { malformed, type Reader } from "./reader.js";
import { readXml, squeeze } from "./xml.js";

/** Element of the Tabular List to key of our notes. */
const noteKeys: Readonly<Record<string, string>> = {
  inclusionTerm: "n",
  includes: "i",
  excludes1: "x1",
  excludes2: "x2",
  codeFirst: "cf",
  useAdditionalCode: "ua",
  codeAlso: "ca",
  notes: "nt",
};
type Bag = Record<string, string[]>;
type Node = {
  name: string;
  title: string;
  id: string;
  notes: Bag;
  s7: Record<string, string>;
  kind: string;
  children: number;
};

/** The Tabular List of Diseases and Injuries: chapters, sections, codes and their notes. */
export const tabular: Reader = {
  says: "Tabular List",
  recognises: (head) => head.includes("<ICD10CM.tabular"),
  read(member) {
    const rows: Row[] = [];
    const groups: GroupLine[] = [];
    const seen = new Set<string>();
    const chapters = new Set<string>();
    const stack: Node[] = [];
    const sections: { first: string; last: string; id: string }[] = [];
    let year = 0;
    let text = "";
    let under = "";
    let char = "";
    let seventh = false;
    let inTable = false;

    const top = () => stack[stack.length - 1];
    /** The group or code above, as far as it has been met. */
    const put = (node: Node, group: string, above: Node | undefined) => {
      if (!/^[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?$/.test(node.name))
        throw malformed(member.name, `"${node.name.slice(0, 20)}" is no code.`);
      if (seen.has(node.name)) throw malformed(member.name, `Code ${node.name} stands there twice.`);
      seen.add(node.name);
      const notes = { ...node.notes, ...(Object.keys(node.s7).length > 0 ? { s7: node.s7 } : {}) } as Notes;
      rows.push({
        code: node.name,
        title: ascii(node.title),
        billable: false,
        parent: above ? above.name : group,
        notes,
      });
    };
    /** A code is laid out when its first child opens, or when it closes: its notes stand before its children. */
    const emit = (node: Node | undefined) => {
      if (node?.kind !== "diag" || node.children >= 0) return;
      node.children = 0;
      const above = stack[stack.indexOf(node) - 1];
      const section = stack.find((n) => n.kind === "section");
      put(node, section?.id ?? "", above?.kind === "diag" ? above : undefined);
    };
    const emitGroup = (node: Node | undefined) => {
      if (!node || node.kind === "diag" || node.children >= 0) return;
      node.children = 0;
      const notes = node.notes as Notes;
      const extra = Object.keys(notes).length > 0 ? { notes } : {};
      if (node.kind === "chapter") {
        const m = /^(.+) \((\w+)-(\w+)\)$/.exec(node.title);
        if (!m) throw malformed(member.name, "Expected a chapter to name its first and last category.");
        chapters.add(node.name);
        sections.length = 0;
        groups.push({ kind: "chapter", id: node.name, title: ascii(m[1]), first: m[2], last: m[3], ...extra });
        return;
      }
      const [first, last = first] = node.id.split("-");
      node.id = `${first}-${last}`;
      while (sections.length > 0 && !((sections.at(-1)?.first ?? "") <= first && last <= (sections.at(-1)?.last ?? "")))
        sections.pop();
      const chapter = stack.find((n) => n.kind === "chapter")?.name ?? "";
      const title = ascii(node.title.replace(/ \([\w-]+\)$/, ""));
      groups.push({ kind: "section", id: node.id, title, first, last, p: sections.at(-1)?.id ?? chapter, ...extra });
      sections.push({ first, last, id: node.id });
    };

    readXml(member, {
      open(tag, attributes) {
        text = "";
        if (tag === "visualImpairment" || tag === "sectionIndex" || tag === "introduction") inTable = true;
        if (inTable) return;
        if (tag === "chapter" || tag === "section" || tag === "diag") {
          emitGroup(top());
          emit(top());
          const above = top();
          if (above && above.children >= 0) above.children++;
          stack.push({ name: "", title: "", id: attributes.id ?? "", notes: {}, s7: {}, kind: tag, children: -1 });
        } else if (tag === "sevenChrDef") seventh = true;
        else if (tag === "extension") char = attributes.char ?? "";
        else if (tag in noteKeys) under = noteKeys[tag];
      },
      text: (found) => {
        text += found;
      },
      close(tag) {
        if (tag === "visualImpairment" || tag === "sectionIndex" || tag === "introduction") inTable = false;
        else if (inTable) return;
        const node = top();
        if (tag === "version") year = Number(squeeze(text)) || 0;
        else if (tag === "name" && node) node.name = squeeze(text);
        else if (tag === "desc" && node) node.title = squeeze(text);
        else if (tag === "extension" && node) node.s7[char] = squeeze(text);
        else if (tag === "sevenChrDef") seventh = false;
        else if (tag === "note" && node && under && !seventh) {
          if (!node.notes[under]) node.notes[under] = [];
          node.notes[under].push(squeeze(text));
        } else if (tag in noteKeys) under = "";
        else if (tag === "diag" || tag === "section" || tag === "chapter") {
          emitGroup(node);
          emit(node);
          stack.pop();
        }
        text = "";
      },
    });
    if (rows.length === 0) throw malformed(member.name, "Expected codes.");
    if (!rows[0].code.startsWith("A00") || !rows.some((r) => r.code.startsWith("Z99")))
      throw malformed(member.name, "Expected codes from A00 to Z99.");
    const all = expand(rows);
    const { arrays, json } = packTable(all, groups);
    const billable = all.reduce((sum, r) => sum + (r.billable ? 1 : 0), 0);
    const counts = {
      chapters: chapters.size,
      sections: groups.length - chapters.size,
      listed: rows.length,
      codes: all.length,
      billable,
    };
    return { part: { system: "icd-10-cm", kind: "tabular", ...(year ? { year } : {}), arrays, json, counts } };
  },
};

/** Titles of the order files are ASCII: Meniere, where the Tabular List has an accent. */
const ascii = (text: string) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");

/** Adds the codes with a 7th character, which the XML defines above them and does not spell out. */
export function expand(rows: readonly Row[]): Row[] {
  const byCode = new Map(rows.map((r) => [r.code, r]));
  const inner = new Set(rows.map((r) => r.parent));
  const all: Row[] = [];
  for (const row of rows) {
    const leaf = !inner.has(row.code);
    let s7: Readonly<Record<string, string>> | undefined;
    if (leaf && row.code.length < 8)
      for (let up: Row | undefined = row; up && !s7; up = byCode.get(up.parent)) s7 = up.notes?.s7;
    all.push({ ...row, billable: leaf && !s7 });
    if (!s7) continue;
    const stem = row.code.replace(".", "").padEnd(6, "X");
    for (const [char, meaning] of Object.entries(s7)) {
      const code = `${stem.slice(0, 3)}.${stem.slice(3)}${char}`;
      all.push({ code, title: `${row.title}, ${ascii(meaning)}`, billable: true, parent: row.code });
    }
  }
  return all;
}
