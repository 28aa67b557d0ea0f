import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleOf, document, misfits, patient, visit } from "../../fixtures/fhir.js";
import { loadKnowledge } from "../../rules/load.js";
import { buildApp } from "../app.js";
import type { Feedback } from "./cds.js";

const canary = "Zebulon Quackenbush";
const knowledge = loadKnowledge();
const options = { knowledge, today: () => "2026-03-02", now: () => "2026-03-02T10:00:00Z" };
let kept: Feedback[] = [];
const app = await buildApp({ ...options, onFeedback: (feedback) => void kept.push(...feedback) });
beforeAll(() => app.ready());
afterAll(() => app.close());
beforeEach(() => {
  kept = [];
});
const post = (url: string, payload: unknown) =>
  app.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json" },
    payload: JSON.stringify(payload),
  });
const hook = (prefetch?: unknown) =>
  post("/cds-services/citecode-encounter", {
    hook: "encounter-discharge",
    hookInstance: "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    context: { userId: "Practitioner/7", patientId: "p1", encounterId: "e1" },
    ...(prefetch === undefined ? {} : { prefetch }),
  });
const text = "ASSESSMENT: Essential hypertension <b>[today](http://x)</b>. Continue lisinopril.";
const prefetch = { patient, encounter: visit, documents: bundleOf(document("d1", text)), reports: null };

it.each(["/cds-services", "/cds-services/"])("%s names the service at two hooks, with its prefetch", async (url) => {
  const { services } = (await app.inject(url)).json();
  expect(services.map((s: { hook: string; id: string }) => [s.hook, s.id])).toEqual([
    ["encounter-discharge", "citecode-encounter"],
    ["order-sign", "citecode-encounter"],
  ]);
  expect(services[0].prefetch.patient).toBe("Patient/{{context.patientId}}");
});

describe("cards", () => {
  it("are one a code, each with a draft, its words and reasons to override it", async () => {
    const answer = await hook(prefetch);
    expect(answer.statusCode).toBe(200);
    const { cards } = answer.json();
    expect(cards.map((c: { source: { topic: { code: string } } }) => c.source.topic.code)).toEqual(["I10"]);
    const [card] = cards;
    expect(card.summary.length).toBeLessThan(140);
    expect(card.summary).toContain("Essential (primary) hypertension");
    expect(card.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(card.suggestions[0].uuid).not.toBe(card.uuid);
    const [action] = card.suggestions[0].actions;
    expect([action.type, action.resource.resourceType, action.resource.id]).toEqual(["create", "Condition", undefined]);
    expect(misfits(action.resource)).toEqual([]);
    expect(card.detail).not.toMatch(/(^|[^\\])[<[]/);
    expect(card.overrideReasons.map((r: { code: string }) => r.code)).toContain("integral-symptom");
  });

  it("have the same uuids for the same encounter", async () => {
    expect((await hook(prefetch)).body).toBe((await hook(prefetch)).body);
  });

  it.each<[string, unknown, number, string, string]>([
    ["no prefetch", undefined, 412, "cds.prefetch", "prefetch"],
    ["an empty prefetch", { patient: null }, 412, "cds.prefetch", "prefetch"],
    ["no resource", { patient: { name: canary } }, 422, "fhir.resource-type", "prefetch.patient"],
    ["no notes", { patient, encounter: visit }, 422, "fhir.no-notes", "prefetch.entry"],
    [
      "another patient's note",
      { patient: { ...patient, id: "p2" }, documents: bundleOf(document("d1", canary)) },
      422,
      "fhir.wrong-patient",
      "prefetch.documents.entry[0].resource.subject",
    ],
    [
      "an error of a key that is not ours",
      { [canary]: bundleOf({ id: canary }) },
      422,
      "fhir.resource-type",
      "prefetch.other.entry[0].resource",
    ],
  ])("are refused for %s", async (_name, given, status, code, at) => {
    const answer = await hook(given);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.json()).toMatchObject({ status, code, at });
    expect(answer.body).not.toContain("Quackenbush");
  });
});

describe("feedback", () => {
  const at = "2026-03-02T11:00:00Z";
  const send = (...feedback: object[]) => post("/cds-services/citecode-encounter/feedback", { feedback });
  it.each<[string, object, object]>([
    [
      "accepted",
      { card: "c", outcome: "accepted", acceptedSuggestions: [{ id: "s" }], outcomeTimestamp: at },
      { card: "c", outcome: "accepted", suggestions: ["s"], at },
    ],
    [
      "overridden without a reason",
      { card: "c", outcome: "overridden", outcomeTimestamp: at },
      { card: "c", outcome: "overridden", suggestions: [], at },
    ],
    [
      "overridden for a reason of ours",
      { card: "c", outcome: "overridden", overrideReason: { reason: { code: "negated" } }, outcomeTimestamp: at },
      { card: "c", outcome: "overridden", suggestions: [], reason: "negated", at },
    ],
    [
      "overridden for a reason of the client's",
      { card: "c", outcome: "overridden", overrideReason: { reason: { code: "toString" } }, outcomeTimestamp: at },
      { card: "c", outcome: "overridden", suggestions: [], reason: "other", at },
    ],
    [
      "overridden in words",
      { card: "c", outcome: "overridden", overrideReason: { userComment: "Not hers." }, outcomeTimestamp: at },
      { card: "c", outcome: "overridden", suggestions: [], reason: "other", comment: "Not hers.", at },
    ],
  ])("%s reaches the site's own function", async (_name, sent, expected) => {
    expect((await send(sent)).statusCode).toBe(200);
    expect(kept).toEqual([expected]);
  });

  it.each<[string, object]>([
    ["without a card", { outcome: "accepted", outcomeTimestamp: at }],
    ["with another outcome", { card: "c", outcome: canary, outcomeTimestamp: at }],
  ])("%s is refused and kept nowhere", async (_name, sent) => {
    const answer = await send(sent);
    expect([answer.statusCode, answer.json().code]).toEqual([400, "request.invalid"]);
    expect(answer.body).not.toContain("Quackenbush");
    expect(kept).toEqual([]);
  });

  it("is not taken by a service that keeps none", async () => {
    const other = await buildApp(options);
    const answer = await other.inject({
      method: "POST",
      url: "/cds-services/citecode-encounter/feedback",
      payload: { feedback: [{ card: "c", outcome: "accepted", outcomeTimestamp: at }] },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([501, "feedback.not-kept"]);
    await other.close();
  });
});
