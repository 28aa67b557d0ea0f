import type { Change, Diff } from "./diff.js";
import type { Effects } from "./effects.js";

/** An open encounter whose proposed or decided codes changed. */
export type Draft = { readonly encounter: string; readonly codes: readonly string[] };
export type DiffReport = { readonly diff: Diff; readonly effects: Effects; readonly drafts: readonly Draft[] | null };

const kinds = ["added", "deleted", "moved", "split", "joined", "retitled"] as const;
const effectKinds = [
  ["rules", "Rules that name a changed code"],
  ["lexicon", "Lexicon entries that name a changed code"],
  ["weights", "Learned weights of a changed code"],
  ["wider", "Entries whose code has new codes below it"],
] as const;

const said = (c: Change): string => {
  const titles = c.before && c.after && c.before !== c.after ? `${c.before} -> ${c.after}` : c.after || c.before;
  return `${titles}${c.to ? ` [now ${c.to.join(", ") || "nothing new"}]` : ""}`;
};
const NO_STORE = "not looked at (--drafts looks at the store)";

export function diffText({ diff, effects, drafts }: DiffReport): string {
  const out = [`${diff.from} to ${diff.to}: ${kinds.map((k) => `${diff[k].length} ${k}`).join(", ")}`];
  for (const kind of kinds) {
    if (diff[kind].length > 0) out.push("", kind[0].toUpperCase() + kind.slice(1));
    for (const c of diff[kind]) out.push(`  ${c.code.padEnd(9)} ${said(c)}`);
  }
  for (const [kind, title] of effectKinds) {
    out.push("", `${title}: ${effects[kind].length}`);
    for (const e of effects[kind]) out.push(`  ${e.code.padEnd(9)} ${e.change}: ${e.file}, "${e.id}"`);
  }
  out.push("", `Open drafts: ${drafts === null ? NO_STORE : drafts.length}`);
  for (const d of drafts ?? []) out.push(`  ${d.encounter}: ${d.codes.join(", ")}`);
  return out.join("\n");
}

const html = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const table = (rows: readonly (readonly string[])[], heads: readonly string[]) =>
  `<table><thead><tr>${heads.map((h) => `<th scope="col">${html(h)}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((c) => `<td>${html(c)}</td>`).join("")}</tr>`)
    .join("\n")}</tbody></table>`;

/** One page without scripts and without anything from elsewhere. */
export function diffHtml({ diff, effects, drafts }: DiffReport): string {
  const title = `ICD-10-CM ${diff.from} to ${diff.to}`;
  const lists = kinds.map(
    (kind) =>
      `<details${diff[kind].length < 200 ? " open" : ""}><summary>${kind}: ${diff[kind].length}</summary>${table(
        diff[kind].map((c) => [c.code, c.before, c.after, c.to?.join(", ") ?? ""]),
        ["Code", "Before", "After", "Now"],
      )}</details>`,
  );
  const touchedBy = effectKinds.map(
    ([kind, name]) =>
      `<h3>${name}: ${effects[kind].length}</h3>${table(
        effects[kind].map((e) => [e.code, e.change, e.file, e.id]),
        ["Code", "Change", "File", "Entry"],
      )}`,
  );
  const open =
    drafts === null
      ? `<p>${NO_STORE}</p>`
      : table(
          drafts.map((d) => [d.encounter, d.codes.join(", ")]),
          ["Encounter", "Codes"],
        );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${html(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid #d0d7de}td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}summary{font-weight:600;cursor:pointer;margin:1rem 0 .3rem}</style></head>
<body><h1>${html(title)}</h1>
${lists.join("\n")}
<h2>What it touches</h2>
${touchedBy.join("\n")}
<h3>Open drafts</h3>
${open}
</body></html>
`;
}
