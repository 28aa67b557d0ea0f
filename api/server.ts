import "../models/telemetry.js";
import type { Knowledge } from "../pipeline/knowledge.js";
import type { Models } from "../pipeline/models.js";
import { RuleError } from "../rules/schema.js";
import { buildApp } from "./app.js";
import { siteKnowledge } from "./codesets/in-force.js";
import { serviceConfig, storeConfig } from "./config.js";
import { engineOf } from "./engine.js";
import { InputError } from "./errors.js";
import { boundMemory } from "./memory.js";
import { modelsFor } from "./models.js";
import { type Service, systemOf } from "./service.js";
import { endQuietly, stopOnSignals } from "./shutdown.js";

/** Starts the service as the environment settles it (`api/variables.ts`). */
async function main(): Promise<void> {
  endQuietly();
  const config = serviceConfig();
  boundMemory();
  const knowledge = siteKnowledge();
  const models = await modelsFor(knowledge);
  const service = config.keeps ? await storeOf(knowledge, models) : undefined;
  const app = await buildApp({
    knowledge,
    models,
    log: config.log,
    ...(service ? { service, openSuggest: config.loopback } : {}),
  });
  if (service) app.addHook("onClose", () => service.store.close());
  const address = await app.listen({ host: config.host, port: config.port });
  stopOnSignals(app, config);
  console.log(`Citecode listens on ${address} (documentation at ${address}/docs). Try:\n`);
  console.log(
    `curl -s ${address}/v1/suggest -H 'content-type: application/json' -d '{"text":"ASSESSMENT: Right knee osteoarthritis. Type 2 diabetes with neuropathy. Denies chest pain."}'`,
  );
  if (service) {
    const link = await firstLink(service);
    if (link) console.log(`\nSign in once, as the first administrator, within 15 minutes: ${address}${link}`);
  }
}

async function storeOf(knowledge: Knowledge, models: Models): Promise<Service> {
  // Loaded late: who keeps nothing does not wait for a database.
  const { openService } = await import("./open.js");
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
