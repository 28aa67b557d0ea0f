import type { Part } from "../part.js";
import { packTable, type Row } from "../release-table.js";
import { type Check, cutShort, dotted, linesOf, malformed, type Reader } from "./reader.js";

const orderLine = /^\d{5} [0-9A-Z]{3,7} +[01] \S/;
/** Every ICD-10-CM release begins and ends so, and every ICD-10-PCS one. */
const ends = { "icd-10-cm": ["A00", /^(Z99|U)/], "icd-10-pcs": ["0", /^X/] } as const;

/** The order file of ICD-10-CM or ICD-10-PCS: number, code, 1 or 0 for billable, short and long title at fixed places. */
export const orderFile: Reader = {
  says: "order file",
  recognises: (head) => orderLine.test(head),
  read(member) {
    const lines = linesOf(member);
    const cm = /^\d{5} [A-Z]/.test(lines[0]);
    const system = cm ? "icd-10-cm" : "icd-10-pcs";
    const rows: Row[] = [];
    const seen = new Set<string>();
    let billable = 0;
    for (const [n, line] of lines.entries()) {
      const at = `${member.name}, line ${n + 1}`;
      if (!orderLine.test(line) || line.length < 78)
        throw n === lines.length - 1
          ? cutShort(at, "Expected number, code, flag, short and long title.")
          : malformed(at, "Expected number, code, flag, short and long title at fixed places.");
      if (Number(line.slice(0, 5)) !== n + 1)
        throw malformed(at, `Expected line number ${n + 1}, found ${line.slice(0, 5)}.`);
      const code = line.slice(6, 13).trim();
      if (cm ? !/^[A-Z]/.test(code) : code.length !== 3 && code.length !== 7)
        throw malformed(at, "The codes of two systems stand in one file.");
      if (seen.has(code)) throw malformed(at, `Code ${code} stands there twice.`);
      let parent = cm ? code.slice(0, -1) : code.length > 3 ? code.slice(0, 3) : "";
      while (parent.length >= 3 && !seen.has(parent)) parent = parent.slice(0, -1);
      seen.add(code);
      const flag = line[14] === "1";
      if (flag) billable++;
      rows.push({
        code: cm ? dotted(code) : code,
        short: line.slice(16, 77).trimEnd(),
        title: line.slice(77).trim(),
        billable: flag,
        parent: parent.length >= 3 ? (cm ? dotted(parent) : parent) : "",
      });
    }
    const [first, last] = ends[system];
    if (!rows[0].code.startsWith(first)) throw malformed(member.name, `Expected ${system} to begin with ${first}.`);
    if (!last.test(rows[rows.length - 1].code))
      throw cutShort(
        member.name,
        `Expected the last codes of ${system} to match ${last.source}, found ${rows[rows.length - 1].code}.`,
      );
    const { arrays, json } = packTable(rows);
    const part: Part = {
      system,
      kind: "codes",
      arrays,
      json,
      counts: { codes: rows.length, billable, headers: rows.length - billable },
    };
    return { part };
  },
};

/** The list of billable codes beside an order file: it must say the same. */
export const codeList: Reader = {
  says: "list of billable codes",
  recognises: (head) => /^[A-Z][0-9A-Z]{2,6} +\S.*\r?\n[A-Z][0-9A-Z]{2,6} +\S/.test(head),
  read(member) {
    const listed = new Map<string, string>();
    for (const [n, line] of linesOf(member).entries()) {
      const code = line.slice(0, 8).trim();
      if (!/^[A-Z][0-9A-Z]{2,6}$/.test(code) || line.length < 9)
        throw malformed(`${member.name}, line ${n + 1}`, "Expected a code and its title.");
      listed.set(code, line.slice(8).trim());
    }
    return { check: { name: member.name, system: "icd-10-cm", listed } };
  },
};

/** What changed since the year before, with counts at the end. */
export const addenda: Reader = {
  says: "addenda",
  recognises: (head) => /^(Add|Delete|Revise from|Revise to|No change): +\S/i.test(head),
  read(member) {
    const lines = linesOf(member);
    const all = lines.join("\n");
    const order = /^(Add|Delete): +([01] )?([0-9A-Z]{3,7})(?: |$)/;
    const added: string[] = [];
    const deleted: string[] = [];
    for (const line of lines) {
      const m = order.exec(line);
      if (m) (m[1] === "Add" ? added : deleted).push(`${m[2]?.trim() ?? ""} ${m[3]}`);
    }
    const newest = (what: string) =>
      [...all.matchAll(new RegExp(`(\\d+) ${what} in \\w*?_?(\\d{4})\\.txt`, "g"))]
        .sort((a, b) => +a[2] - +b[2])
        .at(-1);
    const headers = newest("headers");
    const codes = newest("codes");
    const check: Check = {
      name: member.name,
      system: /icd10pcs/.test(all) ? "icd-10-pcs" : "icd-10-cm",
      ...(codes ? { year: Number(codes[2]), codes: Number(codes[1]) } : {}),
      ...(headers ? { headers: Number(headers[1]) } : {}),
      added,
      deleted,
    };
    return { check };
  },
};
