import { randomUUID } from "node:crypto";
import { record } from "../audit/index.js";
import { checkText } from "../encounter.js";
import { InputError } from "../errors.js";
import { extract } from "../intake/index.js";
import type { Principal } from "../security/principal.js";
import type { Service } from "../service.js";
import { sha256 } from "../sha256.js";
import type { Row, Tx } from "../store/index.js";

/** A note as it is sent: its text, or a file in base64 with its media type. */
export type NoteInput = {
  readonly type?: string;
  readonly text?: string;
  readonly content?: string;
  readonly mediaType?: string;
};
/** A note whose text is settled: what offsets mean. */
export type ReadNote = { readonly type: string; readonly text: string; readonly mediaType: string };
/** A note as it is shown. Offsets of a result count UTF-16 units of `text`. */
export type NoteView = {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly addedBy: string;
  readonly addedAt: string;
  readonly text?: string;
};

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Notes of one encounter; a stay of weeks fits. */
export const MOST_NOTES = 200;

/**
 * Draws the text from what was sent, before any transaction begins.
 * @throws InputError naming the note by its place
 */
export async function readNote(input: NoteInput, at: string): Promise<ReadNote> {
  const { type = "note", text, content, mediaType = "" } = input;
  if ((text === undefined) === (content === undefined))
    throw new InputError("note.missing", 'Give either "text" or "content" with its "mediaType".', at);
  if (text !== undefined) {
    checkText(text);
    return { type, text, mediaType: "text/plain" };
  }
  if (!base64.test(content as string))
    throw new InputError("note.base64", "Expected the file in base64.", `${at}/content`);
  const read = await extract(Buffer.from(content as string, "base64"), mediaType);
  checkText(read.text);
  return { type, text: read.text, mediaType: read.mediaType };
}

/** What the audit knows a note by. */
export const noteHash = sha256;

/** Keeps a note behind those that the encounter has. The event is the caller's transaction's. */
export async function addNote(
  service: Service,
  tx: Tx,
  who: Principal,
  encounter: string,
  seq: number,
  note: ReadNote,
): Promise<NoteView> {
  const id = randomUUID();
  const at = service.now();
  const sha256 = noteHash(note.text);
  // UTF-16 keeps lone surrogates, which UTF-8 would replace: offsets and hashes must come back as they were.
  const sealed = await service.vault.seal(tx, who.tenant, `note:${id}`, Buffer.from(note.text, "utf16le"));
  await tx
    .insertInto("note")
    .values({
      id,
      tenant: who.tenant,
      encounter,
      seq,
      type: note.type,
      media_type: note.mediaType,
      sha256,
      ...sealed,
      added_by: who.id,
      added_at: at,
    })
    .execute();
  await record(tx, who, at, {
    action: "note.added",
    encounter,
    noteSha256: sha256,
    details: { note: id, type: note.type, mediaType: note.mediaType, units: note.text.length },
  });
  return { id, seq, type: note.type, mediaType: note.mediaType, sha256, addedBy: who.id, addedAt: at };
}

export function notesOf(tx: Tx, encounter: string): Promise<Row<"note">[]> {
  return tx.selectFrom("note").selectAll().where("encounter", "=", encounter).orderBy("seq").execute();
}

/** @throws TamperError when the stored bytes are not those that were written */
export async function textOf(service: Service, tx: Tx, row: Row<"note">): Promise<string> {
  return (await service.vault.unseal(tx, row.tenant, `note:${row.id}`, row)).toString("utf16le");
}

export const noteView = (row: Row<"note">, text?: string): NoteView => ({
  id: row.id,
  seq: row.seq,
  type: row.type,
  mediaType: row.media_type,
  sha256: row.sha256,
  addedBy: row.added_by,
  addedAt: row.added_at,
  ...(text === undefined ? {} : { text }),
});
