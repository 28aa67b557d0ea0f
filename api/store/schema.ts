import type { Generated, Insertable, Selectable } from "kysely";

/** Times are ISO 8601 texts in UTC, as they were written: a time that a hash covers must come back byte for byte. */
export type Tables = {
  tenant: { id: string; name: string; created_at: string };
  person: {
    id: string;
    tenant: string;
    /** What they sign in with; unique over all tenants. */
    login: string;
    name: string;
    role: string;
    /** argon2id, encoded; null for people who come by OpenID Connect or a sign-in link only. */
    password: string | null;
    /** The sealed TOTP secret. */
    totp: Uint8Array | null;
    totp_key: string | null;
    /** Null until the person has shown that their device holds the secret. */
    totp_confirmed_at: string | null;
    /** The 30-second step of the last code that was taken: it and those before are used up. */
    totp_step: Generated<number>;
    failures: Generated<number>;
    locked_until: string | null;
    disabled_at: string | null;
    created_at: string;
  };
  session: {
    /** SHA-256 of the token; the token itself is never kept. */
    id: string;
    tenant: string;
    person: string;
    created_at: string;
    seen_at: string;
    expires_at: string;
    /** Until when emergency access lasts. */
    emergency_until: string | null;
  };
  sign_in_link: {
    /** SHA-256 of the token. The row goes when the link is used. */
    id: string;
    tenant: string;
    person: string;
    created_at: string;
    expires_at: string;
  };
  api_key: {
    id: string;
    tenant: string;
    name: string;
    role: string;
    /** SHA-256 of the secret part. */
    secret: string;
    created_by: string;
    created_at: string;
    expires_at: string;
    revoked_at: string | null;
  };
  data_key: {
    id: string;
    tenant: string;
    wrapped: Uint8Array;
    /** Which master key wrapped it. */
    master: string;
    created_at: string;
  };
  encounter: {
    id: string;
    tenant: string;
    setting: string;
    /** Of service or discharge, `YYYY-MM-DD`. */
    date: string;
    status: string;
    priority: Generated<number>;
    /** Only its claimant, auditors and emergency access may read it. */
    restricted: Generated<boolean>;
    claimed_by: string | null;
    claimed_at: string | null;
    /** One more with every change: the ETag. */
    version: Generated<number>;
    /** Sealed JSON {reference?, patient}. */
    sealed: Uint8Array;
    sealed_key: string;
    /** Keyed hash of the sender's own number, so that it is found without being kept open. */
    reference: string | null;
    created_by: string;
    created_at: string;
    finalised_by: string | null;
    finalised_at: string | null;
    /** JSON: the locked code set and the overrides of edits. */
    final: string | null;
  };
  note: {
    id: string;
    tenant: string;
    encounter: string;
    seq: number;
    type: string;
    /** What it came in as; offsets are into the text that was drawn from it. */
    media_type: string;
    sha256: string;
    sealed: Uint8Array;
    sealed_key: string;
    added_by: string;
    added_at: string;
  };
  run: {
    id: string;
    tenant: string;
    encounter: string;
    seq: number;
    /** JSON: engine, knowledge, releases, models. */
    versions: string;
    /** JSON: [{id, sha256}] in order. */
    notes: string;
    /** SHA-256 of the result's and of the ledger's JSON. */
    result_sha256: string;
    ledger_sha256: string;
    /** Sealed gzip of the JSON {input, result, ledger}. */
    sealed: Uint8Array;
    sealed_key: string;
    by: string;
    at: string;
  };
  decision: {
    id: string;
    tenant: string;
    encounter: string;
    seq: number;
    run: string | null;
    action: string;
    system: string;
    code: string;
    /** The code that was taken instead. */
    to_code: string | null;
    reason: string | null;
    /** Sealed words of the person, where the reason is `other`. */
    sealed: Uint8Array | null;
    sealed_key: string | null;
    /** JSON {note, start, end}: the words that support an added code. */
    span: string | null;
    /** JSON list. */
    modifiers: string | null;
    units: number | null;
    /** The decision that an undo takes back. */
    undoes: string | null;
    by: string;
    at: string;
  };
  event: {
    tenant: string;
    /** 1, 2, 3 ... without a gap in each tenant. */
    seq: number;
    at: string;
    actor: string;
    actor_kind: string;
    action: string;
    encounter: string | null;
    /** SHA-256 of the note's text, where one is concerned. */
    note_sha256: string | null;
    /** JSON, as hashed. */
    versions: string | null;
    /** JSON, as hashed; never holds patient text. */
    details: string;
    previous: string;
    hash: string;
  };
  chain: { tenant: string; seq: number; hash: string };
  idempotency: {
    tenant: string;
    actor: string;
    key: string;
    request_sha256: string;
    status: number;
    sealed: Uint8Array;
    sealed_key: string;
    headers: string;
    created_at: string;
  };
};
export type Row<T extends keyof Tables> = Selectable<Tables[T]>;
export type NewRow<T extends keyof Tables> = Insertable<Tables[T]>;
