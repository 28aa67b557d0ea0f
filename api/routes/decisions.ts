import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type TSchema, Type } from "typebox";
import { finalise, reopen } from "../decisions/finalise.js";
import { decide, decisionsOf, undo } from "../decisions/index.js";
import { claim, claimNext, release, worklist } from "../decisions/worklist.js";
import { etag, findEncounter } from "../encounters/find.js";
import { once } from "../encounters/once.js";
import { Refusal } from "../errors.js";
import { ChangeHeaders, Id, OnceHeaders, oneOf, refusals, strict } from "../schemas/common.js";
import {
  Decided,
  DecisionBody,
  Decisions,
  FinalCodes,
  Versioned,
  WorklistItem,
  WorklistQuery,
} from "../schemas/decisions.js";
import type { Permission } from "../security/permissions.js";
import type { Service } from "../service.js";
import type { Tx } from "../store/index.js";
import { give, sentOf } from "./answer.js";

const OfEncounter = strict({ id: Id });
const OfDecision = strict({ id: Id, decision: Id });

/** What people decide: codes, the locked set, and who works on what. */
export const decisionRoutes: FastifyPluginAsyncTypebox<{ service: Service }> = async (app, { service }) => {
  /** Does one change of an encounter, once for its Idempotency-Key, and tells the new version as the ETag. */
  const change = async (
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    work: (tx: Tx) => Promise<{ version: number }>,
  ) =>
    give(
      reply,
      await once(service, request.principal, sentOf(request), async (tx) => {
        const body = await work(tx);
        return { status, headers: { etag: etag(body.version) }, body };
      }),
    );
  const changing = (permission: Permission, summary: string, status: number, answer: TSchema) => ({
    config: { permission },
    schema: {
      summary,
      tags: ["decisions"],
      headers: ChangeHeaders,
      params: OfEncounter,
      response: { [status]: answer, ...refusals(404, 409, 412, 422, 428) },
    },
  });

  const deciding = changing("decision.write", "Accept, change or reject a code, or add a missed one", 201, Decided);
  app.post(
    "/v1/encounters/:id/decisions",
    { ...deciding, schema: { ...deciding.schema, params: OfEncounter, body: DecisionBody } },
    (request, reply) =>
      change(request, reply, 201, (tx) =>
        decide(service, tx, request.principal, request.params.id, request.body, request.headers["if-match"]),
      ),
  );
  const undoing = changing("decision.write", "Take a decision back", 201, Decided);
  app.post(
    "/v1/encounters/:id/decisions/:decision/undo",
    { ...undoing, schema: { ...undoing.schema, params: OfDecision } },
    (request, reply) =>
      change(request, reply, 201, (tx) =>
        undo(service, tx, request.principal, request.params.id, request.params.decision, request.headers["if-match"]),
      ),
  );
  app.get(
    "/v1/encounters/:id/decisions",
    {
      config: { permission: "encounter.read" },
      schema: {
        summary: "Which decisions stand, and all that were made",
        tags: ["decisions"],
        params: OfEncounter,
        response: { 200: Decisions, ...refusals(404) },
      },
    },
    async (request) => {
      const who = request.principal;
      return service.store.in(who.tenant, async (tx) => {
        const row = await findEncounter(tx, who, request.params.id, service.now());
        return decisionsOf(service, tx, row.id);
      });
    },
  );

  const closing = changing("encounter.finalise", "Lock the code set", 200, FinalCodes);
  app.post(
    "/v1/encounters/:id/finalise",
    {
      ...closing,
      schema: {
        ...closing.schema,
        params: OfEncounter,
        body: strict({ undecided: Type.Optional(oneOf(["refuse", "accept", "reject"])) }),
      },
    },
    (request, reply) =>
      change(request, reply, 200, (tx) =>
        finalise(
          service,
          tx,
          request.principal,
          request.params.id,
          request.body.undecided ?? "refuse",
          request.headers["if-match"],
        ),
      ),
  );
  app.get(
    "/v1/encounters/:id/codes",
    {
      config: { permission: "encounter.read" },
      schema: {
        summary: "The locked code set",
        tags: ["decisions"],
        params: OfEncounter,
        response: { 200: FinalCodes, ...refusals(404, 409) },
      },
    },
    async (request) => {
      const who = request.principal;
      return service.store.in(who.tenant, async (tx) => {
        const row = await findEncounter(tx, who, request.params.id, service.now());
        if (row.final === null) throw new Refusal(409, "encounter.open", "The encounter is not finalised yet.");
        return { codes: JSON.parse(row.final), version: row.version };
      });
    },
  );
  const reopening = changing("encounter.reopen", "Open a finalised encounter again", 200, Versioned);
  app.post(
    "/v1/encounters/:id/reopen",
    {
      ...reopening,
      schema: {
        ...reopening.schema,
        params: OfEncounter,
        body: strict({ reason: Type.String({ minLength: 1, maxLength: 500, description: "no patient text" }) }),
      },
    },
    (request, reply) =>
      change(request, reply, 200, (tx) =>
        reopen(service, tx, request.principal, request.params.id, request.body.reason, request.headers["if-match"]),
      ),
  );

  const claiming = changing("worklist.claim", "Take an encounter to work on", 200, Versioned);
  app.post(
    "/v1/encounters/:id/claim",
    { ...claiming, schema: { ...claiming.schema, params: OfEncounter } },
    (request, reply) => change(request, reply, 200, (tx) => claim(service, tx, request.principal, request.params.id)),
  );
  const releasing = changing("worklist.claim", "Give an encounter back", 200, Versioned);
  app.post(
    "/v1/encounters/:id/release",
    { ...releasing, schema: { ...releasing.schema, params: OfEncounter } },
    (request, reply) => change(request, reply, 200, (tx) => release(service, tx, request.principal, request.params.id)),
  );
  app.get(
    "/v1/worklist",
    {
      config: { permission: "worklist.read" },
      schema: {
        summary: "Encounters by priority, then age",
        tags: ["worklist"],
        querystring: WorklistQuery,
        response: {
          200: strict({ items: Type.Array(WorklistItem), next: Type.Optional(Type.String()) }),
          ...refusals(422),
        },
      },
    },
    async (request) => {
      const { limit, ...filter } = request.query;
      const who = request.principal;
      return service.store.in(who.tenant, (tx) =>
        worklist(tx, who, { ...filter, ...(limit === undefined ? {} : { limit: Number(limit) }) }),
      );
    },
  );
  app.post(
    "/v1/worklist/next",
    {
      config: { permission: "worklist.claim" },
      schema: {
        summary: "Take the next encounter that nobody has",
        tags: ["worklist"],
        headers: OnceHeaders,
        response: { 200: strict({ item: WorklistItem, version: Type.Integer() }), ...refusals(404, 422) },
      },
    },
    (request, reply) => change(request, reply, 200, (tx) => claimNext(service, tx, request.principal)),
  );
};
