import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { InputError } from "../errors.js";

/**
 * Takes a folder for this process: an embedded database that two processes write is lost. A lock that a killed process left
 * is taken over.
 * @returns gives it back
 * @throws InputError store.busy
 */
export function lockFolder(path: string): () => void {
  const mine = String(process.pid);
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, mine, { flag: "wx", mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = Number(readFileSync(path, "utf8"));
    if (tries > 2 || (holder !== process.pid && alive(holder)))
      throw new InputError(
        "store.busy",
        `The store is in use by process ${holder}. Stop that one first, or keep encounters in PostgreSQL (DATABASE_URL), which many may use.`,
        path,
      );
    rmSync(path, { force: true });
  }
}

function alive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
