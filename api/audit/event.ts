import { createHash } from "node:crypto";
import type { Row } from "../store/index.js";

/** The hash that the first event of a tenant carries as the one before. */
export const GENESIS = "0".repeat(64);

/** SHA-256 over everything that an event says and the hash of the one before, each field with its length: nothing can move between fields. */
export function eventHash(event: Omit<Row<"event">, "hash">): string {
  const hash = createHash("sha256");
  for (const field of [
    event.tenant,
    String(event.seq),
    event.at,
    event.actor,
    event.actor_kind,
    event.action,
    event.encounter,
    event.note_sha256,
    event.versions,
    event.details,
    event.previous,
  ])
    hash.update(field === null ? "-" : `${Buffer.byteLength(field)}:${field}`).update("\n");
  return hash.digest("hex");
}

/** Where a chain stops holding, or its head. */
export type ChainCheck =
  | { readonly intact: true; readonly events: number; readonly head: string }
  | { readonly intact: false; readonly seq: number; readonly says: string };

/** Walks events in order of `seq`. Feed it one at a time, so that a long chain needs no memory. */
export class ChainWalk {
  #seq = 0;
  #hash = GENESIS;
  #broken: { seq: number; says: string } | null = null;

  /** @returns false once a link is broken */
  add(event: Row<"event">): boolean {
    if (this.#broken) return false;
    const expected = this.#seq + 1;
    const says =
      event.seq !== expected
        ? `Event ${expected} is missing; the next one found is ${event.seq}.`
        : event.previous !== this.#hash
          ? `Event ${event.seq} does not carry the hash of the one before it.`
          : event.hash !== eventHash(event)
            ? `Event ${event.seq} was changed after it was written.`
            : null;
    if (says) {
      this.#broken = { seq: expected, says };
      return false;
    }
    this.#seq = event.seq;
    this.#hash = event.hash;
    return true;
  }

  /** @param head what the store, or a copy that was kept elsewhere, says that the chain ends with */
  end(head?: { seq: number; hash: string }): ChainCheck {
    if (this.#broken) return { intact: false, ...this.#broken };
    if (head && (head.seq !== this.#seq || head.hash !== this.#hash))
      return {
        intact: false,
        seq: this.#seq + 1,
        says: `The chain ends with event ${this.#seq}; its head says ${head.seq}. Events at the end were removed or added.`,
      };
    return { intact: true, events: this.#seq, head: this.#hash };
  }
}
