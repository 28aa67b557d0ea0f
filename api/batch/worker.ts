import type { Knowledge } from "../../pipeline/knowledge.js";
import type { Models } from "../../pipeline/models.js";
import type { Versions } from "../../pipeline/types.js";
import { loadKnowledge } from "../../rules/load.js";
import { readNote } from "../cli/files.js";
import { describe } from "../cli/ndjson.js";
import { toEncounter } from "../encounter.js";
import { InputError } from "../errors.js";
import { modelsFor } from "../models.js";
import { suggestWith, toResult, versionsOf } from "../result.js";
import { version } from "../version.js";
import type { Item } from "./source.js";

export type Chunk = { readonly items: readonly Item[]; readonly models: boolean; readonly day: string };
/** What became of a note: its result as a line of JSON, or why it was set aside, without its words. */
export type Outcome =
  | { readonly line: string }
  | { readonly place: string; readonly code: string; readonly message: string; readonly at?: string };

let ready: Promise<{ knowledge: Knowledge; models: Models }> | undefined;
const load = async (models: boolean) => {
  const knowledge = loadKnowledge();
  return { knowledge, models: await modelsFor(knowledge, models ? {} : { models }) };
};

/** What results of this thread depend on. */
export async function versions(models: boolean): Promise<Versions> {
  ready ??= load(models);
  const loaded = await ready;
  return versionsOf(loaded.knowledge, loaded.models, version());
}

/** The notes of a chunk, in order; a note that cannot be read stops no other. */
export default async function work({ items, models: wanted, day }: Chunk): Promise<Outcome[]> {
  ready ??= load(wanted);
  const { knowledge, models } = await ready;
  const out: Outcome[] = [];
  for (const item of items) {
    try {
      const { input, notices } = await inputOf(item);
      const { encounter, warnings } = toEncounter(input, knowledge, day);
      const ledger = await suggestWith(encounter, knowledge, models);
      out.push({ line: JSON.stringify(toResult(ledger, encounter, [...notices, ...warnings])) });
    } catch (error) {
      const { code, message, at } = describe(error);
      // Files are named by where they stand in the folder; the path above it says nothing of the note.
      out.push({ place: item.place, code, message, ...("line" in item && at !== undefined ? { at } : {}) });
    }
  }
  return out;
}

async function inputOf(item: Item) {
  if ("file" in item) {
    const { text, warnings } = await readNote(item.file);
    return { input: { id: item.place, text }, notices: warnings };
  }
  try {
    return { input: JSON.parse(item.line) as unknown, notices: [] };
  } catch {
    throw new InputError("line.not-json", "The line is not JSON. Give one object a line.");
  }
}
