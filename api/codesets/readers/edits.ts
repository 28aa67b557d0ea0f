import { type Part, type PartKind, packColumns } from "../part.js";
import { dayOf, dayText, type Grid, headed } from "./grid.js";
import { cutShort, dotted, malformed } from "./reader.js";

const service = /^[0-9A-Z]\d{3}[0-9A-Z]$/;
const diagnosis = /^[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$/;
const withDot = (code: string) => (code.includes(".") ? code : dotted(code));
type Row = readonly string[];

/** What a grid is, by its headers; undefined for none of these. */
export function editsOf(grid: Grid): Part | undefined {
  const byService = headed(grid.rows, (row) => service.test(row[0] ?? ""));
  if (byService.first > 0) {
    if (/column ?1/i.test(byService.all) && /column ?2/i.test(byService.all)) return ptp(grid, byService.first);
    if (/\bMUE\b/i.test(byService.all)) return mue(grid, byService.first, byService.all);
  }
  const byCode = headed(grid.rows, (row) => row.slice(0, 2).some((c) => diagnosis.test(c)));
  if (byCode.first < 1) return undefined;
  const titles = byCode.titles.map((t) => t.toLowerCase());
  const header = grid.rows[byCode.first - 1].map((c) => c.toLowerCase());
  if (header[0] === "code" && header[1] === "edit") return pairs(grid, byCode.first, "mce", "edit");
  if (header[0] === "code" && header[1] === "model" && header[2] === "hcc") return hccRows(grid, byCode.first);
  if (titles.some((t) => /hcc.*\bv\d+/.test(t))) return hccColumns(grid, byCode.first, byCode.titles);
  if (/\bPOA\b|exempt/i.test(byCode.all)) return poa(grid, byCode.first);
  return undefined;
}

function body(grid: Grid, first: number, good: (row: Row) => boolean, expected: string): Row[] {
  const rows = grid.rows.slice(first).filter((row) => row.some((c) => c !== ""));
  const bad = rows.findIndex((row) => !good(row));
  if (bad >= 0) {
    const at = `${grid.name}, line ${first + bad + 1}`;
    throw bad === rows.length - 1 ? cutShort(at, expected) : malformed(at, expected);
  }
  return rows;
}
const unique = (grid: Grid, keys: readonly string[], what: string) => {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw malformed(grid.name, `${what} ${key} stands there twice.`);
    seen.add(key);
  }
};

/** NCCI procedure-to-procedure pairs: column 1, column 2, first and last day, whether a modifier may part them. */
function ptp(grid: Grid, first: number): Part {
  const rows = body(
    grid,
    first,
    (r) => service.test(r[0]) && service.test(r[1] ?? "") && dayOf(r[3] ?? "") > 0 && /^[019]$/.test(r[5] ?? ""),
    "Expected two codes, a first day and a modifier indicator 0, 1 or 9.",
  );
  const from = rows.reduce((most, r) => Math.max(most, dayOf(r[3])), 0);
  unique(
    grid,
    rows.map((r) => `${r[0]} ${r[1]} ${r[3]}`),
    "Pair",
  );
  const arrays = packColumns({
    first: { type: "code", values: rows.map((r) => r[0]) },
    second: { type: "code", values: rows.map((r) => r[1]) },
    from: { type: "number", values: rows.map((r) => dayOf(r[3])) },
    to: { type: "number", values: rows.map((r) => dayOf(r[4] ?? "")) },
    modifier: { type: "number", values: rows.map((r) => Number(r[5])) },
  });
  const ended = rows.filter((r) => dayOf(r[4] ?? "") > 0).length;
  return part("hcpcs", "ptp", arrays, { pairs: rows.length, ended }, dayText(from));
}

/** Medically unlikely edits: code, most units, whether a line or a day of service is meant. */
function mue(grid: Grid, first: number, heading: string): Part {
  const rows = body(
    grid,
    first,
    (r) => service.test(r[0]) && /^\d{1,6}$/.test(r[1] ?? "") && /^[123]\b/.test(r[2] ?? ""),
    "Expected a code, a number of units and an adjudication indicator 1, 2 or 3.",
  );
  unique(
    grid,
    rows.map((r) => r[0]),
    "Code",
  );
  const arrays = packColumns({
    code: { type: "code", values: rows.map((r) => r[0]) },
    units: { type: "number", values: rows.map((r) => Number(r[1])) },
    indicator: { type: "number", values: rows.map((r) => Number(r[2][0])) },
  });
  const said = /(\d{1,2})[-/](\d{1,2})[-/](20\d\d)/.exec(heading);
  const from = said ? `${said[3]}-${said[1].padStart(2, "0")}-${said[2].padStart(2, "0")}` : undefined;
  const setting = /\b(practitioner|outpatient|dme|facility)\b/i.exec(heading)?.[1].toLowerCase() ?? "";
  return { ...part("hcpcs", "mue", arrays, { codes: rows.length }, from), json: { setting } };
}

function pairs(grid: Grid, first: number, kind: PartKind, value: string): Part {
  const rows = body(
    grid,
    first,
    (r) => diagnosis.test(r[0]) && (r[1] ?? "") !== "",
    `Expected a code and its ${value}.`,
  );
  const arrays = packColumns({
    code: { type: "code", values: rows.map((r) => withDot(r[0])) },
    [value]: { type: "text", values: rows.map((r) => r[1]) },
  });
  return part("icd-10-cm", kind, arrays, { rows: rows.length, lists: new Set(rows.map((r) => r[1])).size });
}

const hccPart = (rows: readonly { code: string; model: string; hcc: number }[]) =>
  part(
    "icd-10-cm",
    "hcc",
    packColumns({
      code: { type: "code", values: rows.map((r) => r.code) },
      model: { type: "text", values: rows.map((r) => r.model) },
      hcc: { type: "number", values: rows.map((r) => r.hcc) },
    }),
    { rows: rows.length, models: new Set(rows.map((r) => r.model)).size },
  );

function hccRows(grid: Grid, first: number): Part {
  const good = (r: Row) => diagnosis.test(r[0]) && /V\d+/.test(r[1] ?? "") && /^\d+$/.test(r[2] ?? "");
  const rows = body(grid, first, good, "Expected a code, a model and the number of its category.");
  return hccPart(rows.map((r) => ({ code: withDot(r[0]), model: r[1], hcc: Number(r[2]) })));
}

/** The mappings as CMS publishes them: one column for each model. Notes stand below the last code. */
function hccColumns(grid: Grid, first: number, titles: readonly string[]): Part {
  const models = titles.flatMap((t, i) => {
    const m = /^(?!.*for \d{4})(.*HCC.*)\bV(\d+)/i.exec(t.replace(/\s+/g, " "));
    return m ? [{ i, model: `${/rx/i.test(m[1]) ? "Rx" : /esrd/i.test(m[1]) ? "ESRD-" : ""}V${m[2]}` }] : [];
  });
  const rows = grid.rows.slice(first).filter((r) => diagnosis.test(r[0] ?? ""));
  return hccPart(
    rows.flatMap((r) =>
      models.flatMap(({ i, model }) =>
        /^\d+$/.test(r[i] ?? "") ? [{ code: withDot(r[0]), model, hcc: Number(r[i]) }] : [],
      ),
    ),
  );
}

/** Exempt codes: order number, code, title; or code and title. */
function poa(grid: Grid, first: number): Part {
  const at = diagnosis.test(grid.rows[first][0]) ? 0 : 1;
  const rows = body(grid, first, (r) => diagnosis.test(r[at] ?? ""), "Expected an exempt code.");
  unique(
    grid,
    rows.map((r) => r[at]),
    "Code",
  );
  const arrays = packColumns({ code: { type: "code", values: rows.map((r) => withDot(r[at])) } });
  return part("icd-10-cm", "poa-exempt", arrays, { codes: rows.length });
}

const part = (
  system: Part["system"],
  kind: PartKind,
  arrays: Part["arrays"],
  counts: Part["counts"],
  from?: string,
): Part => ({
  system,
  kind,
  arrays,
  json: {},
  counts,
  ...(from ? { from } : {}),
});
