import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models } from "../pipeline/models.js";
import { RuleError } from "../rules/schema.js";
import { buildApp } from "./app.js";
import { siteKnowledge } from "./codesets/in-force.js";
import { engineOf } from "./engine.js";
import { InputError } from "./errors.js";
import { boundMemory } from "./memory.js";
import { modelsFor } from "./models.js";
import { type Service, systemOf } from "./service.js";

/** Starts the service on the loopback interface. `PORT` chooses the port. */
async function main(): Promise<void> {
  boundMemory();
  const port = Number(process.env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new RuleError(`PORT is "${process.env.PORT}". Expected a whole number up to 65535.`);
  const knowledge = siteKnowledge();
  const models = await modelsFor(knowledge);
  const service = await storeOf(knowledge, models);
  const app = await buildApp({ knowledge, models, log: true, ...(service ? { service, openSuggest: true } : {}) });
  if (service) app.addHook("onClose", () => service.store.close());
  const address = await app.listen({ host: "127.0.0.1", port });
  console.log(`Citecode listens on ${address} (documentation at ${address}/docs). Try:\n`);
  console.log(
    `curl -s ${address}/v1/suggest -H 'content-type: application/json' -d '{"text":"ASSESSMENT: Right knee osteoarthritis. Type 2 diabetes with neuropathy. Denies chest pain."}'`,
  );
  if (service) {
    const link = await firstLink(service);
    if (link) console.log(`\nSign in once, as the first administrator, within 15 minutes: ${address}${link}`);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void app.close().then(() => process.exit(0)));
}

/** The store that the environment asks for: PostgreSQL by `DATABASE_URL`, an embedded one by `CITECODE_STORE=embedded`. */
async function storeOf(knowledge: Knowledge, models: Models): Promise<Service | undefined> {
  const { DATABASE_URL, CITECODE_STORE } = process.env;
  if (DATABASE_URL === undefined && CITECODE_STORE === undefined) return undefined;
  if (CITECODE_STORE !== undefined && CITECODE_STORE !== "embedded")
    throw new RuleError('CITECODE_STORE is not known. Expected "embedded", or DATABASE_URL for PostgreSQL.');
  // Loaded late: who keeps nothing does not wait for a database.
  const [{ storeConfig }, { openService }] = await Promise.all([import("./config.js"), import("./open.js")]);
  return openService(storeConfig(), engineOf(knowledge, models));
}

/** A one-time link for the first person of a new store; nothing once somebody is there. */
async function firstLink(service: Service): Promise<string | undefined> {
  const { FIRST_TENANT } = await import("./open.js");
  const { addPerson } = await import("./security/people.js");
  return service.store.in(FIRST_TENANT, async (tx) => {
    if (await tx.selectFrom("person").select("id").limit(1).executeTakeFirst()) return undefined;
    const person = { login: "administrator", name: "Administrator", role: "administrator" } as const;
    return (await addPerson(service, tx, systemOf(FIRST_TENANT), person)).link?.path;
  });
}

main().catch((error: NodeJS.ErrnoException) => {
  if (error.code === "EADDRINUSE") console.error(`The port is taken. Choose another: PORT=3001 npm start`);
  else
    console.error(
      error instanceof RuleError || error instanceof InputError
        ? error.message
        : `The service could not start (${error.code ?? error.name}).`,
    );
  process.exitCode = 1;
});
