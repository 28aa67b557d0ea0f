import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { ServiceConfig } from "./config.js";

/** A signal that comes twice within so many milliseconds was sent once: npm passes on what its group got already. */
const SAME_SIGNAL = 300;
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Ends the service when it is told to: `/readyz` says so first, then the port closes, running requests finish within their
 * time, and what the app has open closes after them. A second signal ends the process at once; what it was writing is then
 * undone by the store, as after a crash.
 */
export function stopOnSignals(app: FastifyInstance, config: Pick<ServiceConfig, "unready" | "longest">): void {
  let told = 0;
  for (const signal of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[])
    process.on(signal, () => {
      const now = performance.now();
      if (told === 0) void stop(app, config);
      else if (now - told > SAME_SIGNAL) process.exit(128 + NUMBERS[signal]);
      else return;
      told = now;
    });
}

async function stop(app: FastifyInstance, { unready, longest }: Pick<ServiceConfig, "unready" | "longest">) {
  app.life.stopping = true;
  await wait(unready);
  let cut = false;
  const limit = setTimeout(() => {
    cut = true;
    app.log.error({ milliseconds: longest }, "requests were cut off at the end of their time");
    app.server.closeAllConnections();
  }, longest);
  try {
    await app.close();
  } catch (error) {
    app.log.error({ name: (error as Error).name }, "the service did not close cleanly");
    cut = true;
  }
  clearTimeout(limit);
  process.exit(cut ? 1 : 0);
}

/** EX_SOFTWARE of sysexits: a supervisor starts the service again. */
const SOFTWARE = 70;

/** Ends the process at an error that nobody caught, and says where it came from but not what it says: that may quote a note. */
export function endQuietly(): void {
  const end = (error: unknown) => {
    const { name = "Error", stack = "" } = error instanceof Error ? error : {};
    const frames = stack.split("\n").filter((line) => /^ {4}at /.test(line));
    process.stderr.write(["The service ended by an unexpected error.", name, ...frames, ""].join("\n"));
    process.exit(SOFTWARE);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}
