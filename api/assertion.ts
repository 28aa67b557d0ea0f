import { assert } from "../pipeline/assert/index.js";
import { extract } from "../pipeline/extract/index.js";
import { run } from "../pipeline/index.js";
import { type Knowledge, PhraseClass } from "../pipeline/knowledge.js";
import { segment } from "../pipeline/segment/index.js";
import { createPipeline, stage } from "../pipeline/stage.js";
import type { Certainty, Encounter, Span, Subject, Time } from "../pipeline/types.js";
import { InputError } from "./errors.js";

/** Certainty, time and subject of words that the caller points at, whether or not the lexicon knows them. */
export function assertSpan(
  encounter: Encounter,
  span: Span,
  knowledge: Knowledge,
): { certainty: Certainty; time: Time; subject: Subject } {
  const note = encounter.notes[0];
  const { start, end } = span;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start || end > note.text.length)
    throw new InputError(
      "span.out-of-range",
      `Expected whole numbers with 0 <= start < end <= ${note.text.length} (UTF-16 units).`,
      "/start",
    );
  const given = stage({
    name: "given",
    reads: ["sentence", "mention"],
    writes: ["mention"],
    run(see, write) {
      const sentences = see.of("sentence");
      const sentence = sentences.find((s) => s.body.place.start <= start && start < s.body.place.end) ?? sentences[0];
      if (!sentence) return;
      // Some cues speak of services alone: what the lexicon knows only as one is one.
      const kinds = see
        .of("mention")
        .filter((m) => m.body.place.start === start && m.body.place.end === end)
        .map((m) => m.body.kind);
      const kind = kinds.length > 0 && kinds.every((k) => k === "service") ? "service" : "condition";
      write("mention", { type: "stage", id: "given" }, [sentence.id], {
        place: { note: note.id, start, end },
        concept: `${PhraseClass.concept}:0`,
        kind,
        sentence: sentence.id,
      });
    },
  });
  const ledger = run(encounter, knowledge, createPipeline([segment, extract, given, assert]));
  const mention = ledger.of("mention").find((m) => m.by.id === "given");
  const body = mention && ledger.of("assertion").find((a) => a.body.mention === mention.id)?.body;
  // Words of a heading stand in no sentence; nothing is said about them.
  return body
    ? { certainty: body.certainty, time: body.time, subject: body.subject }
    : { certainty: "present", time: "current", subject: "patient" };
}
