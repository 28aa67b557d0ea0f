import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyTenant } from "../audit/verify.js";
import type { Service } from "../service.js";
import { as, ask, stores, testApp, testService } from "../testing.js";

const text = "ASSESSMENT:\n1. Essential hypertension.\n2. Gout of the left foot, improving.";
const day = "2026-01-22";

describe.each(stores)("decisions on %s", (_name, address) => {
  let service: Service & { tenant: string };
  let app: FastifyInstance;
  beforeAll(async () => {
    service = await testService(address);
    app = await testApp(service);
    await app.ready();
  });
  afterAll(async () => {
    await app?.close();
    await service?.store.close();
  });
  const coder = () => as(service.tenant, "coder");
  const senior = () => as(service.tenant, "senior-coder");
  const make = async (body: object = {}) =>
    (await ask(app, coder(), "POST", "/v1/encounters", { notes: [{ text }], serviceDate: day, ...body })).json();
  const post = (path: string, body?: unknown, match: string | null = "*", who = coder()) =>
    ask(app, who, "POST", path, body, match === null ? {} : { "if-match": match });

  it("decides a whole encounter, undoes, adds a missed code by its words, and locks the set", async () => {
    const { id, notes } = await make();
    const at = `/v1/encounters/${id}`;
    const accepted = await post(`${at}/decisions`, { action: "accept", system: "icd-10-cm", code: "I10" }, '"1"');
    expect(accepted.statusCode).toBe(201);
    expect(accepted.headers.etag).toBe('"2"');
    const wrong = await post(`${at}/decisions`, {
      action: "reject",
      system: "icd-10-cm",
      code: "M10.9",
      reason: "historical",
    });
    expect((await post(`${at}/decisions/${wrong.json().decision.id}/undo`)).statusCode).toBe(201);
    expect((await post(`${at}/decisions/${wrong.json().decision.id}/undo`)).json().code).toBe("decision.undone");
    expect((await post(`${at}/finalise`, {})).json()).toMatchObject({ status: 409, code: "codes.undecided" });
    await post(`${at}/decisions`, { action: "change", system: "icd-10-cm", code: "M10.9", to: "M10.072" });
    const start = text.indexOf("improving");
    const span = { note: notes[0].id, start, end: start + 9 };
    expect(
      (await post(`${at}/decisions`, { action: "add", system: "icd-10-cm", code: "Z79.899", span })).statusCode,
    ).toBe(201);
    const locked = await post(`${at}/finalise`, { undecided: "reject" });
    expect(locked.json().codes.map((c: { code: string }) => c.code)).toEqual(["I10", "M10.072", "Z79.899"]);
    expect((await ask(app, coder(), "GET", `${at}/codes`)).json().codes).toEqual(locked.json().codes);
    const late = await post(`${at}/decisions`, { action: "accept", system: "icd-10-cm", code: "I10" });
    expect(late.json()).toMatchObject({ status: 409, code: "encounter.finalised" });
    expect((await post(`${at}/reopen`, { reason: "late report" })).statusCode).toBe(403);
    expect((await post(`${at}/reopen`, { reason: "late report" }, "*", senior())).statusCode).toBe(200);
    const { history, standing } = (await ask(app, coder(), "GET", `${at}/decisions`)).json();
    expect(history.filter((d: { undone: boolean }) => d.undone)).toHaveLength(1);
    expect(standing.map((d: { code: string }) => d.code)).toEqual(["I10", "M10.9", "Z79.899"]);
  });

  it("loses nobody's work: a decision on what was changed meanwhile is refused", async () => {
    const { id } = await make();
    const body = { action: "accept", system: "icd-10-cm", code: "I10" };
    expect((await post(`/v1/encounters/${id}/decisions`, body, null)).json().code).toBe("version.required");
    const [a, b] = await Promise.all([
      post(`/v1/encounters/${id}/decisions`, body, '"1"'),
      post(`/v1/encounters/${id}/decisions`, body, '"1"', senior()),
    ]);
    expect([a.statusCode, b.statusCode].sort()).toEqual([201, 412]);
  });

  it.each<[string, object, string]>([
    ["a code that does not exist", { action: "accept", system: "icd-10-cm", code: "I10.99" }, "code.not-billable"],
    [
      "a category",
      { action: "add", system: "icd-10-cm", code: "E11", span: { note: "n", start: 0, end: 1 } },
      "code.not-billable",
    ],
    ["a change to nothing", { action: "change", system: "icd-10-cm", code: "I10" }, "decision.fields"],
    ["a rejection without a reason", { action: "reject", system: "icd-10-cm", code: "I10" }, "decision.fields"],
    [
      "a reason of one's own without words",
      { action: "reject", system: "icd-10-cm", code: "I10", reason: "other" },
      "decision.fields",
    ],
    [
      "words outside the note",
      { action: "add", system: "icd-10-cm", code: "I10", span: { note: "n", start: 0, end: 1 } },
      "span.outside",
    ],
  ])("refuses %s", async (_what, body, code) => {
    const { id } = await make();
    expect((await post(`/v1/encounters/${id}/decisions`, body)).json()).toMatchObject({ status: 422, code });
  });

  it("keeps a person's own words sealed, and gives them back", async () => {
    const { id } = await make();
    const words = "Quackenbush says so";
    await post(`/v1/encounters/${id}/decisions`, {
      action: "reject",
      system: "icd-10-cm",
      code: "I10",
      reason: "other",
      text: words,
    });
    const { history } = (await ask(app, coder(), "GET", `/v1/encounters/${id}/decisions`)).json();
    expect(history[0].text).toBe(words);
    const stored = await service.store.system.selectFrom("decision").selectAll().execute();
    expect(stored.some((d) => d.sealed && Buffer.from(d.sealed).includes("Quackenbush"))).toBe(false);
  });

  it("hands out the list by priority in pages, and two who ask for the next one get two", async () => {
    const tenant = await testService(address);
    const own = await testApp(tenant);
    const who = as(tenant.tenant, "coder");
    for (const priority of [0, 5, 2, 5])
      await ask(own, who, "POST", "/v1/encounters", { notes: [{ text }], serviceDate: day, priority, run: false });
    const seen: number[] = [];
    let next: string | undefined;
    do {
      const page = (await ask(own, who, "GET", `/v1/worklist?limit=3${next ? `&after=${next}` : ""}`)).json();
      seen.push(...page.items.map((i: { priority: number }) => i.priority));
      next = page.next;
    } while (next);
    expect(seen).toEqual([5, 5, 2, 0]);
    const other = as(tenant.tenant, "coder", "other" as "coder");
    const [a, b] = await Promise.all([who, other].map((p) => ask(own, p, "POST", "/v1/worklist/next")));
    expect([a.json().item.priority, b.json().item.priority]).toEqual([5, 5]);
    expect(a.json().item.id).not.toBe(b.json().item.id);
    const taken = await ask(own, other, "POST", `/v1/encounters/${a.json().item.id}/claim`);
    expect(taken.json()).toMatchObject({ status: 409, code: "encounter.claimed" });
    expect((await ask(own, who, "POST", `/v1/encounters/${a.json().item.id}/release`)).statusCode).toBe(200);
    expect((await ask(own, other, "GET", "/v1/worklist?claimed=me")).json().items).toHaveLength(1);
    await own.close();
    await tenant.store.close();
  });

  it("leaves the audit whole", async () => {
    expect(await verifyTenant(service, service.tenant)).toMatchObject({ chain: { intact: true }, faults: [] });
  });
});
