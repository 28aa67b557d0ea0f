import {
  type Abbreviation,
  type Anatomy,
  type Axis,
  type Concept,
  type Condition,
  type Connector,
  type Cue,
  type Drug,
  type GuidelineRule,
  type HistoryRule,
  type Measure,
  PhraseClass,
  type Qualifier,
  Reach,
  type SectionKind,
  type Sense,
  type VisitFamily,
  type VisitRules,
} from "../../pipeline/knowledge.js";
import { headingKey, normalise, unitKey } from "../../pipeline/text/index.js";
import { packClaim, visitCodes } from "../edits/pack.js";
import { RuleError, type Rules, type WithCases } from "../schema.js";
import type { CodeBuilder } from "./codes.js";
import type { Searchable } from "./search.js";
import type { StemTable } from "./stems.js";
import type { TrieBuilder } from "./trie.js";

/** Signs that cues may hold and other phrases may not. */
const cueSigns = "/%?:-+()&#,";
/** Titles longer than this are never repeated by a note word for word. */
const LONGEST_TITLE = 8;

/** Puts every phrase of the lexicon, cues, services and titles into the trie, and resolves codes and senses. */
export function compileLexicon(
  rules: Rules,
  codes: CodeBuilder,
  stems: StemTable,
  trie: TrieBuilder,
  warnings: string[],
) {
  const searchable: Searchable[] = [];
  const codeOf = (code: string, where: string): number => {
    const at = codes.find(code);
    if (at < 0)
      throw new RuleError(`rules/${where}: code ${code} is not in ICD-10-CM FY2026. Correct it, or remove the entry.`);
    return at;
  };
  const stemsOf = (words: readonly string[] | undefined) => [...new Set((words ?? []).flatMap((w) => stems.phrase(w)))];

  const owner = new Map<string, string>();
  const concepts: Concept[] = rules.concepts.map((entry, index) => {
    const where = `lexicon/conditions, entry "${entry.id}"`;
    const seeds = (typeof entry.code === "string" ? [entry.code] : entry.code).map((c) => codeOf(c, where));
    const fallback = entry.default ? codeOf(entry.default, where) : -1;
    if (fallback >= 0 && codes.lines[fallback].b !== 1)
      throw new RuleError(`rules/${where}: default ${entry.default} is not billable. Give a billable code.`);
    for (const term of entry.terms) {
      const path = trie.add(term, PhraseClass.concept, index);
      if (path.length === 0) throw new RuleError(`rules/${where}: nothing remains of the term "${term}". Remove it.`);
      const key = /[A-Z]/.test(term) && !/[a-z]/.test(term) ? `${path.join(" ")}|${term}` : path.join(" ");
      const before = owner.get(key);
      if (before && before !== entry.id)
        warnings.push(`lexicon: "${term}" belongs to both "${before}" and "${entry.id}"; the first counts`);
      else owner.set(key, entry.id);
      for (const seed of seeds.length === 1 ? seeds : fallback >= 0 ? [fallback] : seeds.slice(0, 3))
        searchable.push({ code: seed, stems: path });
    }
    return {
      id: entry.id,
      kind: entry.kind,
      seeds,
      fallback,
      name: stems.phrase(entry.terms[0]),
      implies: stemsOf(entry.words),
      notBefore: stemsOf(entry.notBefore),
      notAfter: stemsOf(entry.notAfter),
      source: "lexicon",
    };
  });

  // Titles and inclusion terms are phrases too, unless the lexicon already says what the words mean.
  const kindOf = codeKinds(rules, codes);
  codes.lines.forEach((line, i) => {
    if (codes.seventh[i]) return;
    const phrases = [line.t, ...(line.n ?? []), ...(line.i ?? [])];
    for (const phrase of phrases)
      for (const variant of titleVariants(phrase)) {
        const path = stems.phrase(variant);
        if (path.length === 0 || path.length > LONGEST_TITLE) continue;
        if (path.length === 1 && (kindOf[i] === "status" || kindOf[i] === "external-cause" || variant.length < 5))
          continue;
        if (trie.at(path).some((h) => h.cls === PhraseClass.concept)) continue;
        trie.addPath(path, PhraseClass.concept, concepts.length + i, trie.singleForms(variant, path));
      }
  });

  const anatomy: Anatomy[] = rules.anatomy.map((entry, index) => {
    for (const term of entry.terms) trie.add(term, PhraseClass.anatomy, index);
    return {
      id: entry.id,
      words: stemsOf(entry.words),
      wider: (entry.wider ?? []).map((w) => stems.phrase(w)),
      side: entry.side ?? null,
    };
  });
  const qualifiers: Qualifier[] = [];
  const axes: Axis[] = rules.axes.map((axis, a) => {
    const values = axis.values.map((value) => {
      const index = qualifiers.length;
      qualifiers.push({ id: value.id, axis: a, words: stemsOf(value.words) });
      for (const term of value.terms) trie.add(term, PhraseClass.qualifier, index);
      return index;
    });
    const fallback = axis.default ? (values.find((v) => qualifiers[v].id === axis.default) ?? -1) : -1;
    return { id: axis.axis, exclusive: axis.exclusive ?? false, values, fallback };
  });
  const classes = new Map(rules.drugClasses.map((c) => [c.class, c]));
  const drugs: Drug[] = rules.drugs.map((entry, index) => {
    for (const term of entry.terms) trie.add(term, PhraseClass.drug, index);
    const where = `lexicon/drugs.json, entry "${entry.id}"`;
    const whole = classes.get(entry.class);
    const adverse = entry.adverse ?? whole?.adverse;
    return {
      id: entry.id,
      class: entry.class,
      treats: entry.treats.map((c) => codeOf(c, where)),
      longTerm: entry.longTerm ? codeOf(entry.longTerm, where) : -1,
      adverse: adverse ? codeOf(adverse, where) : -1,
      given: whole?.given ? codeOf(whole.given, "lexicon/drug-classes.json") : -1,
    };
  });
  const measures: Measure[] = rules.measures.map((entry, index) => {
    for (const term of entry.terms) trie.add(term, PhraseClass.measure, index);
    const where = `lexicon/measures, entry "${entry.id}"`;
    return {
      id: entry.id,
      units: (entry.units ?? []).map((unit) => {
        const at = rules.units.findIndex((u) => u.id === unit);
        if (at < 0)
          throw new RuleError(
            `rules/${where}: unit "${unit}" is not in lexicon/units.json. Add it there or correct it.`,
          );
        return at;
      }),
      pair: entry.pair ?? null,
      outOf: entry.outOf ?? [],
      shy: (entry.shy ?? []).map((term) => term.toLowerCase()),
      age: entry.age ?? null,
      least: entry.least,
      most: entry.most,
      ranges: (entry.ranges ?? []).map((r) => ({ upTo: r.upTo, code: codeOf(r.code, where) })),
    };
  });
  const dosing = rules.dosing.map((entry, index) => {
    for (const term of entry.terms) trie.add(term, PhraseClass.dosing, index);
    return { id: entry.id, axis: entry.axis };
  });
  const cues: Cue[] = rules.cues.map((entry, index) => {
    if (entry.kind !== "year") for (const term of entry.terms) trie.add(term, PhraseClass.cue, index, cueSigns);
    return {
      id: entry.id,
      kind: entry.kind ?? "cue",
      certainty: entry.effect?.certainty ?? null,
      time: entry.effect?.time ?? null,
      subject: entry.effect?.subject ?? null,
      of: entry.of ?? [],
      direction: entry.direction ?? (entry.kind === "terminate" ? "both" : "forward"),
      reach: typeof entry.reach === "number" ? entry.reach : Reach[entry.reach ?? "sentence"],
      opens: entry.opens ?? false,
      next: entry.next ?? [],
      firm: entry.firm ?? false,
      ended: entry.ended ?? false,
      for: entry.for ?? [],
    };
  });
  const connectors: Connector[] = rules.connectors.map((entry, index) => {
    for (const term of entry.terms) trie.add(term, PhraseClass.connector, index);
    return { id: entry.id, role: entry.role, reversed: entry.reversed ?? false, loose: entry.loose ?? false };
  });

  const phrase = new Map<string, number>();
  const addWords = (terms: readonly string[] | undefined) => {
    for (const term of terms ?? [])
      if (!phrase.has(term)) {
        phrase.set(term, phrase.size);
        trie.add(term, PhraseClass.words, phrase.size - 1);
      }
  };
  rules.services.forEach((rule, index) => {
    for (const term of rule.terms) trie.add(term, PhraseClass.service, index);
    for (const group of rule.with ?? []) addWords(group);
    addWords(rule.without);
    addWords(rule.done);
  });
  const { tables, ...visitLists } = rules.visits;
  addWords(tables.medicare);
  addWords(tables.apart);
  addWords(tables.done.words);
  for (const rule of Object.values(visitLists).flat()) {
    const { terms, with: all, without, note, notOpening, codes } = rule as WithCases<VisitFamily>;
    for (const list of [terms, ...(all ?? []), without, ...(note ?? []), notOpening]) addWords(list);
    for (const code of codes ?? []) addWords(code.words);
  }
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value && typeof value === "object") {
      const words = (value as { words?: { any?: string[] } }).words;
      if (words?.any) addWords(words.any);
      else Object.values(value).forEach(visit);
    }
  };
  for (const rule of rules.guidelines) {
    visit(rule.when);
    visit(rule.then);
  }
  for (const rule of rules.queries)
    for (const indicator of [...rule.find, ...rule.unless]) if ("words" in indicator) addWords(indicator.words);
  for (const words of [rules.poa.present, rules.poa.later, rules.poa.unable]) addWords(words);
  visit(rules.claim.modifiers);
  addWords(rules.claim.tables.links.indications);
  for (const { check } of rules.claim.edits) {
    if ("said" in check) addWords(check.said);
    if ("undocumented" in check) addWords(check.done);
  }

  const abbreviations: Abbreviation[] = rules.abbreviations.map((entry, index) => {
    const path = stems.phrase(entry.short);
    trie.addPath(path, PhraseClass.abbreviation, index, entry.case ? entry.short : shortForms(entry.short, path));
    const senses: Sense[] = entry.senses.map((sense) => {
      const longPath = sense.long ? stems.phrase(sense.long) : [];
      const means = trie
        .at(longPath)
        .filter(
          (h) =>
            h.cls === PhraseClass.concept ||
            h.cls === PhraseClass.anatomy ||
            h.cls === PhraseClass.drug ||
            h.cls === PhraseClass.qualifier,
        )
        .sort((a, b) => a.cls - b.cls)[0];
      return {
        means: means ? { cls: means.cls, index: means.index } : null,
        long: sense.long ?? "",
        near: stemsOf(sense.near),
        before: (sense.before ?? []).map(normalise),
        after: (sense.after ?? []).map(normalise),
        sections: sense.sections ?? [],
      };
    });
    return { id: entry.id, senses };
  });

  const headings: [string, number][] = [];
  const headingOwner = new Map<string, string>();
  const sections: SectionKind[] = rules.sections.map((entry, index) => {
    for (const heading of entry.headings) {
      const key = headingKey(heading);
      const before = headingOwner.get(key);
      if (before !== undefined) {
        if (before !== entry.id)
          warnings.push(
            `sections: heading "${heading}" belongs to both "${before}" and "${entry.id}"; the first counts`,
          );
        continue;
      }
      headingOwner.set(key, entry.id);
      headings.push([key, index]);
    }
    const implied = entry.implies;
    return {
      id: entry.id,
      role: entry.role,
      within: entry.within ?? [],
      opens: (entry.opens ?? []).map(headingKey),
      certainty: implied?.certainty ?? null,
      time: implied?.time ?? null,
      subject: implied?.subject ?? null,
      denied: entry.denied ?? null,
      words: stemsOf(entry.words),
      mts: entry.mts ?? null,
    };
  });
  for (const rule of [...rules.history.personal, ...rules.history.family])
    codeOf(rule.code, `lexicon/history.json, "${rule.id}"`);

  return {
    searchable,
    json: {
      concepts,
      codeKinds: compressKinds(kindOf),
      anatomy,
      qualifiers,
      axes,
      drugs,
      measures,
      units: rules.units.map(({ id, kind, of, factor, alone, parts }) => ({
        id,
        kind,
        of: of ?? id,
        factor: factor ?? 1,
        alone: alone ?? true,
        parts: parts ?? [],
      })),
      unitNames: rules.units.flatMap((u, i) => u.terms.map((term) => [unitKey(term), i] as [string, number])),
      dosing,
      valueWords: Object.entries(rules.valueWords).filter(([name]) => name !== "about"),
      cues,
      connectors,
      abbreviations,
      sections,
      headings,
      grammar: rules.titleWords.grammar.map((word) => stems.id(word)),
      denies: rules.titleWords.denies.map((word) => stems.id(word)),
      phrase: [...phrase],
      guidelines: [...rules.guidelines.map(withoutCases), ...historyRules(rules)],
      lists: rules.lists,
      services: rules.services.map(withoutCases),
      queries: rules.queries.map(withoutCases),
      wording: { given: rules.wording.given, offered: rules.wording.offered },
      poa: rules.poa,
      limits: rules.limits,
      doses: rules.doses,
      visits: {
        ...Object.fromEntries(Object.entries(visitLists).map(([key, list]) => [key, list.map(withoutCases)])),
        tables,
      } as VisitRules,
      ranking: rules.ranking,
      claim: packClaim(rules.claim, rules.services, visitCodes(rules.visits)),
    },
  };
}

/** What stands for a past or a relative's condition, as rules that replace it; the first of the list that covers a code. */
function historyRules(rules: Rules): GuidelineRule[] {
  const past: Condition[] = [
    { time: ["past"] },
    { subject: ["patient"] },
    { certainty: ["present"] },
    { not: { list: ALWAYS_CURRENT } },
  ];
  const family: Condition[] = [{ subject: ["family"] }, { certainty: ["present"] }];
  const rule = (h: HistoryRule, when: readonly Condition[], says: string): GuidelineRule => ({
    id: `icd10cm.history.${h.id}`,
    cite: { doc: "ICD-10-CM Official Guidelines FY2026", section: "I.C.21.c.4" },
    effective: { from: "2025-10-01", to: "2026-09-30" },
    when: { all: [{ code: h.of }, ...when] },
    // biome-ignore lint/suspicious/noThenProperty: the rule format has it, and no rule is awaited
    then: { verdict: "replace", code: h.code, says },
  });
  return [
    ...rules.history.personal.map((h) =>
      rule(h, past, "The condition is over: its history is coded where it matters."),
    ),
    ...rules.history.family.map((h) =>
      rule(h, family, "A relative's condition: family history is coded where it matters."),
    ),
  ];
}
/** The list of conditions that a section of past history does not make past. */
const ALWAYS_CURRENT = "chronic-always-current";
/** A short form of one word is written as it is or with an "s" behind: "pre" is no "PRES". */
function shortForms(short: string, path: readonly number[]): string | null {
  const plain = normalise(short.trim());
  return path.length === 1 ? `|${plain}|${plain}s|` : null;
}

/** Cases are for tests; the running program has no use for them. */
function withoutCases<T extends { fires: unknown; silent: unknown }>(rule: T) {
  const { fires: _fires, silent: _silent, ...rest } = rule;
  return rest;
}

function codeKinds(rules: Rules, codes: CodeBuilder): string[] {
  const kinds: string[] = new Array(codes.lines.length).fill("condition");
  for (const { first, last, kind } of rules.kinds) {
    const from = codes.find(first);
    const to = codes.find(last);
    if (from < 0 || to < 0)
      throw new RuleError(`rules/lexicon/kinds.json: ${first} or ${last} is not a code. Correct it.`);
    kinds.fill(kind, from, codes.last[to] + 1);
  }
  return kinds;
}
/** Runs of one kind: [first position, kind]. */
function compressKinds(kinds: readonly string[]): [number, string][] {
  const runs: [number, string][] = [];
  kinds.forEach((kind, i) => {
    if (i === 0 || kinds[i - 1] !== kind) runs.push([i, kind]);
  });
  return runs;
}

/** How a note may say a title: without brackets, "unspecified" and residual words, and turned round at its comma. */
export function titleVariants(title: string): string[] {
  if (/^other\b|not elsewhere classified|\bother specified\b|classified elsewhere|\bNEC\b/i.test(title)) return [];
  const plain = title
    .replace(/\[[^\]]*\]|\([^)]*\)/g, " ")
    .replace(/,?\s*\b(?:unspecified|NOS)\b(?!\s+[a-z])|\bunspecified\b\s*/gi, " ")
    .replace(/\s+/g, " ")
    .replace(/\s+,/g, ",")
    .replace(/^[\s,]+|[\s,]+$/g, "");
  if (plain === "") return [];
  const variants = new Set([plain]);
  const parts = plain.split(", ");
  if (parts.length === 2) variants.add(`${parts[1]} ${parts[0]}`);
  return [...variants];
}
