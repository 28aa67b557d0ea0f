import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { loadModels } from "../../models/load.js";
import { isHeldOut } from "../../models/ranker/notes.js";
import { install, readCurrent, type SiteVersion, sameBase, shippedBase } from "../../models/site/file.js";
import type { Row } from "../../models/site/fit.js";
import { type Figures, figuresOf, type Learnt, lacking, learn, MARGIN } from "../../models/site/learn.js";
import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Models } from "../../pipeline/models.js";
import type { Fact } from "../../pipeline/types.js";
import { toEncounter } from "../encounter.js";
import { InputError } from "../errors.js";
import { suggestWith } from "../result.js";
import { describe } from "./ndjson.js";

type Decision = { readonly system: string; readonly code: string; readonly decision: "accepted" | "rejected" };
type LineError = { readonly line: number; readonly code: string; readonly message: string; readonly at?: string };
export type Decided = {
  readonly rows: readonly Row[];
  /** Decided codes that the engine did not rank. */
  readonly unranked: number;
  /** Decided codes below the cut that were left out, since coders recorded only what they added there. */
  readonly added: number;
  readonly errors: readonly LineError[];
};
export type Report = Learnt & {
  readonly installed: string | null;
  readonly reason: string;
  readonly folder: string;
  readonly unranked: number;
  readonly added: number;
  readonly errors: readonly LineError[];
  /** Held-out figures of the version in use before, where there was one. */
  readonly current?: Figures;
};

/**
 * Learns from a site's decisions and installs what is better on held-out encounters.
 * @throws InputError when the file cannot be read, or holds too few decisions
 */
export async function learnFrom(path: string, folder: string, knowledge: Knowledge, today: string): Promise<Report> {
  let raw: Buffer;
  try {
    raw = readFileSync(path);
  } catch {
    throw new InputError("file.unreadable", "Cannot read the decisions. Check the file's name and rights.", path);
  }
  const text = (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString("utf8");
  const { rows, ...rest } = await readDecisions(text, knowledge, await loadModels(knowledge), today);
  const lack = lacking(rows);
  if (lack) {
    const bad = rest.errors.length > 0 ? ` ${rest.errors.length} lines could not be used; ${told(rest.errors[0])}` : "";
    throw new InputError(lack.code, lack.message + bad, path);
  }
  const { cut } = knowledge.ranking;
  const learnt = learn(rows, cut);
  const base = shippedBase();
  const inUse = readCurrent(folder);
  const held = rows.filter((r) => isHeldOut(r.encounter));
  const current = inUse && sameBase(inUse.base, base) ? figuresOf(held, inUse.correction, cut) : undefined;
  const report = { ...learnt, ...rest, folder, ...(current ? { current } : {}) };
  if (!learnt.better)
    return { ...report, installed: null, reason: `the gain is not more than ${MARGIN} and its standard error` };
  if (inUse && current && learnt.after.logLoss >= current.logLoss)
    return { ...report, installed: null, reason: `${inUse.id}, which is in use, is as good` };
  const { correction, penalty, counts, before, after, gain } = learnt;
  const decisions = createHash("sha256").update(raw).digest("hex");
  const content: Omit<SiteVersion, "id"> = {
    base,
    decisions,
    knowledge: knowledge.hash,
    penalty,
    correction,
    counts,
    before,
    after,
    gain,
  };
  return { ...report, installed: install(folder, content).id, reason: "better on held-out encounters" };
}

/** The decided codes of NDJSON encounters as rows; a later decision on the same code of an encounter replaces the earlier. */
export async function readDecisions(
  text: string,
  knowledge: Knowledge,
  models: Models,
  today: string,
): Promise<Decided> {
  const rows = new Map<string, Row & { readonly shown: boolean }>();
  const errors: LineError[] = [];
  let unranked = 0;
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      const { input, decisions } = checkLine(line);
      const { encounter } = toEncounter(input, knowledge, today);
      const ledger = await suggestWith(encounter, knowledge, models);
      const suggestions = new Map(
        ledger.of("suggestion").map((s) => [keyOf(s.body.code.system, s.body.code.value), s]),
      );
      const probability = new Map(ledger.of("estimate").map((e) => [e.body.candidate, e.body.probability]));
      const score = new Map<number, Fact<"score">>(ledger.of("score").map((s) => [s.body.candidate, s]));
      for (const { system, code, decision } of decisions) {
        const key = keyOf(system, code);
        const body = suggestions.get(key)?.body;
        const parts = body && score.get(body.candidate)?.body.parts;
        const estimate = body && probability.get(body.candidate);
        if (!body || !parts || estimate === undefined) unranked++;
        else
          rows.set(JSON.stringify([encounter.id, key]), {
            encounter: encounter.id,
            parts,
            estimate,
            accepted: decision === "accepted",
            shown: body.shown,
          });
      }
    } catch (error) {
      errors.push({ line: i + 1, ...describe(error) });
    }
  }
  // Below the cut a code is more often wrong than right. Where decisions say otherwise, coders wrote down what they added
  // and passed over the rest, and learning from it would raise every alternative.
  const all = [...rows.values()];
  const below = all.filter((r) => !r.shown);
  const oneSided = below.filter((r) => r.accepted).length * 2 > below.length;
  return {
    rows: (oneSided ? all.filter((r) => r.shown) : all).map(({ shown: _, ...row }) => row),
    unranked,
    added: oneSided ? below.length : 0,
    errors,
  };
}

const keyOf = (system: string, code: string) => `${system}:${code.trim().toUpperCase().replace(".", "")}`;

function checkLine(line: string): { input: object; decisions: readonly Decision[] } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new InputError("line.not-json", "The line is not JSON. Give one object a line.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError("input.not-an-object", 'Expected an object with "id", "text" and "decisions".');
  const { decisions, ...input } = value as Record<string, unknown>;
  if (typeof input.id !== "string" || input.id === "")
    throw new InputError("input.id", 'Expected "id" to be a text: it decides which encounters are held out.', "/id");
  if (!Array.isArray(decisions))
    throw new InputError("decisions.missing", 'Expected "decisions" to be a list.', "/decisions");
  decisions.forEach((d: Partial<Decision> | null, i) => {
    const good =
      typeof d?.system === "string" && typeof d.code === "string" && /^(accepted|rejected)$/.test(String(d.decision));
    if (!good)
      throw new InputError(
        "decisions.entry",
        'Expected {system, code, decision}, with "accepted" or "rejected" as decision.',
        `/decisions/${i}`,
      );
  });
  return { input, decisions };
}

export const told = (e: LineError) => `line ${e.line}: ${e.message}${e.at ? ` (${e.at})` : ""} [${e.code}]`;

/** What was learnt, for a person. */
export function showReport(report: Report): string {
  const { counts, before, after, gain, correction, current } = report;
  const figures = (f: Figures) =>
    `log-loss ${f.logLoss.toFixed(4)}  calibration error ${f.calibrationError.toFixed(4)}  at the cut precision ${f.precision.toFixed(3)}  recall ${f.recall.toFixed(3)}`;
  const strongest = Object.entries(correction.weights)
    .sort(([a, x], [b, y]) => Math.abs(y) - Math.abs(x) || (a < b ? -1 : 1))
    .slice(0, 8)
    .map(([name, weight]) => `${name} ${weight.toFixed(2)}`);
  return [
    `${counts.decided} decided codes in ${counts.encounters} encounters, ${counts.accepted} accepted; ${counts.heldOut} held out`,
    ...(report.unranked > 0 ? [`${report.unranked} decided codes were not ranked, and passed over`] : []),
    ...(report.added > 0
      ? [
          `${report.added} decided codes below the cut were passed over: most are accepted, so what was rejected there was not written down`,
        ]
      : []),
    `before   ${figures(before)}`,
    ...(current ? [`in use   ${figures(current)}`] : []),
    `after    ${figures(after)}`,
    `gain     ${gain.logLoss.toFixed(4)}, standard error ${gain.error.toFixed(4)}; asked for: more than ${MARGIN} and more than its error`,
    `slope ${correction.slope.toFixed(3)}, shift ${correction.shift.toFixed(3)}, penalty ${report.penalty}; ${strongest.join(", ")}`,
    report.installed
      ? `Installed ${report.installed} in ${report.folder}: ${report.reason}.`
      : `Not installed: ${report.reason}.`,
  ].join("\n");
}
