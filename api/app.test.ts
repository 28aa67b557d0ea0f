import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadKnowledge } from "../rules/load.js";
import { buildApp } from "./app.js";

const app = await buildApp({ knowledge: loadKnowledge(), today: () => "2026-03-02" });
beforeAll(() => app.ready());
afterAll(() => app.close());
const post = (payload: unknown, type = "application/json") =>
  app.inject({
    method: "POST",
    url: "/v1/suggest",
    headers: { "content-type": type },
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  });

describe("POST /v1/suggest", () => {
  it("proposes codes with evidence, titles and versions", async () => {
    const text = "ASSESSMENT: Essential hypertension.";
    const answer = await post({ id: "n1", text });
    expect(answer.statusCode).toBe(200);
    const body = answer.json();
    expect(body.suggestions.map((s: { code: string }) => s.code)).toEqual(["I10"]);
    const [{ start, end }] = body.suggestions[0].evidence;
    expect(text.slice(start, end)).toContain("hypertension");
    expect(body.suggestions[0].title).toBe("Essential (primary) hypertension");
    expect(body.versions.releases).toEqual({ "icd-10-cm": "FY2026" });
  });

  it("names the note in the evidence of several notes", async () => {
    const notes = ["Gout.", "Essential hypertension."].map((words, i) => ({
      id: `n${i}`,
      text: `ASSESSMENT: ${words}`,
    }));
    const { suggestions } = (await post({ notes })).json();
    expect(suggestions.map((s: { evidence: { note: string }[] }) => s.evidence[0].note)).toEqual(["n0", "n1"]);
  });

  it.each<[string, unknown, number, string, string | undefined]>([
    ["neither a text nor notes", {}, 422, "note.missing", "/text"],
    ["a misspelt field", { txt: "x" }, 400, "request.invalid", undefined],
    ["an unknown field", { text: "x", colour: "red" }, 400, "request.invalid", "/colour"],
    ["a number sent as a text", { text: "Cough.", patient: { age: "54" } }, 400, "request.invalid", "/patient/age"],
    ["an unknown setting", { text: "Cough.", setting: "spa" }, 400, "request.invalid", "/setting"],
    ["an empty note", { text: " \n " }, 422, "note.empty", "/text"],
    ["a binary note", { text: "ab\u0000cd" }, 422, "note.binary", "/text"],
    ["a note of 5 MB", { text: "word ".repeat(1_000_000) }, 422, "note.too-long", "/text"],
    ["a date that does not exist", { text: "Cough.", serviceDate: "2026-02-30" }, 422, "date.format", "/serviceDate"],
    [
      "a date before every release",
      { text: "Cough.", serviceDate: "2011-01-01" },
      422,
      "date.before-releases",
      "/serviceDate",
    ],
    ["what is not JSON", "{", 400, "request.not-json", undefined],
  ])("refuses %s clearly", async (_name, payload, status, code, at) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.json()).toMatchObject({ code, status, ...(at ? { at } : {}) });
  });

  it("refuses another media type", async () => {
    expect((await post("text", "text/csv")).json()).toMatchObject({ code: "request.media-type", status: 415 });
  });

  it("warns of a date past the newest release, and names the release used", async () => {
    const answer = await post({ text: "ASSESSMENT: Gout.", serviceDate: "2027-01-05" });
    expect(answer.json().warnings).toEqual([
      expect.objectContaining({ code: "date.after-releases", message: expect.stringContaining("FY2026") }),
    ]);
  });

  it("reads lone surrogates with a warning", async () => {
    const answer = await post({ text: "ASSESSMENT: Gout \ud83d and hypertension." });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().warnings).toContainEqual(expect.objectContaining({ code: "note.lone-surrogates" }));
  });
});

it("documents its routes as OpenAPI 3.1, with a page that asks no other host", async () => {
  const document = (await app.inject("/docs/json")).json();
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toContain("/v1/suggest");
  const page = await app.inject({ url: "/docs/", method: "GET" });
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toMatch(/(src|href)="https?:/);
});

it("answers an unknown route with a problem", async () => {
  expect((await app.inject("/v2/guess")).json()).toMatchObject({ status: 404, code: "route.unknown" });
});
