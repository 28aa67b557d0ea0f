import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Child, call, keysFor, startServer, temporaryFolder } from "../fixtures/bench/child.js";

const home = temporaryFolder();
const env = { CITECODE_HOME: home.folder, CITECODE_STORE: "embedded", CITECODE_SHUTDOWN_SECONDS: "20" };
let child: Child;
beforeAll(async () => {
  child = await startServer(env);
  child.process.kill("SIGTERM");
  expect(await child.ended).toEqual({ code: 0, signal: null });
});
afterEach(() => child.process.kill("SIGKILL"));
afterAll(home.remove);

/** A request that is never sent to its end, once the server has its head. */
async function hanging(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    "POST /v1/suggest HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{",
  );
  // Asked later on another connection and answered: by then the head was read.
  await call(url, undefined, "GET", "/healthz");
  return socket;
}

it.each([
  // A connection whose request was not read yet is closed: its sender knows that nothing was kept.
  ["what was read is answered and kept, the rest refused", "0", ["refused", 201]],
  ["with time before the port closes, all is answered and kept", "1", [201]],
])("finishes what runs and closes the store: %s", async (_says, seconds, allowed) => {
  const folder = temporaryFolder();
  child = await startServer({ ...env, CITECODE_HOME: folder.folder, CITECODE_UNREADY_SECONDS: seconds });
  const { coder } = await keysFor(child, ["coder"]);
  const notes = [{ text: "ASSESSMENT: Gout of the right foot. Hypertension, stable." }];
  const sent = Array.from({ length: 12 }, () => call(child.url, coder, "POST", "/v1/encounters", { notes }));
  await Promise.race(sent);
  child.process.kill("SIGTERM");
  const answers = (await Promise.allSettled(sent)).map((s) => (s.status === "fulfilled" ? s.value.status : "refused"));
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(answers.filter((answer) => !(allowed as unknown[]).includes(answer))).toEqual([]);
  child = await startServer({ ...env, CITECODE_HOME: folder.folder });
  const { body } = await call(child.url, coder, "GET", "/v1/worklist");
  expect((body as { items: unknown[] }).items).toHaveLength(answers.filter((answer) => answer === 201).length);
  folder.remove();
});

it("says that it is not ready for as long as it was told, then closes the port", async () => {
  child = await startServer({ ...env, CITECODE_UNREADY_SECONDS: "1" });
  expect((await call(child.url, undefined, "GET", "/readyz")).status).toBe(200);
  child.process.kill("SIGINT");
  const answer = await until(async () => {
    const ready = await call(child.url, undefined, "GET", "/readyz");
    return ready.status === 503 ? ready : undefined;
  });
  expect(answer.body).toEqual({ status: "stopping" });
  expect(answer.headers.get("connection")).toBe("close");
  expect((await call(child.url, undefined, "GET", "/healthz")).status).toBe(200);
  expect(await child.ended).toEqual({ code: 0, signal: null });
});

it("cuts off what takes longer than it may", async () => {
  child = await startServer({ ...env, CITECODE_SHUTDOWN_SECONDS: "1" });
  const socket = await hanging(child.url);
  child.process.kill("SIGTERM");
  expect(await child.ended).toEqual({ code: 1, signal: null });
  expect(child.written()).toContain("requests were cut off");
  socket.destroy();
});

it("ends at once at a second signal", async () => {
  child = await startServer(env);
  const socket = await hanging(child.url);
  child.process.kill("SIGTERM");
  await until(async () => ((await refuses(child.url)) ? true : undefined));
  // A signal that npm passed on as well would come within this time.
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(child.process.exitCode).toBe(null);
  child.process.kill("SIGTERM");
  expect(await child.ended).toEqual({ code: 143, signal: null });
  socket.destroy();
});

const refuses = (url: string) =>
  fetch(`${url}/healthz`).then(
    () => false,
    () => true,
  );

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}
