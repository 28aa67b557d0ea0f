import type { Packet } from "./packet.js";

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] as string);

/** A packet as one page that asks nothing of any other place, for reading and for printing. */
export function packetHtml(packet: Packet): string {
  const { encounter, notes, runs, events, head } = packet;
  const row = (cells: readonly string[], tag = "td") =>
    `<tr>${cells.map((c) => `<${tag}>${c}</${tag}>`).join("")}</tr>`;
  const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
    `<table><thead>${row(heads.map(escaped), "th")}</thead><tbody>${rows.map((r) => row(r)).join("")}</tbody></table>`;
  const latest = runs.at(-1);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Audit packet</title><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{border:1px solid #999;padding:.25rem .5rem;text-align:left;vertical-align:top}
pre{white-space:pre-wrap;border:1px solid #999;padding:1rem}code,.hash{font-family:ui-monospace,monospace;font-size:.8rem;overflow-wrap:anywhere}
q{background:#fff3bf}h2{break-after:avoid}tr{break-inside:avoid}</style></head><body>
<h1>Audit packet</h1>
${table(
  ["", ""],
  [
    ["Encounter", `<code>${escaped(encounter.id)}</code>`],
    ["Reference", escaped(encounter.reference ?? "none")],
    ["Setting and date", escaped(`${encounter.setting}, ${encounter.date}`)],
    ["Status", escaped(encounter.status)],
    ["Chain head", `<span class="hash">${head.seq} ${head.hash}</span>`],
    ["SHA-256 of this packet's data", `<span class="hash">${packet.sha256}</span>`],
  ],
)}
<h2>Codes proposed${latest ? ` by run ${latest.run.seq}` : ""}</h2>
${
  latest
    ? `<p>${escaped(
        `Engine ${latest.run.versions.engine}, knowledge ${latest.run.versions.knowledge}, releases ${Object.values(latest.run.versions.releases).join(", ")}`,
      )}</p>${table(
        ["Code", "Words of the note", "Led by"],
        latest.because.map((b) => [
          `<b>${escaped(b.code)}</b><br>${escaped(latest.result.suggestions.find((s) => s.code === b.code)?.title ?? "")}`,
          b.quotes.map((q) => `<q>${escaped(q.quote)}</q> <small>${q.start}–${q.end}</small>`).join("<br>"),
          [
            ...b.by.map((s) => escaped(`${s.stage}: ${s.id}`)),
            ...b.rulings.map((r) => escaped(`${r.verdict}: ${r.says}`)),
          ].join("<br>"),
        ]),
      )}<h2>Not coded</h2>${table(
        ["Code", "Reason", "Rule"],
        latest.result.dropped.map((d) => [escaped(d.code), escaped(d.reason), `<code>${escaped(d.rule)}</code>`]),
      )}`
    : "<p>The notes were not read by the engine.</p>"
}
<h2>What happened</h2>
${table(
  ["No.", "When", "Who", "What", "Details", "Hash"],
  events.map((e) => [
    String(e.seq),
    escaped(e.at),
    escaped(e.actor),
    escaped(e.action),
    `<span class="hash">${escaped(e.details)}</span>`,
    `<span class="hash">${e.hash}</span>`,
  ]),
)}
<h2>Notes</h2>
${notes.map((n) => `<p class="hash">${escaped(n.id)} SHA-256 ${n.sha256}</p><pre>${escaped(n.text)}</pre>`).join("")}
</body></html>
`;
}
