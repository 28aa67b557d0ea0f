import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "../errors.js";
import { limits } from "./limits.js";

/** Fetches what the user named, and only that. @returns the path of the file */
export async function fetchTo(folder: string, address: string): Promise<string> {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new InputError("codeset.url", "Expected a web address that begins with https://.", address);
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && /^(localhost|127\.0\.0\.1)$/.test(url.hostname)))
    throw new InputError("codeset.url", "Expected an address that begins with https://.", address);
  const failed = (what: string) =>
    new InputError("codeset.download", `${what} Download the file in a browser and install it from there.`, address);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(limits.download * 1000) });
    if (!answer.ok || !answer.body) throw failed(`The server answered ${answer.status}.`);
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > limits.file) throw failed(`It is larger than ${limits.file} bytes.`);
      parts.push(part);
    }
    const expected = Number(answer.headers.get("content-length") ?? size);
    if (!answer.headers.get("content-encoding") && expected !== size) throw failed("The download ended too early.");
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw failed("The download failed.");
  }
  const path = join(folder, basename(url.pathname) || "download");
  writeFileSync(path, Buffer.concat(parts));
  return path;
}
