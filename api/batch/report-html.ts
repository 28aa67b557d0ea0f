import type { Summary } from "./summary.js";

const WIDTH = 640;
const ROW = 20;
const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Bars one below the other, each with its name and number. */
function bars(title: string, rows: readonly (readonly [string, number])[]): string {
  const most = Math.max(1, ...rows.map(([, n]) => n));
  const drawn = rows.map(([name, n], i) => {
    const y = i * ROW;
    const long = Math.round((n / most) * (WIDTH - 220));
    return `<text x="140" y="${y + 14}" text-anchor="end">${escaped(name)}</text><rect x="148" y="${y + 3}" width="${long}" height="${ROW - 6}"/><text x="${154 + long}" y="${y + 14}">${n}</text>`;
  });
  return `<section><h2>${escaped(title)}</h2><svg viewBox="0 0 ${WIDTH} ${rows.length * ROW}" role="img" aria-label="${escaped(title)}">${drawn.join("")}</svg></section>`;
}

/** A page of its own with counts and plots; it holds no words of notes. */
export function reportHtml(s: Summary, ms: number, versions: unknown): string {
  const aside = [...s.rejected.values()].reduce((a, b) => a + b, 0);
  const facts = [
    ["Notes", s.notes],
    ["Set aside", aside],
    ["Codes", s.codes],
    ["Questions", s.queries],
    ["Notes without a code", s.empty],
    ["Seconds of work", (ms / 1000).toFixed(1)],
    ["Notes a second", ms === 0 ? "" : ((s.notes + aside) / (ms / 1000)).toFixed(0)],
  ];
  const plots = [
    ...[...s.bySystem].map(([system, codes]) => bars(`Most frequent ${system} codes`, codes.slice(0, 25))),
    bars(
      "Codes by probability",
      s.scores.map((n, i) => [`${(i / 10).toFixed(1)} to ${((i + 1) / 10).toFixed(1)}`, n]),
    ),
    bars(
      "Notes by number of codes",
      s.codesANote.map((n, i) => [i === 20 ? "20 and more" : String(i), n]),
    ),
    ...(aside === 0 ? [] : [bars("Set aside, by reason", [...s.rejected])]),
  ];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Batch report</title><style>body{font:15px/1.4 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b2733;background:#fff}table{border-collapse:collapse}td{padding:.2rem 1rem .2rem 0}td+td{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%}svg text{font-size:12px;fill:#1b2733}svg rect{fill:#2f6f9f}pre{white-space:pre-wrap}</style><h1>Batch report</h1><table>${facts
    .map(([name, value]) => `<tr><td>${name}</td><td>${value}</td></tr>`)
    .join(
      "",
    )}</table>${plots.join("")}<h2>Versions</h2><pre>${escaped(JSON.stringify(versions, null, 2))}</pre></html>\n`;
}
