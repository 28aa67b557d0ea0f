import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChainWalk } from "../audit/index.js";
import type { Service } from "../service.js";
import { as, ask, stores, testApp, testService } from "../testing.js";

const text = "ASSESSMENT: Essential hypertension. Denies chest pain.";

describe.each(stores)("encounters on %s", (_name, address) => {
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
  const create = (body: object = {}, headers = {}) =>
    ask(app, coder(), "POST", "/v1/encounters", { notes: [{ text }], ...body }, headers);

  it("keeps an encounter, reads it, and gives the result with offsets into the kept text", async () => {
    const made = await create({ reference: "E-1", serviceDate: "2026-01-22", patient: { age: 61 } });
    expect(made.statusCode).toBe(201);
    const { id, notes, runs } = made.json();
    expect(notes[0]).not.toHaveProperty("text");
    expect(runs).toHaveLength(1);
    expect(made.headers.etag).toBe('"1"');
    const run = (await ask(app, coder(), "GET", `/v1/encounters/${id}/runs/latest`)).json();
    expect(run.result.suggestions[0]).toMatchObject({ code: "I10", title: "Essential (primary) hypertension" });
    const shown = (await ask(app, coder(), "GET", `/v1/encounters/${id}/notes`)).json();
    const [{ start, end }] = run.result.suggestions[0].evidence;
    expect(shown.notes[0].text.slice(start, end)).toContain("hypertension");
    const why = await ask(app, coder(), "GET", `/v1/encounters/${id}/runs/latest/why/R07.9`);
    expect(why.json().because).toBe("dropped");
  });

  it("keeps the old result when a late note comes and the notes are read again", async () => {
    const { id } = (await create()).json();
    const late = await ask(app, coder(), "POST", `/v1/encounters/${id}/notes`, {
      type: "laboratory",
      text: "ASSESSMENT: Gout.",
    });
    expect(late.statusCode).toBe(201);
    const again = await ask(app, coder(), "POST", `/v1/encounters/${id}/runs`);
    expect(
      again
        .json()
        .result.suggestions.map((s: { code: string }) => s.code)
        .sort(),
    ).toEqual(["I10", "M10.9"]);
    const { runs } = (await ask(app, coder(), "GET", `/v1/encounters/${id}/runs`)).json();
    expect(runs.map((r: { seq: number }) => r.seq)).toEqual([1, 2]);
    const first = (await ask(app, coder(), "GET", `/v1/encounters/${id}/runs/${runs[0].id}`)).json();
    expect(first.result.suggestions.map((s: { code: string }) => s.code)).toEqual(["I10"]);
  });

  it("takes a page of HTML, and offsets count in the text that was drawn from it", async () => {
    const content = Buffer.from("<h1>ASSESSMENT</h1><p>Essential&nbsp;hypertension</p>").toString("base64");
    const { id, notes } = (await create({ notes: [{ content, mediaType: "text/html" }] })).json();
    expect(notes[0].mediaType).toBe("text/html");
    const run = (await ask(app, coder(), "GET", `/v1/encounters/${id}/runs/latest`)).json();
    const shown = (await ask(app, coder(), "GET", `/v1/encounters/${id}/notes`)).json();
    const [{ start, end }] = run.result.suggestions[0].evidence;
    expect(shown.notes[0].text.slice(start, end)).toBe("Essential hypertension");
  });

  it("does a request once for an Idempotency-Key, and refuses the key for another request", async () => {
    const key = { "idempotency-key": "k1" };
    const [a, b] = await Promise.all([create({}, key), create({}, key)]);
    expect(b.json()).toEqual(a.json());
    expect([a.headers["idempotent-replay"], b.headers["idempotent-replay"]]).toContain("true");
    expect((await create({ priority: 3 }, key)).json()).toMatchObject({ status: 422, code: "idempotency.reused" });
  });

  it("refuses a second encounter with the same reference, and keeps nothing of it", async () => {
    await create({ reference: "E-2" });
    expect((await create({ reference: "E-2" })).json()).toMatchObject({ status: 409, code: "encounter.known" });
  });

  it.each<[string, object, number, string]>([
    ["no notes", { notes: [] }, 400, "request.invalid"],
    ["a note of neither text nor content", { notes: [{ type: "x" }] }, 422, "note.missing"],
    ["a file that is not base64", { notes: [{ content: "%%%", mediaType: "text/html" }] }, 422, "note.base64"],
    ["a file of another kind", { notes: [{ content: "iVBORw0KGgo=" }] }, 422, "media.unknown"],
    ["an empty note", { notes: [{ text: " " }] }, 422, "note.empty"],
    ["a day that does not exist", { serviceDate: "2026-02-30" }, 422, "date.format"],
    ["an unknown field", { colour: "red" }, 400, "request.invalid"],
  ])("refuses %s", async (_what, body, status, code) => {
    expect((await create(body)).json()).toMatchObject({ status, code });
  });

  it("shows nothing of another tenant, and nothing of a restricted encounter to others", async () => {
    const { id } = (await create({ restricted: true })).json();
    const stranger = as("t-other", "coder");
    expect((await ask(app, stranger, "GET", `/v1/encounters/${id}`)).statusCode).toBe(404);
    const colleague = as(service.tenant, "coder", "colleague" as "coder");
    expect((await ask(app, colleague, "GET", `/v1/encounters/${id}/notes`)).json()).toMatchObject({
      status: 403,
      code: "encounter.restricted",
    });
    expect((await ask(app, coder(), "GET", `/v1/encounters/${id}`)).statusCode).toBe(200);
  });

  it("links every event, views among them, in a chain that holds; the text stands nowhere in the store", async () => {
    const rows = await service.store.in(service.tenant, (tx) =>
      tx.selectFrom("event").selectAll().orderBy("seq").execute(),
    );
    const walk = new ChainWalk();
    for (const row of rows) walk.add(row);
    expect(walk.end()).toMatchObject({ intact: true, events: rows.length });
    expect(new Set(rows.map((r) => r.action))).toEqual(
      new Set(["tenant.created", "encounter.created", "note.added", "run.made", "notes.viewed"]),
    );
    expect(JSON.stringify(rows)).not.toContain("hypertension");
    const forged = { ...rows[2], action: "note.lost" };
    const broken = new ChainWalk();
    for (const row of [...rows.slice(0, 2), forged, ...rows.slice(3)]) broken.add(row);
    expect(broken.end()).toMatchObject({ intact: false, seq: 3 });
  });

  it("lets nobody change an event, the owner of the database neither", async () => {
    await expect(
      service.store.system.updateTable("event").set({ action: "x" }).where("tenant", "=", service.tenant).execute(),
    ).rejects.toThrow("append-only");
    await expect(service.store.in(service.tenant, (tx) => tx.deleteFrom("event").execute())).rejects.toThrow(
      /append-only|permission/,
    );
  });
});
