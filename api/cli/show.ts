import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Ledger } from "../../pipeline/stage.js";
import type { Encounter, Fact, Span } from "../../pipeline/types.js";
import type { Warning } from "../encounter.js";
import { placeOf, pointersOf, toResult } from "../result.js";
import { titleOn } from "../titles.js";
import { citeOf, type Step, type Why } from "../why.js";

const MOST_EVIDENCE = 3;

const LEAST_READ = 0.01;

/** Line and column of an offset, both from 1. */
function position(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `line ${line}, offset ${offset}`;
}
const quote = (text: string, span: Span) => `"${text.slice(span.start, span.end).replace(/\s+/g, " ")}"`;
const percent = (p: number) => `${Math.round(p * 100)} %`.padStart(5);

export function showSuggestions(
  ledger: Ledger,
  encounter: Encounter,
  knowledge: Knowledge,
  warnings: readonly Warning[],
): string {
  const text = encounter.notes[0].text;
  const out: string[] = [];
  const result = toResult(ledger, encounter, warnings);
  for (const w of result.warnings ?? []) out.push(`! ${w.about ? `${w.about}: ` : ""}${w.message}`, "");
  const shown = ledger.of("suggestion").filter((s) => s.body.shown);
  if (shown.length === 0) out.push("No code is proposed.");
  for (const s of shown) {
    const { code, probability, role, units } = s.body;
    const claim = ledger.of("line").find((l) => l.body.suggestion === s.id)?.body;
    const poa = result.suggestions.find((r) => r.system === code.system && r.code === code.value)?.poa;
    const extra = [role, poa ? `present on admission ${poa}` : "", units ? `${units} unit${units > 1 ? "s" : ""}` : ""]
      .filter(Boolean)
      .join(", ");
    const bearing = [code.value, ...(claim?.modifiers.map((m) => m.modifier) ?? [])].join("-");
    out.push(
      `${bearing.padEnd(9)}${percent(probability)}  ${titleOn(code, knowledge, encounter.date)}  (${code.system}, ${extra})`,
    );
    for (const place of s.body.evidence.slice(0, MOST_EVIDENCE))
      out.push(`          ${quote(text, place)} at ${position(text, place.start)}`);
    if (claim && claim.pointers.length > 0) out.push(`          for ${pointersOf(claim, ledger).join(", ")}`);
    const candidate = ledger.facts[s.body.candidate] as Fact<"candidate">;
    out.push(`          by ${candidate.by.type} ${candidate.by.id}${rulesOf(ledger, s)}`);
  }
  if (result.edits) {
    out.push("", "Claim checks");
    for (const e of result.edits) {
      const remedy = e.remedy
        ? ` Allowed${e.remedy.modifiers.length > 0 ? ` with ${e.remedy.modifiers.join(" or ")}` : ""} when the note says ${e.remedy.note}.`
        : "";
      out.push(`  ${e.severity.padEnd(12)}${e.says}${remedy} [${citation(e.rule, knowledge)}]`);
    }
  }
  if (result.alternatives.length > 0) {
    out.push("", "Alternatives");
    for (const a of ledger
      .of("suggestion")
      // What nobody would report is in the ranking for programs, and noise for a reader.
      .filter((s) => !s.body.shown && s.body.probability >= LEAST_READ)
      .slice(0, 8))
      out.push(
        `  ${a.body.code.value.padEnd(9)}${percent(a.body.probability)}  ${titleOn(a.body.code, knowledge, encounter.date)}`,
      );
  }
  if (result.queries.length > 0) {
    out.push("", "Queries to the provider");
    for (const q of result.queries) {
      out.push(`  ${q.text}  [${q.evidence.map((e) => quote(text, e)).join(", ")}]`);
      out.push(`    ${(q.options ?? []).map((o) => `( ) ${o}`).join("  ")}`);
    }
  }
  if (result.dropped.length > 0) {
    const words = droppedWords(ledger);
    out.push("", "Not coded");
    for (const d of result.dropped) {
      const place = words.get(`${d.system}:${d.code}`);
      out.push(
        `  ${d.code.padEnd(9)} ${place ? `${quote(text, place)} ` : ""}${d.reason} [${citation(d.rule, knowledge)}]`,
      );
    }
  }
  return out.join("\n");
}

/** Where each dropped code was named first. */
function droppedWords(ledger: Ledger): Map<string, Span> {
  const words = new Map<string, Span>();
  for (const ruling of ledger.of("ruling")) {
    if (ruling.body.verdict !== "drop") continue;
    const { code } = (ledger.facts[ruling.body.candidate] as Fact<"candidate">).body;
    const key = `${code.system}:${code.value}`;
    if (!words.has(key)) words.set(key, placeOf(ledger, ruling.body.candidate));
  }
  return words;
}

function rulesOf(ledger: Ledger, s: Fact<"suggestion">): string {
  const ids = new Set(
    s.from
      .map((f) => ledger.facts[f])
      .filter((f) => f.kind === "ruling" && f.by.type === "rule")
      .map((f) => f.by.id),
  );
  return ids.size > 0 ? `; rules ${[...ids].join(", ")}` : "";
}

/** "I.C.9.a; icd10cm.…": where a rule stands in its source. */
export function citation(ruleId: string, knowledge: Knowledge): string {
  const cite = citeOf(ruleId, knowledge);
  return cite ? `${cite.doc}, ${cite.section}; ${ruleId}` : ruleId;
}

/** A walk as indented lines, each fact with the words that it is about and the rule behind it. */
function walk(step: Step, depth: number, encounter: Encounter, out: string[]): void {
  const text = encounter.notes.find((n) => n.id === step.place?.note)?.text ?? "";
  const words = step.place && step.kind !== "sentence" ? `${quote(text, step.place)} ` : "";
  const where = step.place ? `at ${position(text, step.place.start)} ` : "";
  const by = step.cite ? `${step.cite.doc}, ${step.cite.section}; ${step.by}` : step.by;
  out.push(`${"  ".repeat(depth)}${step.kind} ${step.says === "" ? "" : `${step.says} `}${words}${where}[${by}]`);
  for (const f of step.from) walk(f, depth + 1, encounter, out);
}

export function showWhy(answer: Why, encounter: Encounter, knowledge: Knowledge): string {
  const { code, title } = answer;
  const name = title === "" ? code : `${code} (${title})`;
  const told: Record<Why["because"], string> = {
    suggested: `${name} is proposed:`,
    alternative: `${name} stands in the ranking below the cut of ${knowledge.ranking.cut}, or behind another code for the same words:`,
    dropped: `${name} was a candidate and was dropped:`,
    "never-candidate": `${name} was never a candidate: no words of the note led to it.`,
    "unknown-code": `${code} is no code of ICD-10-CM ${knowledge.codes.release}, nor a service that Citecode knows.`,
  };
  const out = [told[answer.because]];
  for (const step of answer.walk) walk(step, 1, encounter, out);
  if (answer.terms.length > 0) out.push("", "Terms that lead to it, nearest first:");
  for (const { term, found, missing } of answer.terms)
    out.push(`  ${term}: ${found ? "its words stand in the note" : `not found: ${missing.join(", ")}`}`);
  if (answer.instead.length > 0) out.push("", "What was taken in its place, or stands in the same category:");
  for (const other of answer.instead) walk(other.walk, 1, encounter, out);
  return out.join("\n");
}
