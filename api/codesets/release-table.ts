import type { GroupLine } from "../../rules/codesets/table.js";
import type { Notes, ReleaseInfo, ReleaseTable } from "./release.js";

/** One code as a reader gives it, in the order of its file. `parent`: its code, or the section above; "" for none. */
export type Row = {
  readonly code: string;
  readonly title: string;
  readonly short?: string;
  readonly billable: boolean;
  readonly parent: string;
  readonly notes?: Notes;
  readonly from?: string;
  readonly to?: string;
};
export type Packed = {
  readonly arrays: Record<string, Int32Array | Uint8Array>;
  readonly json: { readonly groups: readonly GroupLine[]; readonly sections: readonly string[] };
};

const plain = (code: string) => code.replace(".", "").toUpperCase();
const dayNumber = (day: string | undefined) => (day ? Number(day.replaceAll("-", "")) : 0);
const dayText = (n: number) => `${n}`.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");

/** Lays rows out as typed arrays: 8 bytes a code, texts as offsets into one buffer, notes as JSON that is parsed when asked for. */
export function packTable(rows: readonly Row[], groups: readonly GroupLine[] = []): Packed {
  const count = rows.length;
  const position = new Map(rows.map((row, i) => [plain(row.code), i]));
  const parent = new Int32Array(count).fill(-1);
  const sectionOf = new Int32Array(count).fill(-1);
  const sections: string[] = [];
  const sectionAt = new Map<string, number>();
  const groupIds = new Set(groups.map((g) => g.id));
  rows.forEach((row, i) => {
    if (groupIds.has(row.parent)) {
      let at = sectionAt.get(row.parent);
      if (at === undefined) {
        at = sections.push(row.parent) - 1;
        sectionAt.set(row.parent, at);
      }
      sectionOf[i] = at;
    } else parent[i] = position.get(plain(row.parent)) ?? -1;
  });
  const last = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i >= 0; i--) if (parent[i] >= 0 && last[i] > last[parent[i]]) last[parent[i]] = last[i];
  const titles = texts(rows.map((r) => r.title));
  // Most short titles are the long one: an empty text stands for that.
  const shorts = texts(rows.map((r) => (r.short === undefined || r.short === r.title ? "" : r.short)));
  const notes = texts(rows.map((r) => (r.notes && Object.keys(r.notes).length > 0 ? JSON.stringify(r.notes) : "")));
  return {
    arrays: {
      codeText: Uint8Array.from(Buffer.from(rows.map((r) => r.code.padEnd(8)).join(""), "latin1")),
      billable: Uint8Array.from(rows, (r) => (r.billable ? 1 : 0)),
      parent,
      last,
      sectionOf,
      titlesStart: titles.start,
      titlesBytes: titles.bytes,
      shortsStart: shorts.start,
      shortsBytes: shorts.bytes,
      notesStart: notes.start,
      notesBytes: notes.bytes,
      from: Int32Array.from(rows, (r) => dayNumber(r.from)),
      to: Int32Array.from(rows, (r) => dayNumber(r.to)),
    },
    json: { groups, sections },
  };
}

function texts(list: readonly string[]): { start: Int32Array; bytes: Uint8Array } {
  const start = new Int32Array(list.length + 1);
  const parts = list.map((text) => Buffer.from(text, "utf8"));
  parts.forEach((part, i) => {
    start[i + 1] = start[i] + part.length;
  });
  return { start, bytes: Buffer.concat(parts) };
}

/** A view of packed arrays. @param notesOf a table of another release whose notes stand in, with its name */
export function openTable(info: ReleaseInfo, { arrays, json }: Packed, notesOf?: ReleaseTable): ReleaseTable {
  const ints = (name: string) => arrays[name] as Int32Array;
  const buffer = (name: string) => {
    const a = arrays[name];
    return Buffer.from(a.buffer, a.byteOffset, a.byteLength);
  };
  const reader = (name: string) => {
    const bytes = buffer(`${name}Bytes`);
    const start = ints(`${name}Start`);
    return (i: number) => bytes.toString("utf8", start[i], start[i + 1]);
  };
  const codes = buffer("codeText");
  const count = codes.length / 8;
  const code = (i: number) => codes.toString("latin1", i * 8, i * 8 + 8).trimEnd();
  const title = reader("titles");
  const short = reader("shorts");
  const noteText = reader("notes");
  const { parent, last, sectionOf, from, to } = arrays as Record<string, Int32Array>;
  let positions: Map<string, number> | undefined;
  const other = notesOf && json.groups.length === 0 ? notesOf : undefined;
  const elsewhere = (i: number) => (other ? other.find(code(i)) : -1);
  return {
    info,
    count,
    code,
    title,
    short: (i) => short(i) || title(i),
    billable: (i) => arrays.billable[i] === 1,
    parent: (i) => parent[i],
    lastOf: (i) => last[i],
    find: (wanted) => {
      if (!positions) {
        positions = new Map();
        for (let i = 0; i < count; i++) positions.set(plain(code(i)), i);
      }
      return positions.get(plain(wanted)) ?? -1;
    },
    notes: (i) => {
      const at = elsewhere(i);
      if (other) return at < 0 ? {} : other.notes(at);
      const text = noteText(i);
      return text === "" ? {} : (JSON.parse(text) as Notes);
    },
    section: (i) => {
      const at = elsewhere(i);
      if (other) return at < 0 ? "" : other.section(at);
      return sectionOf[i] < 0 ? "" : json.sections[sectionOf[i]];
    },
    groups: other ? other.groups : json.groups,
    days: (i) => ({
      from: from[i] ? dayText(from[i]) : info.from,
      to: to[i] ? dayText(to[i]) : info.to,
    }),
    notesFrom: other ? other.info.release : json.groups.length > 0 ? info.release : null,
  };
}
