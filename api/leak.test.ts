import { Readable, Writable } from "node:stream";
import Fastify from "fastify";
import { expect, it } from "vitest";
import { describe as describeError, eachLine } from "./cli/ndjson.js";
import { problems } from "./plugins/problems.js";

const canary = "Zebulon Quackenbush";
const collect = (into: string[]) =>
  new Writable({
    write(chunk, _encoding, done) {
      into.push(String(chunk));
      done();
    },
  });

it("keeps words of a note out of logs and answers when the engine fails", async () => {
  const log: string[] = [];
  const app = Fastify({ logger: { level: "trace", stream: collect(log) } });
  problems(app);
  app.post("/fail", () => {
    throw new Error(`cannot read ${canary}`);
  });
  const answer = await app.inject({ method: "POST", url: "/fail", payload: { text: canary } });
  expect(answer.statusCode).toBe(500);
  expect(answer.body + log.join()).not.toContain("Quackenbush");
  await app.close();
});

it("keeps words of a note out of error lines, answers each line in order, and goes on after a bad one", async () => {
  const written: string[] = [];
  const input = Readable.from([`{"id":"a","text":"${canary}"}\n{"id":"b", ${canary}\n\n{"id":"c"}\n`]);
  await eachLine(input, collect(written), (value) => {
    const { id, text } = value as { id: string; text?: string };
    if (text) throw new Error(text);
    return { id };
  });
  const out = written.join("");
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map((l) => l.id)).toEqual(["a", null, "c"]);
  expect(lines.map((l) => l.error?.code)).toEqual(["engine.failed", "line.not-json", undefined]);
  expect(out).not.toContain("Quackenbush");
});

it("describes unexpected errors by name alone", () => {
  expect(describeError(new TypeError(canary)).message).not.toContain(canary);
});
