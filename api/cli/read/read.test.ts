import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fixtureNotes } from "../../../fixtures/bench/corpora.js";
import { understand } from "../../../pipeline/index.js";
import { loadKnowledge } from "../../../rules/load.js";
import { toEncounter } from "../../encounter.js";
import { projectFolder } from "../../version.js";
import { cut } from "./cut.js";
import { factLines } from "./facts.js";
import { escapeHtml, noteHtml, readingPage } from "./html.js";
import { dark, light, type Palette } from "./style.js";
import { noteOf, printable, showReading, stripMarks } from "./terminal.js";
import { type View, viewOf } from "./view.js";

const knowledge = loadKnowledge();
const DAY = "2026-03-02";
const ledgerOf = (text: string) =>
  understand(toEncounter({ text, serviceDate: DAY }, knowledge, DAY).encounter, knowledge);
const view = (text: string, name = "note.txt"): View => viewOf(name, text, ledgerOf(text), knowledge);
const plain = (_format: unknown, words: string) => words;
/** What a browser makes of text and attributes. */
const decode = (html: string) =>
  html.replace(/&(?:#(\d+)|amp|lt|gt|quot);/g, (all, number) =>
    number ? String.fromCharCode(Number(number)) : ({ "&amp;": "&", "&lt;": "<", "&gt;": ">" }[all] ?? '"'),
  );
const textOfHtml = (html: string) => decode(html.replace(/<[^>]*>/g, ""));

const written: [string, string][] = [
  ["plain", "HPI: Denies chest pain.\nASSESSMENT:\n1. Left knee osteoarthritis.\n2. Possible pneumonia.\n"],
  ["CRLF", "HPI: Denies chest pain.\r\nPLAN: Start metformin for diabetes.\r\n"],
  ["emoji before", "HPI: \u{1F600}\u{1F468}\u200D\u2695\uFE0F no fever, has cough.\n"],
  ["NBSP", "HPI:\u00A0Denies\u00A0chest pain.\u00A0History of stroke.\n"],
  ["section within a line", "PMH: hypertension. Meds: lisinopril 10 mg daily. Allergies: none"],
  ["hostile", `HPI: <script>alert("x")</script> has cough & <b onmouseover='y'>fever</b> &lt; </pre></div>.\n`],
  ["no mention", "..."],
  ["no line end", "Father had lung cancer"],
];
const notes: [string, string][] = [...written, ...fixtureNotes().map((n): [string, string] => [n.id, n.text])];

describe("marks stripped give the note", () => {
  it.each(notes)("%s: in the terminal, without and with colour", (_name, text) => {
    const { note, ...v } = { note: text, ...view(text) };
    expect(stripMarks(noteOf(v, plain))).toBe(note);
    expect(stripMarks(noteOf(v, (_f, words) => `\u001b[31m\u001b[4m${words}\u001b[24m\u001b[39m`))).toBe(note);
  });
  it.each(notes)("%s: on the page", (_name, text) => {
    expect(textOfHtml(noteHtml(view(text), "n1"))).toBe(text);
  });
});

describe("what is understood", () => {
  const text = written[0][1];
  it("stands at a glance in the terminal", () => {
    const shown = showReading(view(text), false);
    expect(shown).toContain("Denies ⟦no: chest pain⟧.");
    expect(shown).toContain("⟦maybe: pneumonia⟧");
    expect(shown).toMatch(/12-22\s+"chest pain"\s+finding\s+chest-pain\s+absent \(cue "Denies" at 5-11\)/);
    expect(shown).toContain("→ ");
    expect(shown).toContain('── assessment, heading "ASSESSMENT" ──');
    expect(shown).not.toContain("\u001b");
    expect(showReading(view(text), true)).toContain("\u001b[31m");
  });
  it("tells section and relative where the cue or the section decides", () => {
    expect(showReading(view("FAMILY HISTORY: lung cancer."), false)).toContain("(section family-history)");
    expect(showReading(view("FAMILY HISTORY: lung cancer."), false)).toContain("⟦past family: lung cancer⟧");
  });
  it("shows kinds, roles and values that it does not know", () => {
    const v = view("HPI: has cough.");
    const strange = { ...v, marks: v.marks.map((m) => ({ ...m, kind: "dose", value: "5 mg", assertion: null })) };
    expect(showReading(strange, false)).toMatch(/"cough"\s+dose\s+cough = 5 mg/);
    expect(readingPage([strange])).toContain("cough = 5 mg");
  });
  it("is printed as facts, one a line, ids and places as in the ledger", () => {
    const lines = factLines("a.txt", text, ledgerOf(text), knowledge)
      .trim()
      .split("\n")
      .map((l) => JSON.parse(l));
    expect(new Set(lines.map((l) => l.kind))).toEqual(
      new Set(["section", "problem", "sentence", "mention", "assertion", "relation"]),
    );
    lines.forEach((line, i) => {
      expect(line.id).toBe(i);
      if (line.kind === "mention") expect(text.slice(line.place.start, line.place.end)).toBe(line.words);
      if (line.kind === "assertion") expect(lines[line.mention].kind).toBe("mention");
      if (line.kind === "relation") expect([lines[line.of].kind, lines[line.to].kind]).toEqual(["mention", "mention"]);
    });
  });
});

describe("the page", () => {
  it("lets no words of a note or file name out as markup", () => {
    const page = readingPage([view(written[5][1], `"><img src=x onerror=1>.txt`)]);
    expect(page).not.toMatch(/<script|<img|<b |onerror=1>/);
    expect(page).not.toMatch(/https?:|@import|url\(/);
    expect(escapeHtml(`<&>"'\r`)).toBe("&lt;&amp;&gt;&quot;&#39;&#13;");
  });
  it("has each id once, and a place for each link", () => {
    const page = readingPage(
      fixtureNotes()
        .slice(0, 6)
        .map((n) => view(n.text, n.id)),
    );
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, to] of page.matchAll(/(?:href="#|aria-(?:describedby|labelledby)=")([^"]+)"/g))
      expect(ids).toContain(to);
  });
  it.each([["light", light] as const, ["dark", dark] as const])("%s colours keep 4.5 to 1", (_name, p: Palette) => {
    const pairs = [p.ink, p.faint, p.link].flatMap((c) => [
      [c, p.paper],
      [c, p.panel],
    ]);
    for (const { on, line } of Object.values(p.certainty)) pairs.push([p.ink, on], [line, on]);
    for (const [a, b] of pairs) expect(contrast(a, b), `${a} on ${b}`).toBeGreaterThanOrEqual(4.5);
  });
});

describe("cut", () => {
  const a = { start: 2, end: 6 };
  const b = { start: 4, end: 9 };
  const inner = { start: 3, end: 5 };
  it.each([
    ["nothing", [], [], [[0, 10, 0]]],
    [
      "overlap",
      [a, b],
      [],
      [
        [0, 2, 0],
        [2, 4, 1],
        [4, 6, 2],
        [6, 9, 1],
        [9, 10, 0],
      ],
    ],
    [
      "nested",
      [a, inner],
      [],
      [
        [0, 2, 0],
        [2, 3, 1],
        [3, 5, 2],
        [5, 6, 1],
        [6, 10, 0],
      ],
    ],
    ["empty span", [{ start: 3, end: 3 }], [], [[0, 10, 0]]],
    [
      "further offsets",
      [],
      [0, 5, 10],
      [
        [0, 5, 0],
        [5, 10, 0],
      ],
    ],
  ])("%s", (_name, spans, at, want) => {
    expect(cut(10, spans, at).map((p) => [p.start, p.end, p.over.length])).toEqual(want);
  });
  it("covers an empty text with nothing", () => expect(cut(0, [])).toEqual([]));
});

it.each([
  ["\u001b[2J", "␛[2J"],
  ["\u009b2J", "·2J"],
  ["a\rb\r\n\tc", "a␍b\r\n\tc"],
  ["\u007f", "␡"],
])("%j cannot steer the terminal", (words, shown) => expect(printable(words)).toBe(shown));

describe("citecode read", () => {
  const main = join(projectFolder(), "dist", "api", "cli", "main.js");
  it("reads standard input, and goes on after a file that it cannot read", () => {
    const run = spawnSync(process.execPath, [main, "read", "missing.txt", "-", "--date", DAY], {
      input: "Denies fever.",
    });
    expect(run.status).toBe(2);
    expect(run.stdout.toString()).toContain("⟦no: fever⟧");
    expect(run.stderr.toString()).toContain("[file.unreadable]");
  });
  it("prints one page for several notes", () => {
    const folder = join(projectFolder(), "fixtures", "notes");
    const files = ["uri-walkin.txt", "ed-chest-pain.txt"].map((f) => join(folder, f));
    const page = execFileSync(process.execPath, [main, "read", "--html", ...files, "--date", DAY]).toString();
    expect(page.match(/<article/g)).toHaveLength(2);
  });
});

function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map(luminance);
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
