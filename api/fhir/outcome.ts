import type { OperationOutcome, OperationOutcomeIssue } from "fhir/r4.js";
import type { WriteInput } from "./proposal.js";
import { ERRORS } from "./systems.js";

const issueCodes: Readonly<Record<number, OperationOutcomeIssue["code"]>> = {
  400: "structure",
  404: "not-found",
  413: "too-long",
  415: "not-supported",
  422: "invalid",
};

/** An error as FHIR has it: our stable code in `details.coding`, the place in `expression`. */
export function outcomeOfError(status: number, code: string, text: string, at?: string): OperationOutcome {
  return {
    resourceType: "OperationOutcome",
    issue: [
      {
        severity: "error",
        code: issueCodes[status] ?? "exception",
        details: { coding: [{ system: ERRORS, code }], text },
        ...(at === undefined ? {} : { expression: [at] }),
      },
    ],
  };
}

/** Warnings of a result and its queries to the provider; undefined when there are none. */
export function outcomeOfResult(
  { warnings = [], queries }: Pick<WriteInput["result"], "warnings" | "queries">,
  id: string,
): OperationOutcome | undefined {
  const issue: OperationOutcomeIssue[] = [
    ...warnings.map(({ code, message }) => ({
      severity: "warning" as const,
      code: "informational" as const,
      details: { coding: [{ system: ERRORS, code }], text: message },
    })),
    ...queries.map(({ text }) => ({
      severity: "information" as const,
      code: "incomplete" as const,
      details: { coding: [{ system: ERRORS, code: "query.provider" }], text },
    })),
  ];
  return issue.length === 0 ? undefined : { resourceType: "OperationOutcome", id, issue };
}
