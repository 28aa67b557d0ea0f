import type { System, Versions } from "../../pipeline/types.js";
import { InputError } from "../errors.js";
import type { Result } from "../result.js";
import type { RejectionReason } from "./systems.js";

/** A suggestion with what else may be known of it. */
export type Proposal = Result["suggestions"][number] & {
  readonly title?: string;
  /** Diagnosis codes that a service is for, best first. */
  readonly pointers?: readonly string[];
  readonly presentOnAdmission?: "Y" | "N" | "U" | "W";
};

/** What a person decided on a code. */
export type Decision = {
  readonly status: "accepted" | "rejected" | "changed" | "added";
  /** Who: a reference such as `Practitioner/7`, or an identifier of the site's own. */
  readonly by: string;
  /** When: an instant with its time zone. */
  readonly at: string;
  /** Of an added code. */
  readonly system?: System;
  /** Of a changed code: what stands in its place. */
  readonly to?: { readonly system: System; readonly code: string; readonly title?: string };
  readonly reason?: RejectionReason;
};

export type WriteInput = {
  readonly result: Pick<Result, "id" | "queries" | "warnings"> & { readonly suggestions: readonly Proposal[] };
  /** Ids and texts of the notes; evidence without a note is of the first. */
  readonly notes: readonly { readonly id: string; readonly text: string }[];
  readonly setting: "inpatient" | "outpatient" | "emergency";
  /** Service or discharge, `YYYY-MM-DD`. */
  readonly date: string;
  readonly versions: Versions;
  /** The instant at which the engine answered; nothing here asks a clock. */
  readonly at: string;
  readonly patient?: string;
  readonly encounter?: string;
  /** Notes whose words are quoted beside the offsets, since the sender does not have the text that they count in. */
  readonly converted?: ReadonlySet<string>;
  /** Code to decision. */
  readonly decisions?: Readonly<Record<string, Decision>>;
};

/** A code as it stands after the decisions. */
export type Standing = {
  readonly proposal: Proposal;
  /** `engine`: proposed by the engine; `person`: brought in by a person. */
  readonly origin: "engine" | "person";
  readonly state: "proposed" | "confirmed" | "rejected";
  readonly decision?: Decision;
};

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
export function checkInstant(value: string, at: string): void {
  if (!instant.test(value))
    throw new InputError("date.instant", "Expected an instant with its time zone: 2026-03-02T09:00:00Z.", at);
}

/**
 * Every proposed code, and every code that a person brought in, with its state.
 * @throws InputError for a decision that cannot be placed
 */
export function standingOf(result: WriteInput["result"], decisions: Readonly<Record<string, Decision>>): Standing[] {
  const known = new Set(result.suggestions.map((s) => s.code));
  const out: Standing[] = result.suggestions.map((proposal) => {
    const decision = Object.hasOwn(decisions, proposal.code) ? decisions[proposal.code] : undefined;
    if (!decision) return { proposal, origin: "engine", state: "proposed" };
    const replaced = decision.status === "changed" && decision.to !== undefined && decision.to.code !== proposal.code;
    const state = decision.status === "rejected" || replaced ? "rejected" : "confirmed";
    return { proposal, origin: "engine", state, decision };
  });
  for (const [code, decision] of Object.entries(decisions)) {
    checkInstant(decision.at, `decisions.${code}.at`);
    const brought =
      decision.status === "changed" && decision.to
        ? { ...decision.to, was: result.suggestions.find((s) => s.code === code) }
        : known.has(code) || decision.status === "rejected"
          ? undefined
          : { code, system: decision.system, title: undefined, was: undefined };
    if (!brought || known.has(brought.code)) continue;
    if (!brought.system)
      throw new InputError(
        "decision.system",
        "Expected the code system of a code that was added.",
        `decisions.${code}`,
      );
    known.add(brought.code);
    const diagnosis = brought.system === "icd-10-cm";
    out.push({
      proposal: {
        system: brought.system,
        code: brought.code,
        score: 1,
        role:
          brought.was && brought.was.system === brought.system
            ? brought.was.role
            : diagnosis
              ? "secondary"
              : "procedure",
        evidence: brought.was?.evidence ?? [],
        ...(brought.title === undefined ? {} : { title: brought.title }),
      },
      origin: "person",
      state: "confirmed",
      decision,
    });
  }
  return out;
}
