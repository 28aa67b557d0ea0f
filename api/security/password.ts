import { randomBytes } from "node:crypto";
import { argon2id, argon2Verify } from "hash-wasm";

/** 19 MiB, two passes, one lane: what a sign-in may cost here and what makes guessing dear. */
const COST = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;

/** @returns argon2id in its encoded form, with salt and cost */
export function hashPassword(password: string): Promise<string> {
  return argon2id({ password: password.normalize("NFC"), salt: randomBytes(16), ...COST, outputType: "encoded" });
}

/** Of no password that anybody knows: whoever has none is compared with it, so that the work is the same. */
let nobodys: Promise<string> | undefined;

/** @param hash encoded; null for somebody without a password or without an account, which takes as long and never fits */
export async function passwordFits(password: string, hash: string | null): Promise<boolean> {
  nobodys ??= hashPassword(randomBytes(32).toString("hex"));
  const against = hash ?? (await nobodys);
  const fits = await argon2Verify({ password: password.normalize("NFC"), hash: against });
  return fits && hash !== null;
}
