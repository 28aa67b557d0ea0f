import { cut } from "./cut.js";
import { style } from "./style.js";
import type { Asserted, Mark, Section, Tie, View } from "./view.js";
import { deciderOf, firstWord, knownBy, legend, namesOf, quoteOf, readingOf, signOf } from "./words.js";

const MOST_NAMES = 3;
const certainties = new Set<string>(["present", "absent", "possible", "hypothetical"]);
const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  // A browser turns a bare carriage return into a line end; so written, it keeps offsets right.
  "\r": "&#13;",
};
export const escapeHtml = (words: string): string => words.replace(/[&<>"'\r]/g, (c) => escapes[c]);
const attribute = (words: string): string => escapeHtml(words).replace(/[\n\t]/g, (c) => `&#${c.charCodeAt(0)};`);

/** One page that needs nothing else: no script, no network. Ids of the n-th note begin with `n` and its number. */
export function readingPage(views: readonly View[]): string {
  const title = views.length === 1 ? views[0].name : `${views.length} notes`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)} - read by Citecode</title>
<style>${style}</style>
</head>
<body>
<header>
${legendOf()}
</header>
<main>
${views.map((view, i) => articleOf(view, `n${i + 1}`)).join("\n")}
</main>
</body>
</html>
`;
}

function legendOf(): string {
  const item = (certainty: string, sign: string, word: string, more = "") =>
    `<li><span class="m ${certainty}${more}"${sign ? ` data-sign="${sign}"` : ""}>${word}</span></li>`;
  const rest = legend.map(([sign, word]) =>
    certainties.has(word) ? item(word, sign, word) : item("present", sign, word, word === "past" ? " past" : " away"),
  );
  return `<ul class="legend" aria-label="Legend">${item("present", "", "present")}${rest.join("")}<li><span class="m">place or qualifier</span></li><li><span class="q">cue</span></li><li><span class="sec" data-is="section"></span>by its heading</li><li><span class="sec words" data-is="section"></span>inferred</li><li><span class="prob"></span>problem</li><li><span class="st"></span>sentence</li></ul>`;
}

function articleOf(view: View, n: string): string {
  return `<article aria-labelledby="${n}-name">
<nav aria-label="Sections"><h1 id="${n}-name">${escapeHtml(view.name)}</h1>
<ul>${view.sections.map((s) => outlineOf(s, view, n)).join("")}</ul></nav>
<div class="note" lang="en">${noteHtml(view, n)}</div>
<section class="side" aria-label="Mentions"><h2>${view.marks.length} mentions</h2>
${tableOf(view, n)}
</section>
</article>`;
}

function outlineOf(s: Section, view: View, n: string): string {
  const role = s.role === s.is ? "" : ` (${s.role})`;
  return `<li${s.nested ? ' class="in"' : ""}><a href="#${n}-s${s.id}">${escapeHtml(s.is)}</a>${escapeHtml(role)}<br><small>${escapeHtml(knownBy(s, view.text))}</small></li>`;
}

/** The note's own text in pieces; what is added stands in attributes alone, so that the page's text is the note's. */
export function noteHtml(view: View, n: string): string {
  const { text, sections, sentences, problems, marks } = view;
  const before = new Map<number, string>();
  const put = (at: number, html: string) => before.set(at, (before.get(at) ?? "") + html);
  for (const s of sections)
    put(s.start, `<span class="sec ${s.known}" id="${n}-s${s.id}" data-is="${attribute(s.is)}"></span>`);
  for (const p of problems) put(firstWord(text, p.heading.start), '<span class="prob"></span>');
  for (const s of sentences) if (!before.has(s.start)) put(s.start, '<span class="st"></span>');
  const layers = [
    ...marks.map((mark) => ({ start: mark.start, end: mark.end, mark, css: "" })),
    ...sections.flatMap((s) => (s.heading ? [{ ...s.heading, mark: null, css: "h" }] : [])),
    ...problems.map((p) => ({ ...p.heading, mark: null, css: "ph" })),
    ...cuesOf(marks).map((cue) => ({ ...cue, mark: null, css: "q" })),
  ];
  const seen: Seen = { led: new Set(), placed: new Set() };
  let out = "";
  for (const { start, end, over } of cut(text.length, layers, [...before.keys()])) {
    const css = [...new Set(over.map((l) => l.css).filter(Boolean))];
    const own = over.flatMap((l) => (l.mark ? [l.mark] : []));
    out += before.get(start) ?? "";
    out += pieceOf(escapeHtml(text.slice(start, end)), css, own, seen, view, n);
  }
  return out;
}

/** Marks that have led a piece, and marks whose place has its id. */
type Seen = { readonly led: Set<Mark>; readonly placed: Set<Mark> };
function pieceOf(
  words: string,
  css: readonly string[],
  over: readonly Mark[],
  seen: Seen,
  view: View,
  n: string,
): string {
  if (over.length === 0) return css.length > 0 ? `<span class="${css.join(" ")}">${words}</span>` : words;
  const lead = over.reduce((a, b) => (leads(b, a) ? b : a));
  const first = !seen.led.has(lead);
  seen.led.add(lead);
  const placing = over.filter((m) => !seen.placed.has(m));
  for (const m of placing) seen.placed.add(m);
  const places = placing.map((m) => `<span id="${n}-p${m.id}"></span>`).join("");
  const sign = first ? signOf(lead.assertion) : "";
  const tip = over.map((m) => tipOf(m, view)).join("\n\n");
  // The rest of a cut mark is the same link again; once is enough for the keyboard.
  const reach = first ? ` aria-describedby="${n}-m${lead.id}"` : ' tabindex="-1"';
  return `<a class="${["m", ...classesOf(lead.assertion), ...css].join(" ")}" href="#${n}-m${lead.id}"${reach}${sign ? ` data-sign="${sign}"` : ""} data-tip="${attribute(tip)}">${places}${words}</a>`;
}

/** What is asserted is shown before places and qualifiers, the longer before the shorter. */
function leads(a: Mark, b: Mark): boolean {
  if ((a.assertion !== null) !== (b.assertion !== null)) return a.assertion !== null;
  return a.end - a.start > b.end - b.start;
}

function classesOf(a: Asserted | null): string[] {
  if (!a) return [];
  const css: string[] = certainties.has(a.certainty) ? [a.certainty] : [];
  if (a.time === "past") css.push("past");
  if (a.subject !== "patient") css.push("away");
  return css;
}

const cuesOf = (marks: readonly Mark[]) => [
  ...new Map(
    marks.flatMap((m) =>
      m.assertion?.cue ? [[`${m.assertion.cue.start} ${m.assertion.cue.end}`, m.assertion.cue]] : [],
    ),
  ).values(),
];

function tipOf(m: Mark, view: View): string {
  const decider = deciderOf(m, view.sections[m.section], view.text);
  return [
    `"${quoteOf(view.text, m)}": ${m.kind}`,
    `${namesOf(m, MOST_NAMES)}${m.value ? ` = ${m.value}` : ""}`,
    m.assertion ? `${readingOf(m.assertion)}${decider ? `, by ${decider}` : ""}` : "",
    ...tiesOf(m, view),
  ]
    .filter(Boolean)
    .join("\n");
}

const tiesOf = (m: Mark, view: View): string[] => [...new Set(m.ties.map((t) => tieWords(t, view.text)))];
const tieWords = (t: Tie, text: string): string => {
  const words = `"${quoteOf(text, t.other)}"`;
  return t.outward ? `${t.role}: ${words}` : `is ${t.role} of ${words}`;
};

function tableOf(view: View, n: string): string {
  const groups = view.sections
    .map((section, i) => ({ section, own: view.marks.filter((m) => m.section === i) }))
    .filter(({ own }) => own.length > 0)
    .map(
      ({ section, own }) =>
        `<tbody><tr><th colspan="4" scope="rowgroup">${escapeHtml(section.is)}</th></tr>\n${own.map((m) => rowOf(m, section, view, n)).join("\n")}</tbody>`,
    );
  return `<table><thead><tr><th scope="col">Words</th><th scope="col">Concept</th><th scope="col">Read as</th><th scope="col">Relations</th></tr></thead>
${groups.join("\n")}</table>`;
}

function rowOf(m: Mark, section: Section, view: View, n: string): string {
  const decider = deciderOf(m, section, view.text);
  const how = m.assertion
    ? `<span class="${classesOf(m.assertion).join(" ")}">${escapeHtml(readingOf(m.assertion))}</span>${decider ? `<br><small>${escapeHtml(decider)}</small>` : ""}`
    : "";
  const names = m.names.map(escapeHtml);
  const concept =
    names.length > MOST_NAMES
      ? `<details><summary>${names.length} names</summary>${names.join("<br>")}</details>`
      : names.join("<br>");
  const ties = tiesOf(m, view).map(escapeHtml).join("<br>");
  return `<tr id="${n}-m${m.id}"><td><a href="#${n}-p${m.id}">${escapeHtml(quoteOf(view.text, m))}</a><br><small>${m.start}-${m.end}</small></td><td>${concept}${m.value ? ` = ${escapeHtml(m.value)}` : ""}<br><small>${escapeHtml(m.kind)}</small></td><td class="how">${how}</td><td>${ties}</td></tr>`;
}
