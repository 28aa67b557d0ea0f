import { loadKnowledge } from "../rules/load.js";
import { RuleError } from "../rules/schema.js";
import { buildApp } from "./app.js";
import { boundMemory } from "./memory.js";
import { modelsFor } from "./models.js";

/** Starts the service on the loopback interface. `PORT` chooses the port. */
async function main(): Promise<void> {
  boundMemory();
  const port = Number(process.env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new RuleError(`PORT is "${process.env.PORT}". Expected a whole number up to 65535.`);
  const knowledge = loadKnowledge();
  const app = await buildApp({ knowledge, models: await modelsFor(knowledge), log: true });
  const address = await app.listen({ host: "127.0.0.1", port });
  console.log(`Citecode listens on ${address} (documentation at ${address}/docs). Try:\n`);
  console.log(
    `curl -s ${address}/v1/suggest -H 'content-type: application/json' -d '{"text":"ASSESSMENT: Right knee osteoarthritis. Type 2 diabetes with neuropathy. Denies chest pain."}'`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void app.close().then(() => process.exit(0)));
}

main().catch((error: NodeJS.ErrnoException) => {
  if (error.code === "EADDRINUSE") console.error(`The port is taken. Choose another: PORT=3001 npm start`);
  else
    console.error(
      error instanceof RuleError ? error.message : `The service could not start (${error.code ?? error.name}).`,
    );
  process.exitCode = 1;
});
