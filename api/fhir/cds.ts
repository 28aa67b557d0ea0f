import { InputError } from "../errors.js";
import { isObject, type Json, type Placed } from "./json.js";
import type { WriteInput } from "./proposal.js";
import { resourcesOf } from "./read.js";
import { REASONS, type RejectionReason, rejectionReasons, systemUris, uuidOf } from "./systems.js";
import { writeBundle } from "./write.js";

/** CDS Hooks 2.0: one service at two hooks. */
export const SERVICE = "citecode-encounter";
const LONGEST_SUMMARY = 139;
const MOST_QUOTES = 3;

/** A FHIR server fills these in: patient, encounter and the documents of that encounter. */
const prefetch = {
  patient: "Patient/{{context.patientId}}",
  encounter: "Encounter/{{context.encounterId}}",
  documents: "DocumentReference?encounter=Encounter/{{context.encounterId}}",
  reports: "DiagnosticReport?encounter=Encounter/{{context.encounterId}}",
  observations: "Observation?encounter=Encounter/{{context.encounterId}}&category=vital-signs",
};

export const discovery = {
  services: ["encounter-discharge", "order-sign"].map((hook) => ({
    hook,
    id: SERVICE,
    title: "Citecode",
    description: "Proposes diagnosis and procedure codes for the notes of the encounter, each with its words.",
    prefetch,
    usageRequirements: "Documents inline (Attachment.data): the service fetches nothing.",
  })),
};

/**
 * The resources of a prefetch, in the order of its keys; a Bundle stands for its entries.
 * @returns undefined when there is nothing, which a service answers with 412
 */
export function prefetched(value: unknown): Placed[] | undefined {
  if (!isObject(value)) return undefined;
  const found = Object.entries(value).flatMap(([key, item]): Placed[] => {
    const at = `prefetch.${Object.hasOwn(prefetch, key) ? key : "other"}`;
    if (item === null || item === undefined) return [];
    if (!isObject(item) || typeof item.resourceType !== "string")
      throw new InputError("fhir.resource-type", "Expected a FHIR resource or null.", at);
    return item.resourceType === "Bundle" ? resourcesOf(item, at) : [{ resource: item, at }];
  });
  return found.length === 0 ? undefined : found;
}

/** The uuid of a code's card, and of its one suggestion: made of the encounter, its notes and the code. */
export function cardIds({ result, encounter, notes }: WriteInput, system: string, code: string) {
  const key = [encounter ?? result.id, ...notes.map((n) => n.text), system, code];
  return { card: uuidOf("card", ...key), suggestion: uuidOf("suggestion", ...key) };
}

/** One card a code, so that each can be accepted or overridden with its own reason. */
export function cardsOf(input: WriteInput) {
  const drafts = (writeBundle(input).entry ?? []).map((e) => e.resource as unknown as Json);
  return input.result.suggestions.map((s) => {
    const ids = cardIds(input, s.system, s.code);
    const draft = drafts.find((r) => codingIs(r, systemUris[s.system], s.code));
    const { id: _, ...resource } = draft ?? {};
    const title = s.title ? `${s.code} ${s.title}` : s.code;
    return {
      uuid: ids.card,
      summary: shorten(`${title} (${Math.round(s.score * 100)} %)`),
      ...(s.evidence.length > 0 ? { detail: detailOf(s.evidence, input) } : {}),
      indicator: "info" as const,
      source: {
        label: "Citecode",
        // The display of a CPT code would be its owner's descriptor.
        topic: { system: systemUris[s.system], code: s.code },
      },
      suggestions: [
        {
          label: shorten(`Add ${title}`),
          uuid: ids.suggestion,
          isRecommended: true,
          actions: draft ? [{ type: "create", description: `Add ${s.code} to the encounter`, resource }] : [],
        },
      ],
      selectionBehavior: "at-most-one" as const,
      overrideReasons: Object.entries(rejectionReasons).map(([code, display]) => ({ code, system: REASONS, display })),
    };
  });
}

function codingIs(resource: Json, system: string, code: string): boolean {
  const { code: concept } = resource as { code?: { coding?: { system?: string; code?: string }[] } };
  return concept?.coding?.some((c) => c.system === system && c.code === code) ?? false;
}

const shorten = (text: string) =>
  text.length <= LONGEST_SUMMARY ? text : `${text.slice(0, LONGEST_SUMMARY - 1).trimEnd()}\u2026`;

/** Quotes as Markdown: a note's own signs are escaped, so that nothing in it becomes a link or a tag. */
function detailOf(evidence: WriteInput["result"]["suggestions"][number]["evidence"], { notes }: WriteInput): string {
  const lines = evidence.slice(0, MOST_QUOTES).map(({ note, start, end }) => {
    const { id, text } = notes.find((n) => n.id === (note ?? notes[0].id)) ?? notes[0];
    const quote = text.slice(start, end).replace(/\s+/g, " ");
    return `- "${escaped(quote)}" (${escaped(id)}, ${start} to ${end})`;
  });
  return lines.join("\n");
}
const escaped = (text: string) => text.replace(/[\\`*_{}[\]()#+!|<>&~]/g, "\\$&");

/** What a person did with a card. `comment` is in their own words and may name the patient: keep it as safe as a note. */
export type Feedback = {
  readonly card: string;
  readonly outcome: "accepted" | "overridden";
  /** Uuids of the suggestions that were taken. */
  readonly suggestions: readonly string[];
  readonly reason?: RejectionReason;
  readonly comment?: string;
  /** As the client sent it. */
  readonly at: string;
};

/** A feedback as the route's schema has let it through. */
export type SentFeedback = {
  readonly card: string;
  readonly outcome: "accepted" | "overridden";
  readonly acceptedSuggestions?: readonly { readonly id: string }[];
  readonly overrideReason?: { readonly reason?: { readonly code: string }; readonly userComment?: string };
  readonly outcomeTimestamp: string;
};

/** Our own reason codes stay, whatever system a client names; other codes and free words are "other". */
export function feedbackOf(sent: SentFeedback): Feedback {
  const code = sent.overrideReason?.reason?.code;
  const comment = sent.overrideReason?.userComment;
  const given = code !== undefined || comment !== undefined;
  const reason = code !== undefined && Object.hasOwn(rejectionReasons, code) ? (code as RejectionReason) : "other";
  return {
    card: sent.card,
    outcome: sent.outcome,
    suggestions: (sent.acceptedSuggestions ?? []).map((s) => s.id),
    ...(sent.outcome === "overridden" && given ? { reason } : {}),
    ...(comment === undefined ? {} : { comment }),
    at: sent.outcomeTimestamp,
  };
}
