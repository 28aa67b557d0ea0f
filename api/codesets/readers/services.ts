import { quarter } from "../dating.js";
import type { Part } from "../part.js";
import { packTable, type Row } from "../release-table.js";
import { dayOf, dayText, type Grid, headed } from "./grid.js";
import { malformed } from "./reader.js";

const hcpcs = /^[A-V]\d{4}$/;
const cpt = /^\d{4}[0-9AFTUM]$/;
const modifier = /^[A-Z0-9]{2}$/;
const optionalDay = (n: number) => (n > 0 ? dayText(n) : undefined);
const dates = (from: number, to: number) => ({
  ...(from ? { from: dayText(from) } : {}),
  ...(to ? { to: optionalDay(to) } : {}),
});

/** The HCPCS workbook of CMS, or a licensed CPT file; undefined for another grid. */
export function servicesOf(grid: Grid): Part | undefined {
  const header = grid.rows.slice(0, 15).findIndex((row) => {
    const cells = row.map((c) => c.toUpperCase().replace(/\s+/g, " "));
    return cells.includes("HCPC") && cells.includes("LONG DESCRIPTION") && cells.includes("RECID");
  });
  if (header >= 0) return workbook(grid, header);
  const found = headed(grid.rows, (row) => row.some((c) => cpt.test(c) || hcpcs.test(c)));
  if (found.first >= 1) {
    const cells = grid.rows[found.first - 1].map((c) => c.toLowerCase());
    const code = cells.findIndex((c) => c === "cpt code" || c === "code");
    const long = cells.indexOf("long");
    const short = cells.indexOf("short");
    if (code >= 0 && (long >= 0 || short >= 0))
      return licensed(grid, found.first, { code, long, short, from: cells.indexOf("from"), to: cells.indexOf("to") });
  }
  // LONGULT of the AMA: code, tab, descriptor, below lines of terms.
  const rows = grid.rows.filter((r) => r.length === 2 && cpt.test(r[0]));
  if (rows.length > 0 && rows.length >= grid.rows.length * 0.8)
    return licensed({ name: grid.name, rows }, 0, { code: 0, long: 1, short: -1, from: -1, to: -1 });
  return undefined;
}

/** Record kinds: 3 a code, 4 more of its text, 7 a modifier, 8 more of its text. */
function workbook(grid: Grid, header: number): Part {
  const names = grid.rows[header].map((c) => c.toUpperCase().replace(/\s+/g, " "));
  const column = (name: string) => {
    const at = names.indexOf(name);
    if (at < 0) throw malformed(grid.name, `Expected a column "${name}".`);
    return at;
  };
  const [code, kind, long, short, added, changed, ended] = [
    "HCPC",
    "RECID",
    "LONG DESCRIPTION",
    "SHORT DESCRIPTION",
    "ADD DT",
    "ACT EFF DT",
    "TERM DT",
  ].map(column);
  const rows: (Row & { title: string })[] = [];
  let newest = 0;
  let modifiers = 0;
  const seen = new Set<string>();
  for (const [n, r] of grid.rows.slice(header + 1).entries()) {
    if (r.every((c) => c === "")) continue;
    const at = `${grid.name}, line ${header + n + 2}`;
    if (!(hcpcs.test(r[code]) || modifier.test(r[code])) || !/^[3478]$/.test(r[kind]))
      throw malformed(at, "Expected a HCPCS code or modifier and its kind of record.");
    const last = rows.at(-1);
    if (r[kind] === "4" || r[kind] === "8") {
      if (last?.code !== r[code]) throw malformed(at, "Expected a text to go on below its own code.");
      rows[rows.length - 1] = { ...last, title: `${last.title} ${r[long]}`.trim() };
      continue;
    }
    if (seen.has(r[code])) throw malformed(at, `Code ${r[code]} stands there twice.`);
    seen.add(r[code]);
    if (r[kind] === "7") modifiers++;
    newest = Math.max(newest, dayOf(r[added]), dayOf(r[changed]));
    rows.push({
      code: r[code],
      title: r[long],
      short: r[short],
      billable: r[kind] === "3",
      parent: "",
      ...dates(dayOf(r[added]), dayOf(r[ended])),
    });
  }
  if (rows.length === 0) throw malformed(grid.name, "Expected codes.");
  const first = quarter(dayText(newest)).from;
  const active = rows.filter((r) => r.billable && (!r.to || r.to >= first)).length;
  const { arrays, json } = packTable(rows);
  return {
    system: "hcpcs",
    kind: "codes",
    from: dayText(newest),
    arrays,
    json,
    counts: { codes: rows.length - modifiers, active, modifiers },
  };
}

type Columns = {
  readonly code: number;
  readonly long: number;
  readonly short: number;
  readonly from: number;
  readonly to: number;
};
function licensed(grid: Grid, first: number, at: Columns): Part {
  const rows: Row[] = [];
  const seen = new Set<string>();
  const system = hcpcs.test(grid.rows[first][at.code]) ? "hcpcs" : "cpt";
  for (const [n, r] of grid.rows.slice(first).entries()) {
    if (r.every((c) => c === "")) continue;
    const code = r[at.code] ?? "";
    const title = (at.long >= 0 ? r[at.long] : "") || (at.short >= 0 ? r[at.short] : "") || "";
    if (!(system === "cpt" ? cpt : hcpcs).test(code) || title === "")
      throw malformed(`${grid.name}, line ${first + n + 1}`, `Expected a ${system.toUpperCase()} code and its title.`);
    if (seen.has(code)) throw malformed(`${grid.name}, line ${first + n + 1}`, `Code ${code} stands there twice.`);
    seen.add(code);
    const days = dates(at.from >= 0 ? dayOf(r[at.from] ?? "") : 0, at.to >= 0 ? dayOf(r[at.to] ?? "") : 0);
    rows.push({
      code,
      title,
      ...(at.short >= 0 && r[at.short] ? { short: r[at.short] } : {}),
      billable: true,
      parent: "",
      ...days,
    });
  }
  const { arrays, json } = packTable(rows);
  return { system, kind: "codes", arrays, json, counts: { codes: rows.length } };
}
