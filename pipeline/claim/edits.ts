import { type ClaimKnowledge, type ClaimLine, type Edit, type EditRule, ofKind } from "../claim-knowledge.js";
import type { Patient } from "../types.js";

export type Finding = Omit<Edit, "rule" | "severity" | "says"> & {
  readonly fill?: Readonly<Record<string, string | number>>;
};
type Claim = {
  readonly lines: readonly ClaimLine[];
  readonly diagnoses: readonly string[];
  readonly patient: Patient;
  readonly date: string;
};

/**
 * The checks of a bare claim, worst first: what a coder's final codes would meet. Rules that ask the words of a note are
 * passed over.
 * @param lines services in the order of the claim
 * @param diagnoses codes with their dots, the first-listed first
 * @param date of service, `YYYY-MM-DD`: chooses the rules and pairs in force
 */
export function editsFor(
  lines: readonly ClaimLine[],
  diagnoses: readonly string[],
  patient: Patient,
  date: string,
  { claim }: { readonly claim: ClaimKnowledge },
): Edit[] {
  const bare: Claim = { lines, diagnoses, patient, date };
  return byWorst(
    claim.edits
      .filter((rule) => inForce(rule, date))
      .flatMap((rule) => check(rule, bare, claim).map((finding) => edit(rule, finding))),
  );
}

const worst = { error: 0, warning: 1, information: 2 } as const;
export const byWorst = <T extends { readonly severity: Edit["severity"] }>(edits: T[]): T[] =>
  edits.sort((a, b) => worst[a.severity] - worst[b.severity]);
export const inForce = ({ effective: { from, to } }: EditRule, date: string) =>
  from <= date && (to === undefined || date <= to);

export function edit(rule: EditRule, { fill = {}, ...finding }: Finding): Edit {
  const says = rule.says.replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole));
  return { rule: rule.id, severity: rule.severity, ...(rule.remedy ? { remedy: rule.remedy } : {}), ...finding, says };
}

function check({ check: asks }: EditRule, bare: Claim, claim: ClaimKnowledge): Finding[] {
  const { lines, diagnoses, patient } = bare;
  const has = (line: ClaimLine, modifiers: readonly string[]) => line.modifiers.some((m) => modifiers.includes(m));
  const are = (kinds: readonly string[]) => lines.filter((l) => ofKind(l.code, kinds, claim));
  if ("pairs" in asks) return pairsOf(bare, claim);
  if ("units" in asks) return unitsOf(asks.units, bare, claim);
  if ("addOn" in asks)
    return lines.flatMap(({ code }) => {
      const needs = claim.addOns.get(code);
      return needs && !lines.some((l) => l.code !== code && ofKind(l.code, needs, claim))
        ? [{ codes: [code], fill: { a: code, b: needs.slice(0, 4).join(", ") } }]
        : [];
    });
  if ("fits" in asks)
    return lines.flatMap((line) =>
      line.modifiers
        .filter((m) => !fits(m, line.code, claim))
        .map((m) => ({ codes: [line.code], fill: { a: line.code, m } })),
    );
  if ("unlinked" in asks)
    return are(asks.unlinked)
      .filter((l) => l.pointers?.length === 0)
      .map((l) => ({ codes: [l.code], fill: { a: l.code } }));
  if ("oneOf" in asks) {
    const found = [...new Set(are(asks.oneOf).map((l) => l.code))];
    return found.length > 1 ? [{ codes: found, fill: { a: found[0], b: found.slice(1).join(", ") } }] : [];
  }
  if ("oneModifierOf" in asks)
    return lines.flatMap((line) => {
      const found = line.modifiers.filter((m) => asks.oneModifierOf.includes(m));
      return found.length > 1 ? [{ codes: [line.code], fill: { a: line.code, m: found.join(", ") } }] : [];
    });
  if ("most" in asks) {
    const over = (n: number, codes: readonly string[]) =>
      n > asks.count ? [{ codes, fill: { n, most: asks.count, a: codes[0] } }] : [];
    if (asks.most === "diagnoses") return over(diagnoses.length, diagnoses.slice(asks.count));
    return lines.flatMap((l) =>
      over(asks.most === "modifiers" ? l.modifiers.length : (l.pointers?.length ?? 0), [l.code]),
    );
  }
  if ("beside" in asks) {
    const others = are(asks.with);
    return are(asks.beside).flatMap((line) => {
      const other = others.find((o) => o !== line && o.code !== line.code);
      return other && !has(line, asks.unless)
        ? [{ codes: [line.code, other.code], fill: { a: line.code, b: other.code } }]
        : [];
    });
  }
  if ("lacks" in asks)
    return are(asks.on)
      .filter((l) => !has(l, asks.lacks))
      .map((l) => ({ codes: [l.code], fill: { a: l.code } }));
  const about = (of: readonly string[]) => [
    ...are(of).map((l) => l.code),
    ...diagnoses.filter((d) => of.some((kind) => inDiagnoses(d, kind, claim))),
  ];
  if ("age" in asks) {
    const { age } = patient;
    if (age === undefined || (age >= (asks.age.min ?? 0) && age < (asks.age.max ?? Infinity))) return [];
    return about(asks.of).map((a) => ({ codes: [a], fill: { a, n: age } }));
  }
  if ("sex" in asks) {
    if (patient.sex === undefined || patient.sex === asks.sex) return [];
    return about(asks.of).map((a) => ({ codes: [a], fill: { a, m: patient.sex as string } }));
  }
  return [];
}

/** A kind whose ranges are those of diagnoses: three characters, and all below them. */
function inDiagnoses(code: string, kind: string, claim: ClaimKnowledge): boolean {
  const head = code.slice(0, 3);
  return (
    code.startsWith(`${kind}.`) ||
    code === kind ||
    (claim.kinds.get(kind) ?? []).some(([from, to]) =>
      from.length === 3
        ? head >= from && head <= to
        : from.includes(".") && code.slice(0, from.length) >= from && code.slice(0, to.length) <= to,
    )
  );
}

function pairsOf({ lines, date }: Claim, claim: ClaimKnowledge): Finding[] {
  const found: Finding[] = [];
  for (const first of lines)
    for (const second of lines) {
      if (first === second || first.code === second.code) continue;
      const pair = claim.pairs.find(first.code, second.code, date);
      if (!pair) continue;
      const bypass = claim.bypasses.find((b) => ofKind(second.code, b.on, claim));
      const told = (l: ClaimLine) => l.modifiers.some((m) => bypass?.modifiers.includes(m));
      // CMS takes the modifier on either code, save for a visit, which bears its own.
      if (pair.allowed && (told(second) || told(first) || sidesApart(first, second, claim))) continue;
      found.push({
        codes: [first.code, second.code],
        fill: { a: first.code, b: second.code },
        ...(pair.allowed && bypass ? { remedy: { modifiers: bypass.modifiers, note: bypass.note } } : {}),
      });
    }
  return found;
}

/** Rules of this group give the modifiers that name a part of the body. */
const SITES = "side";
/** Both name a part of the body by modifier, and not the same one. */
function sidesApart(a: ClaimLine, b: ClaimLine, claim: ClaimKnowledge): boolean {
  const sites = (l: ClaimLine) =>
    l.modifiers.filter((m) => claim.modifiers.some((r) => r.modifier === m && r.group === SITES));
  const one = sites(a);
  const two = sites(b);
  return one.length > 0 && two.length > 0 && !one.some((m) => two.includes(m));
}

function unitsOf(per: "line" | "day", { lines }: Claim, claim: ClaimKnowledge): Finding[] {
  const found: Finding[] = [];
  const sums = new Map<string, number>();
  for (const { code, units } of lines) sums.set(code, (sums.get(code) ?? 0) + units);
  for (const [code, sum] of sums) {
    const limit = claim.limits.get(code);
    if (!limit || limit.per !== per) continue;
    const n = per === "day" ? sum : Math.max(...lines.filter((l) => l.code === code).map((l) => l.units));
    if (n > limit.most) found.push({ codes: [code], fill: { a: code, n, most: limit.most } });
  }
  return found;
}

/** Whether the rules know a modifier and let it stand on a code; modifiers that no rule knows fit everywhere. */
function fits(modifier: string, code: string, claim: ClaimKnowledge): boolean {
  const rules = claim.modifiers.filter((r) => r.modifier === modifier);
  return (
    rules.length === 0 || rules.some((r) => ofKind(code, r.on, claim) && !(r.never && ofKind(code, r.never, claim)))
  );
}
