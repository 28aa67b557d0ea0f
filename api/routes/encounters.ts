import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { trace, whyNot } from "../../pipeline/explain.js";
import { record } from "../audit/index.js";
import { createEncounter, encounterView } from "../encounters/create.js";
import { etag, findEncounter, stillOpen, touch } from "../encounters/find.js";
import { addNote, MOST_NOTES, notesOf, noteView, readNote, textOf } from "../encounters/notes.js";
import { once } from "../encounters/once.js";
import { bodyOf, findRun, ledgerOf, makeRun, runsOf, runView } from "../encounters/runs.js";
import { Refusal } from "../errors.js";
import { CodeValue, Id, OnceHeaders, refusals, strict } from "../schemas/common.js";
import { EncounterBody, EncounterView, NoteBody, NoteView, RunView } from "../schemas/encounters.js";
import { keptAnswer } from "../schemas/suggest.js";
import type { Service } from "../service.js";
import { give, sentOf } from "./answer.js";

const OfEncounter = strict({ id: Id });
const OfRun = strict({ id: Id, run: Type.String({ ...Id, description: "a run's id, or `latest`" }) });
const Kept = strict({ run: RunView, result: Type.Unsafe<unknown>(keptAnswer) });

/** Encounters with their notes and what the engine made of them. */
export const encounterRoutes: FastifyPluginAsyncTypebox<{ service: Service }> = async (app, { service }) => {
  app.post(
    "/v1/encounters",
    {
      config: { permission: "encounter.create" },
      schema: {
        summary: "Keep an encounter with its notes, and read them",
        tags: ["encounters"],
        headers: OnceHeaders,
        body: EncounterBody,
        response: { 201: EncounterView, ...refusals(409, 422) },
      },
    },
    async (request, reply) => {
      const { notes, ...body } = request.body;
      const read = await Promise.all(notes.map((note, i) => readNote(note, `/notes/${i}`)));
      const who = request.principal;
      return give(
        reply,
        await once(service, who, sentOf(request), async (tx) => {
          const { row } = await createEncounter(service, tx, who, body, read);
          return {
            status: 201,
            headers: { location: `/v1/encounters/${row.id}`, etag: etag(row.version) },
            body: await encounterView(service, tx, row),
          };
        }),
      );
    },
  );

  app.get(
    "/v1/encounters/:id",
    {
      config: { permission: "encounter.read" },
      schema: {
        summary: "An encounter without the words of its notes",
        tags: ["encounters"],
        params: OfEncounter,
        response: { 200: EncounterView, ...refusals(404) },
      },
    },
    async (request, reply) => {
      const who = request.principal;
      const view = await service.store.in(who.tenant, async (tx) =>
        encounterView(service, tx, await findEncounter(tx, who, request.params.id, service.now())),
      );
      return reply.header("etag", etag(view.version)).send(view);
    },
  );

  app.get(
    "/v1/encounters/:id/notes",
    {
      config: { permission: "encounter.read" },
      schema: {
        summary: "The notes with their text; the audit names whoever looks",
        tags: ["encounters"],
        params: OfEncounter,
        response: { 200: strict({ notes: Type.Array(NoteView) }), ...refusals(404) },
      },
    },
    async (request) => {
      const who = request.principal;
      return service.store.in(who.tenant, async (tx) => {
        const now = service.now();
        const row = await findEncounter(tx, who, request.params.id, now);
        const notes = [];
        for (const note of await notesOf(tx, row.id)) notes.push(noteView(note, await textOf(service, tx, note)));
        await record(tx, who, now, {
          action: "notes.viewed",
          encounter: row.id,
          details: { notes: notes.map((n) => n.sha256), ...(who.emergencyUntil ? { emergency: true } : {}) },
        });
        return { notes };
      });
    },
  );

  app.post(
    "/v1/encounters/:id/notes",
    {
      config: { permission: "encounter.create" },
      schema: {
        summary: "Append a late note; earlier results stay",
        tags: ["encounters"],
        headers: OnceHeaders,
        params: OfEncounter,
        body: NoteBody,
        response: { 201: NoteView, ...refusals(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const note = await readNote(request.body, "");
      const who = request.principal;
      return give(
        reply,
        await once(service, who, sentOf(request), async (tx) => {
          const row = await findEncounter(tx, who, request.params.id, service.now(), true);
          stillOpen(row);
          const before = await notesOf(tx, row.id);
          if (before.length >= MOST_NOTES)
            throw new Refusal(409, "encounter.full", `An encounter takes at most ${MOST_NOTES} notes.`);
          const version = await touch(tx, row);
          const view = await addNote(service, tx, who, row.id, before.length + 1, note);
          return { status: 201, headers: { etag: etag(version) }, body: view };
        }),
      );
    },
  );

  app.post(
    "/v1/encounters/:id/runs",
    {
      config: { permission: "encounter.run" },
      schema: {
        summary: "Read the notes again with the engine at hand",
        tags: ["runs"],
        headers: OnceHeaders,
        params: OfEncounter,
        response: { 201: Kept, ...refusals(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const who = request.principal;
      return give(
        reply,
        await once(service, who, sentOf(request), async (tx) => {
          const row = await findEncounter(tx, who, request.params.id, service.now(), true);
          stillOpen(row);
          const version = await touch(tx, row);
          const { view, result } = await makeRun(service, tx, who, row);
          return { status: 201, headers: { etag: etag(version) }, body: { run: view, result } };
        }),
      );
    },
  );

  app.get(
    "/v1/encounters/:id/runs",
    {
      config: { permission: "encounter.read" },
      schema: {
        summary: "All runs, oldest first",
        tags: ["runs"],
        params: OfEncounter,
        response: { 200: strict({ runs: Type.Array(RunView) }), ...refusals(404) },
      },
    },
    async (request) => {
      const who = request.principal;
      return service.store.in(who.tenant, async (tx) => {
        const row = await findEncounter(tx, who, request.params.id, service.now());
        return { runs: (await runsOf(tx, row.id)).map(runView) };
      });
    },
  );

  app.get(
    "/v1/encounters/:id/runs/:run",
    {
      config: { permission: "encounter.read" },
      schema: {
        summary: "What a run answered, as it was kept",
        tags: ["runs"],
        params: OfRun,
        response: { 200: Kept, ...refusals(404) },
      },
    },
    async (request) => {
      const who = request.principal;
      return service.store.in(who.tenant, async (tx) => {
        const row = await findEncounter(tx, who, request.params.id, service.now());
        const run = await findRun(tx, row.id, request.params.run);
        return { run: runView(run), result: (await bodyOf(service, tx, run)).result };
      });
    },
  );

  app.get(
    "/v1/encounters/:id/runs/:run/why/:code",
    {
      config: { permission: "encounter.read" },
      schema: {
        summary: "The walk from a code back to the words, or why it is not proposed",
        tags: ["runs"],
        params: strict({ ...OfRun.properties, code: CodeValue }),
        response: { 200: Type.Object({}, { additionalProperties: true }), ...refusals(404) },
      },
    },
    async (request) => {
      const who = request.principal;
      const { id, run: wanted, code } = request.params;
      return service.store.in(who.tenant, async (tx) => {
        const row = await findEncounter(tx, who, id, service.now());
        const { facts } = await bodyOf(service, tx, await findRun(tx, row.id, wanted));
        const ledger = ledgerOf(facts);
        const why = whyNot(ledger, code);
        return why.because === "suggested" || why.because === "alternative"
          ? { because: why.because, trace: trace(ledger, why.suggestion.id) }
          : why;
      });
    },
  );
};
