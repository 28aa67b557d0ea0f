import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { problems } from "./problems.js";

describe("an error of the store", () => {
  it.each<[string, Partial<Error> & { code?: string; syscall?: string }, number, string]>([
    ["a refused connection", { code: "ECONNREFUSED" }, 503, "store.unavailable"],
    ["a socket that is not there", { code: "ENOENT", syscall: "connect" }, 503, "store.unavailable"],
    ["a file that is not there", { code: "ENOENT", syscall: "open" }, 500, "engine.failed"],
    ["a server that goes down", { code: "57P01" }, 503, "store.unavailable"],
    ["too many connections", { code: "53300" }, 503, "store.unavailable"],
    ["work that lost to other work", { code: "40P01" }, 503, "store.unavailable"],
    ["a cut connection", { message: "Connection terminated unexpectedly" }, 503, "store.unavailable"],
    ["a pool that is at its end", { message: "timeout exceeded when trying to connect" }, 503, "store.unavailable"],
    ["a character that no text holds", { code: "22021" }, 400, "request.characters"],
    ["a fault of ours", { code: "42601" }, 500, "engine.failed"],
    ["an error without a code", { message: "Connection" }, 500, "engine.failed"],
  ])("%s", async (_says, error, status, code) => {
    const app = Fastify();
    problems(app);
    app.get("/", () => {
      throw Object.assign(new Error("Quackenbush"), error);
    });
    const answer = await app.inject("/");
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.body).not.toContain("Quackenbush");
    await app.close();
  });
});
