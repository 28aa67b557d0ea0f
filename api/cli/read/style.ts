/** Colours of the page. `on` is a background, `line` the colour of signs and underlines on it. */
export type Palette = {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly panel: string;
  readonly rule: string;
  readonly link: string;
  readonly certainty: Readonly<Record<string, { readonly on: string; readonly line: string }>>;
};
export const light: Palette = {
  paper: "#ffffff",
  ink: "#1b1f24",
  faint: "#59626d",
  panel: "#f3f5f7",
  rule: "#ccd2d8",
  link: "#0b57a4",
  certainty: {
    present: { on: "#dff3e4", line: "#146c2e" },
    absent: { on: "#fde4e1", line: "#a81c12" },
    possible: { on: "#fff0c2", line: "#7a4d00" },
    hypothetical: { on: "#ece5fb", line: "#5b34a3" },
  },
};
export const dark: Palette = {
  paper: "#14181d",
  ink: "#e6e9ec",
  faint: "#a7b0ba",
  panel: "#1d232a",
  rule: "#3c4650",
  link: "#8ec5ff",
  certainty: {
    present: { on: "#17391f", line: "#7fdc9a" },
    absent: { on: "#481f1c", line: "#ffa79f" },
    possible: { on: "#413209", line: "#f3c95a" },
    hypothetical: { on: "#31254b", line: "#ccb2ff" },
  },
};

const variables = (p: Palette): string =>
  [
    ...(["paper", "ink", "faint", "panel", "rule", "link"] as const).map((name) => `--${name}:${p[name]}`),
    ...Object.entries(p.certainty).flatMap(([name, { on, line }]) => [`--${name}-on:${on}`, `--${name}:${line}`]),
  ].join(";");

/** Certainty is told by colour, by the kind of underline and by a sign in words; time and subject by the sign and a second line. */
export const style = `
:root{color-scheme:light dark;${variables(light)}}
@media (prefers-color-scheme:dark){:root{${variables(dark)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
header{padding:.7rem 1.2rem;border-bottom:1px solid var(--rule)}
h1{font-size:1.15rem;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:.95rem;margin:0 0 .5rem}
a{color:var(--link)}
.legend{margin:0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1rem}
article{display:grid;grid-template-columns:15rem minmax(0,1.25fr) minmax(0,1fr);gap:1.5rem;padding:1rem 1.2rem 2rem;border-bottom:1px solid var(--rule)}
nav,.side{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding-top:.3rem}
nav ul{list-style:none;margin:0;padding:0}
nav li{margin:.25rem 0;line-height:1.3;overflow-wrap:anywhere}
nav li.in{padding-left:1rem}
nav small,.side small{color:var(--faint);font-size:.8rem}
.note{white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.85 ui-monospace,monospace;margin:0;position:relative;max-width:56rem}
.sec::before{content:attr(data-is);display:inline-block;font:600 11px/1.4 system-ui,sans-serif;color:var(--faint);background:var(--panel);border:1px solid var(--rule);border-radius:3px;padding:0 .35em;margin-right:.5em}
.sec.words::before{border-style:dashed;font-style:italic}
.h{font-weight:700}
.ph{font-weight:600}
.prob::before{content:"\\25B8";color:var(--faint);margin-right:.2em}
.st{border-left:1px solid var(--rule);margin-right:1px}
.q{font-style:italic;box-shadow:inset 0 -1px 0 var(--faint)}
.m{position:relative;color:inherit;text-decoration:underline dotted 1px var(--faint);text-underline-offset:4px}
.m.present,.m.absent,.m.possible,.m.hypothetical{border-radius:2px;padding:1px 0;text-decoration-thickness:2px;color:var(--ink)}
.present{background:var(--present-on);text-decoration-color:var(--present);text-decoration-style:solid}
.absent{background:var(--absent-on);text-decoration-color:var(--absent);text-decoration-style:dashed}
.possible{background:var(--possible-on);text-decoration-color:var(--possible);text-decoration-style:wavy}
.hypothetical{background:var(--hypothetical-on);text-decoration-color:var(--hypothetical);text-decoration-style:dotted}
.m.past{border-bottom:1px solid currentColor}
.m.away{outline:1px dotted currentColor}
[data-sign]::before{content:attr(data-sign) "\\00A0";font:700 11px/1 system-ui,sans-serif;margin-left:.15em;color:var(--ink)}
.present[data-sign]::before{color:var(--present)}
.absent[data-sign]::before{color:var(--absent)}
.possible[data-sign]::before{color:var(--possible)}
.hypothetical[data-sign]::before{color:var(--hypothetical)}
.m:hover,.m:focus{z-index:2}
.m[data-tip]:hover::after,.m[data-tip]:focus::after{content:attr(data-tip);position:absolute;left:0;top:calc(100% + 2px);width:max-content;max-width:24rem;white-space:pre-line;background:var(--panel);color:var(--ink);border:1px solid var(--faint);border-radius:4px;padding:.4rem .6rem;font:13px/1.4 system-ui,sans-serif;text-decoration:none}
:focus-visible{outline:2px solid var(--link);outline-offset:1px}
:target,.m:has(:target){outline:2px solid var(--link);scroll-margin-top:3rem}
table{border-collapse:collapse;width:100%;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem .25rem 0;border-top:1px solid var(--rule);overflow-wrap:anywhere}
tbody th{background:var(--panel);padding-left:.4rem}
td.how span{border-radius:2px;padding:0 .25em}
td.how .present,td.how .absent,td.how .possible,td.how .hypothetical{text-decoration-line:underline;text-underline-offset:3px}
summary{cursor:pointer}
@media (max-width:75rem){.m[data-tip]:hover::after,.m[data-tip]:focus::after{position:fixed;inset:auto 1rem 1rem;width:auto;max-width:none}article{grid-template-columns:12rem minmax(0,1fr)}.side{grid-column:1/-1;position:static;max-height:none}}
@media (max-width:45rem){article{display:block}nav{position:static;max-height:none;margin-bottom:1rem}}
@media print{body{font-size:11pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}article{display:block;break-after:page;padding:0}nav{display:none}.side{position:static;max-height:none;margin-top:1rem}.m[data-tip]:hover::after,.m[data-tip]:focus::after{display:none}tr{break-inside:avoid}a{color:inherit}}
`;
