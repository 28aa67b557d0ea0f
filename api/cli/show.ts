import { type Trace, trace, whyNot } from "../../pipeline/explain.js";
import type { Cite, Knowledge } from "../../pipeline/knowledge.js";
import type { Ledger } from "../../pipeline/stage.js";
import type { Encounter, Fact, Place, Span } from "../../pipeline/types.js";
import type { Warning } from "../encounter.js";
import { placeOf, pointersOf, toResult } from "../result.js";
import { titleOf } from "../titles.js";

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
  for (const w of warnings) out.push(`! ${w.message}`, "");
  const shown = ledger.of("suggestion").filter((s) => s.body.shown);
  if (shown.length === 0) out.push("No code is proposed.");
  for (const s of shown) {
    const { code, probability, role, units } = s.body;
    const claim = ledger.of("line").find((l) => l.body.suggestion === s.id)?.body;
    const extra = [role, units ? `${units} unit${units > 1 ? "s" : ""}` : ""].filter(Boolean).join(", ");
    const bearing = [code.value, ...(claim?.modifiers.map((m) => m.modifier) ?? [])].join("-");
    out.push(`${bearing.padEnd(9)}${percent(probability)}  ${titleOf(code, knowledge)}  (${code.system}, ${extra})`);
    for (const place of s.body.evidence.slice(0, MOST_EVIDENCE))
      out.push(`          ${quote(text, place)} at ${position(text, place.start)}`);
    if (claim && claim.pointers.length > 0) out.push(`          for ${pointersOf(claim, ledger).join(", ")}`);
    const candidate = ledger.facts[s.body.candidate] as Fact<"candidate">;
    out.push(`          by ${candidate.by.type} ${candidate.by.id}${rulesOf(ledger, s)}`);
  }
  const result = toResult(ledger, encounter, warnings);
  if (result.edits) {
    out.push("", "Claim checks");
    for (const e of result.edits) {
      const remedy = e.remedy
        ? ` Allowed${e.remedy.modifiers.length > 0 ? ` with ${e.remedy.modifiers.join(" or ")}` : ""} when the note says ${e.remedy.note}.`
        : "";
      out.push(`  ${e.severity.padEnd(12)}${e.says}${remedy} [${citeOf(e.rule, knowledge)}]`);
    }
  }
  if (result.alternatives.length > 0) {
    out.push("", "Alternatives");
    for (const a of ledger
      .of("suggestion")
      // What nobody would report is in the ranking for programs, and noise for a reader.
      .filter((s) => !s.body.shown && s.body.probability >= LEAST_READ)
      .slice(0, 8))
      out.push(`  ${a.body.code.value.padEnd(9)}${percent(a.body.probability)}  ${titleOf(a.body.code, knowledge)}`);
  }
  if (result.queries.length > 0) {
    out.push("", "Queries to the provider");
    for (const q of result.queries) out.push(`  ${q.text}  [${q.evidence.map((e) => quote(text, e)).join(", ")}]`);
  }
  if (result.dropped.length > 0) {
    const words = droppedWords(ledger);
    out.push("", "Not coded");
    for (const d of result.dropped) {
      const place = words.get(`${d.system}:${d.code}`);
      out.push(
        `  ${d.code.padEnd(9)} ${place ? `${quote(text, place)} ` : ""}${d.reason} [${citeOf(d.rule, knowledge)}]`,
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

/** "I.C.9.a (icd10cm.…)": where a rule stands in its source. */
export function citeOf(ruleId: string, knowledge: Knowledge): string {
  const { guidelines, services, claim } = knowledge;
  const lists: readonly (readonly { readonly id: string; readonly cite: Cite }[])[] = [
    guidelines,
    services,
    claim.edits,
    claim.modifiers,
  ];
  const rule = lists.map((list) => list.find((r) => r.id === ruleId)).find((r) => r !== undefined);
  return rule ? `${rule.cite.doc}, ${rule.cite.section}; ${rule.id}` : ruleId;
}

function line(fact: Fact, text: string, knowledge: Knowledge): string {
  const by =
    fact.by.type === "stage"
      ? fact.stage
      : fact.by.type === "rule"
        ? citeOf(fact.by.id, knowledge)
        : `${fact.by.type} ${fact.by.id}`;
  const place = (p: Place) => `${quote(text, p)} at ${position(text, p.start)}`;
  switch (fact.kind) {
    case "suggestion":
      return `suggestion ${fact.body.code.value} ${percent(fact.body.probability).trim()}, ${fact.body.role}, release ${fact.body.code.release}`;
    case "candidate":
      return `candidate ${fact.body.code.value}: ${titleOf(fact.body.code, knowledge)} (fit ${fact.body.fit.toFixed(2)}; words ${fact.body.matched.join(", ")}) by ${by}`;
    case "score":
      return `score ${Object.entries(fact.body.parts)
        .map(([k, v]) => `${k} ${v}`)
        .join(", ")}`;
    case "estimate":
      return `estimate ${percent(fact.body.probability).trim()} by ${by}`;
    case "ruling":
      return `ruling ${fact.body.verdict}: ${fact.body.says} by ${by}`;
    case "assertion":
      return `assertion ${fact.body.certainty}, ${fact.body.time}, ${fact.body.subject}${fact.body.cue ? `, cue ${place(fact.body.cue)}` : ""} by ${by}`;
    case "mention":
      return `mention ${place(fact.body.place)} by ${by}`;
    case "relation":
      return `relation ${fact.body.role} by ${by}`;
    case "section":
      return `section ${fact.body.is}${fact.body.heading ? ` ${place(fact.body.heading)}` : ""}`;
    case "problem":
      return `problem ${place(fact.body.heading)}`;
    case "line":
      return `line ${fact.body.units} x ${fact.body.modifiers.map((m) => `${m.modifier} ${m.places.map(place).join(", ")} by ${citeOf(m.rule, knowledge)}`).join("; ")}`;
    case "edit":
      return `edit ${fact.body.severity}: ${fact.body.says} by ${by}`;
    case "sentence":
      return `sentence at ${position(text, fact.body.place.start)}`;
  }
}

function walk(t: Trace, depth: number, text: string, knowledge: Knowledge, out: string[], seen: Set<number>): void {
  out.push(`${"  ".repeat(depth)}${line(t.fact, text, knowledge)}${seen.has(t.fact.id) ? " (as above)" : ""}`);
  if (seen.has(t.fact.id)) return;
  seen.add(t.fact.id);
  for (const f of t.from) walk(f, depth + 1, text, knowledge, out, seen);
}

export function showTrace(ledger: Ledger, encounter: Encounter, knowledge: Knowledge, code: string): string {
  const suggestion = ledger.of("suggestion").find((s) => s.body.code.value === code.toUpperCase());
  if (!suggestion) return showWhyNot(ledger, encounter, knowledge, code);
  const out: string[] = [];
  const text = encounter.notes[0].text;
  const claim = ledger.of("line").find((l) => l.body.suggestion === suggestion.id);
  if (claim) out.push(line(claim, text, knowledge));
  walk(trace(ledger, suggestion.id), 0, text, knowledge, out, new Set());
  return out.join("\n");
}

export function showWhyNot(ledger: Ledger, encounter: Encounter, knowledge: Knowledge, code: string): string {
  const answer = whyNot(ledger, code);
  const text = encounter.notes[0].text;
  const out: string[] = [];
  const show = (fact: Fact) => walk(trace(ledger, fact.id), 1, text, knowledge, out, new Set());
  switch (answer.because) {
    case "suggested":
      out.push(`${code.toUpperCase()} is proposed:`);
      show(answer.suggestion);
      break;
    case "alternative":
      out.push(
        `${code.toUpperCase()} stands in the ranking below the cut of ${knowledge.ranking.cut}, or behind another code for the same words:`,
      );
      show(answer.suggestion);
      break;
    case "dropped":
      out.push(`${code.toUpperCase()} was a candidate and was dropped:`);
      for (const ruling of answer.rulings) show(ruling);
      break;
    case "never-candidate": {
      const at = knowledge.codes.find(code);
      out.push(
        at < 0
          ? `${code.toUpperCase()} is not a code of ICD-10-CM ${knowledge.codes.release}${/^\d/.test(code) ? ", nor a service that Citecode knows" : ""}.`
          : `${code.toUpperCase()} (${knowledge.codes.title(at)}) was never a candidate: no words of the note led to it.`,
      );
      if (answer.near.length > 0) out.push("Candidates of the same category:");
      for (const near of answer.near.slice(0, 5)) show(near);
    }
  }
  return out.join("\n");
}
