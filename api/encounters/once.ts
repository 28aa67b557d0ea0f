import { createHash } from "node:crypto";
import { Refusal } from "../errors.js";
import type { Principal } from "../security/principal.js";
import type { Service } from "../service.js";
import type { Tx } from "../store/index.js";

/** What a handler answers, so that the same answer can be given again. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};
/** The parts of a request that make it the same request. */
export type Sent = {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  /** The Idempotency-Key header. */
  readonly key: string | undefined;
};

/**
 * Does work in one transaction of the sender's tenant, at most once for an Idempotency-Key: a repeat gets the first answer.
 * @throws Refusal idempotency.reused when the key came with another request before
 */
export async function once(
  service: Service,
  who: Principal,
  sent: Sent,
  work: (tx: Tx) => Promise<Answer>,
): Promise<Answer> {
  return service.store.in(who.tenant, async (tx) => {
    if (sent.key === undefined) return work(tx);
    // Senders make keys of what they have at hand, which may be the number of a patient.
    const key = createHash("sha256").update(sent.key).digest("hex");
    const request = createHash("sha256")
      .update(`${sent.method} ${sent.url}\n${JSON.stringify(sent.body ?? null)}`)
      .digest("hex");
    const row = { tenant: who.tenant, actor: who.id, key };
    const record = `idempotency:${who.id}:${key}`;
    // The row is taken first: a second request with the same key waits here until the first is through.
    const empty = await service.vault.seal(tx, who.tenant, record, "");
    const taken = await tx
      .insertInto("idempotency")
      .values({ ...row, request_sha256: request, status: 0, headers: "{}", created_at: service.now(), ...empty })
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    const mine = tx.updateTable("idempotency").where("actor", "=", who.id).where("key", "=", key);
    if (Number(taken.numInsertedOrUpdatedRows ?? 0n) === 0) {
      const before = await tx
        .selectFrom("idempotency")
        .selectAll()
        .where("actor", "=", who.id)
        .where("key", "=", key)
        .executeTakeFirstOrThrow();
      if (before.request_sha256 !== request)
        throw new Refusal(422, "idempotency.reused", "This Idempotency-Key came with another request. Use a new one.");
      const body = (await service.vault.unseal(tx, who.tenant, record, before)).toString("utf8");
      return {
        status: before.status,
        headers: { ...(JSON.parse(before.headers) as Record<string, string>), "idempotent-replay": "true" },
        body: body === "" ? undefined : JSON.parse(body),
      };
    }
    const answer = await work(tx);
    const sealed = await service.vault.seal(
      tx,
      who.tenant,
      record,
      answer.body === undefined ? "" : JSON.stringify(answer.body),
    );
    await mine.set({ ...sealed, status: answer.status, headers: JSON.stringify(answer.headers) }).execute();
    return answer;
  });
}
