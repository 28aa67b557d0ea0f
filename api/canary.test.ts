import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { connect as dial } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, call, keysFor, startServer, temporaryFolder } from "../fixtures/bench/child.js";
import { base64, bundleOf, document, patient, visit } from "../fixtures/fhir.js";
import { openStore } from "./store/index.js";
import { projectFolder } from "./version.js";

/** An invented name that stands in whatever a sender may put a name into. */
const CANARY = "Quackenbush";
const NAME = `Zebulon ${CANARY}`;
const NOTE = `ASSESSMENT: ${NAME} has gout of the right foot. Denies chest pain.`;
const home = temporaryFolder();
let child: Child;
let keys: Record<"coder" | "senior-coder" | "auditor" | "administrator" | "integrator", string>;
/** Bodies of errors, by what was asked. */
const problems: string[] = [];

type Sent = {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly as?: keyof typeof keys | "nobody";
};
async function send({ method = "POST", path, body, raw, headers = {}, as = "coder" }: Sent): Promise<Response> {
  const answer = await fetch(child.url + path, {
    method,
    headers: {
      ...(as === "nobody" ? {} : { authorization: `Bearer ${keys[as]}` }),
      ...(body === undefined && raw === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: raw === undefined ? (body === undefined ? undefined : JSON.stringify(body)) : raw,
    redirect: "manual",
  });
  if (answer.status >= 400)
    problems.push(`${method} ${path.slice(0, 60)} ${answer.status} ${await answer.clone().text()}`);
  return answer;
}

/** What no client of HTTP would send. @returns what came back */
const dialled = (bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let seen = "";
    const socket = dial(Number(new URL(child.url).port), "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      seen += chunk;
    });
    socket.on("close", () => resolve(seen));
    socket.on("error", () => {});
    setTimeout(() => socket.destroy(), 2000).unref();
  });

beforeAll(async () => {
  child = await startServer({ CITECODE_HOME: home.folder, CITECODE_STORE: "embedded", CITECODE_LOG: "trace" });
  keys = await keysFor(child, ["coder", "senior-coder", "auditor", "administrator", "integrator"]);
});
afterAll(() => {
  child.process.kill("SIGKILL");
  home.remove();
});

describe("a name", () => {
  it("is planted wherever a sender can put one", async () => {
    const notes = [
      { type: "progress", text: NOTE },
      { content: base64(`<html><title>${NAME}</title><body><p>${NOTE}</p></body></html>`), mediaType: "text/html" },
      { content: base64(`{\\rtf1 ${NOTE}}`), mediaType: "application/rtf" },
    ];
    const made = await send({
      path: "/v1/encounters",
      body: { reference: NAME, patient: { age: 70 }, notes },
      headers: { "idempotency-key": NAME },
    });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    const at = `/v1/encounters/${id}`;
    const match = { "if-match": "*" };
    const reject = { action: "reject", system: "icd-10-cm", code: "M10.9", reason: "other", text: NAME };
    expect((await send({ path: `${at}/decisions`, body: reject, headers: match })).status).toBe(201);
    expect((await send({ path: `${at}/notes`, body: { text: NOTE } })).status).toBe(201);
    expect((await send({ path: `${at}/runs` })).status).toBe(201);
    for (const path of ["", "/notes", "/runs", "/runs/latest", "/runs/latest/why/M10.9", "/decisions"])
      expect((await send({ method: "GET", path: at + path })).status).toBe(200);
    expect((await send({ path: "/v1/suggest", body: { id: NAME, text: NOTE } })).status).toBe(200);
    const bundle = bundleOf({ ...patient, name: [{ family: NAME }] }, visit, document("d1", NOTE));
    expect((await send({ path: "/fhir/$suggest-codes", body: bundle })).status).toBe(200);

    const refused: Sent[] = [
      // Patient fields, and fields that are none.
      { path: "/v1/encounters", body: { patient: { sex: NAME }, notes } },
      { path: "/v1/encounters", body: { patient: { age: NAME }, notes } },
      { path: "/v1/encounters", body: { patient: { [NAME]: 1 }, notes } },
      { path: "/v1/encounters", body: { [CANARY]: 1, notes } },
      { path: "/v1/encounters", body: { serviceDate: NAME, notes } },
      { path: "/v1/encounters", body: { reference: NAME, notes } },
      { path: "/v1/encounters", body: { notes: [{ text: `${NAME}\0` }] } },
      { path: "/v1/encounters", body: { notes: [{ text: NOTE, content: NAME }] } },
      { path: "/v1/encounters", body: { notes: [{ content: NAME, mediaType: "application/pdf" }] } },
      {
        path: "/v1/encounters",
        body: { notes: [{ content: base64(`%PDF-1.7 ${NAME}`), mediaType: "application/pdf" }] },
      },
      { path: "/v1/encounters", body: { notes: [{ content: base64(NOTE), mediaType: `image/${CANARY}` }] } },
      { path: "/v1/encounters", body: { notes }, headers: { "idempotency-key": NAME } },
      { path: "/v1/suggest", body: { text: NOTE, setting: NAME } },
      { path: "/v1/suggest", body: { text: NOTE, patient: { [NAME]: NAME } } },
      { path: "/v1/suggest", body: { notes: [{ id: NAME, text: NOTE, [CANARY]: 1 }] } },
      { path: `${at}/decisions`, body: { ...reject, code: NAME }, headers: match },
      { path: `${at}/decisions`, body: { ...reject, reason: NAME }, headers: match },
      { path: `${at}/decisions`, body: { ...reject, action: "accept" }, headers: match },
      { path: `${at}/decisions`, body: reject, headers: { "if-match": `"${NAME}"` } },
      // Query words and addresses.
      { method: "GET", path: `/v1/worklist?status=${CANARY}` },
      { method: "GET", path: `/v1/worklist?${CANARY}=1` },
      { method: "GET", path: `/v1/worklist?after=${CANARY}` },
      { method: "GET", path: `/v1/encounters/${CANARY}` },
      { method: "GET", path: `${at}/runs/latest/why/${CANARY}` },
      { method: "GET", path: `/v1/encounters/${CANARY}%E0%A4%A` },
      { method: "GET", path: `/v1/encounters/${CANARY.repeat(30)}` },
      { method: "GET", path: `/${CANARY}?q=${CANARY}`, as: "nobody" },
      { method: "GET", path: `/fhir/StructureDefinition/${CANARY}` },
      { method: "GET", path: `/fhir/${CANARY}%E0%A4%A` },
      { method: "GET", path: `/sign-in/${CANARY}`, as: "nobody" },
      // Bodies that cannot be read.
      { path: "/v1/suggest", raw: `{"text":"${NAME}` },
      { path: "/v1/suggest", raw: NAME },
      { path: "/v1/suggest", raw: NAME, headers: { "content-type": `text/${CANARY}` } },
      { path: "/v1/suggest", raw: "[".repeat(5000) + NAME },
      { path: "/v1/suggest", raw: `{"__proto__":{"${CANARY}":1},"text":"${NAME}"}` },
      { path: "/v1/encounters", raw: Buffer.concat([Buffer.from(`{"notes":"${NAME}`), Buffer.from([0xff, 0xfe])]) },
      // FHIR and CDS Hooks.
      { path: "/fhir/$suggest-codes", body: { ...bundle, type: NAME } },
      { path: "/fhir/$suggest-codes", body: { resourceType: NAME } },
      { path: "/fhir/$suggest-codes", body: bundleOf({ ...patient, birthDate: NAME }, visit, document(NAME, NOTE)) },
      {
        path: "/fhir/$suggest-codes",
        body: bundleOf(patient, { ...visit, period: { start: NAME } }, document("d", NOTE)),
      },
      {
        path: "/fhir/$suggest-codes",
        raw: `{"resourceType":"${NAME}`,
        headers: { "content-type": "application/fhir+json" },
      },
      { path: "/cds-services/citecode-encounter", body: { hook: NAME, prefetch: { [NAME]: NAME } } },
      { path: "/cds-services/citecode-encounter/feedback", body: { feedback: [{ card: NAME, outcome: NAME }] } },
      // Signing in.
      { path: "/v1/sign-in", body: { login: NAME, password: NAME }, as: "nobody" },
      { path: "/v1/sign-in", body: { login: `${NAME}\0`, password: NAME }, as: "nobody" },
      { method: "GET", path: "/v1/me", as: "nobody", headers: { authorization: `Bearer ${CANARY}` } },
      { method: "GET", path: "/v1/me", as: "nobody", headers: { cookie: `citecode=${CANARY}`, "user-agent": NAME } },
      { path: "/v1/people", body: { login: "x", name: "X", role: NAME }, as: "administrator" },
      { path: "/v1/keys", body: { name: "X", role: "coder", days: NAME }, as: "administrator" },
    ];
    for (const one of refused) {
      const { status } = await send(one);
      expect(status, JSON.stringify(one).slice(0, 200)).not.toBe(500);
    }
    // The service may answer and close before all of it is sent, which not every client then reads.
    await send({ path: "/v1/suggest", raw: `{"text":"${NAME} ${"x".repeat(9_000_000)}"}` }).catch(() => {});
    const broken = [
      `GET /${CANARY} HTTP/9.9\r\n\r\n`,
      `${CANARY} /v1/me HTTP/1.1\r\nhost: x\r\n\r\n`,
      `POST /v1/suggest HTTP/1.1\r\nhost: x\r\ncontent-length: ${CANARY}\r\n\r\n`,
      `GET /v1/me HTTP/1.1\r\nhost: x\r\n${CANARY}: ${"x".repeat(40_000)}\r\n\r\n`,
      `POST /v1/suggest HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz${CANARY}\r\n`,
    ];
    for (const bytes of broken) problems.push(await dialled(bytes));
  });

  it("is in no log line, of any level", () => {
    expect(child.written().includes('"level":10')).toBe(true);
    expect(
      child
        .written()
        .split("\n")
        .filter((line) => line.includes(CANARY)),
    ).toEqual([]);
  });

  it("is in no answer that refuses", () => {
    expect(problems.length).toBeGreaterThan(50);
    expect(problems.filter((p) => p.replace(/^\w+ \S+ /, "").includes(CANARY))).toEqual([]);
  });

  it("is in no metric", async () => {
    const { status, body } = await call(child.url, keys.administrator, "GET", "/metrics");
    expect(status).toBe(200);
    expect(body).not.toContain(CANARY);
  });

  it("is in no event, and in no byte of the store", async () => {
    child.process.kill("SIGTERM");
    await child.ended;
    expect(child.written().includes(CANARY)).toBe(false);
    const store = await openStore({ folder: join(home.folder, "store") });
    const events = await store.system.selectFrom("event").selectAll().execute();
    await store.close();
    expect(events.length).toBeGreaterThan(15);
    expect(events.filter((e) => JSON.stringify(e).includes(CANARY))).toEqual([]);
    // A word that does stand in the store shows that the search would find one.
    expect(filesWith("tenant.created").length).toBeGreaterThan(0);
    expect(filesWith(CANARY)).toEqual([]);
  });
});

/** Files of the home folder that hold a word, in either encoding that texts are kept in. */
const filesWith = (word: string): string[] =>
  readdirSync(home.folder, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(home.folder, name);
    if (!statSync(path).isFile()) return false;
    const bytes = readFileSync(path);
    return bytes.includes(word) || bytes.includes(Buffer.from(word, "utf16le"));
  });

it.each(["throw new Error(NAME)", "Promise.reject(new Error(NAME))", "process.emit('uncaughtException', NAME)"])(
  "is not in what a process leaves behind that ends by %s",
  (fails) => {
    const script = `import { endQuietly } from "./dist/api/shutdown.js"; endQuietly(); const NAME = ${JSON.stringify(NAME)}; ${fails};`;
    let said = "";
    try {
      execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: projectFolder(), stdio: "pipe" });
    } catch (error) {
      const { status, stderr, stdout } = error as { status: number; stderr: Buffer; stdout: Buffer };
      expect(status).toBe(70);
      said = String(stderr) + stdout;
    }
    expect(said).toContain("unexpected error");
    expect(said).not.toContain(CANARY);
  },
);
