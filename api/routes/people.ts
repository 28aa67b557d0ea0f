import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { record } from "../audit/index.js";
import { Id, refusals, strict } from "../schemas/common.js";
import { Link, Login, NewPassword, PersonView, personView, RoleName } from "../schemas/people.js";
import { makeLink } from "../security/links.js";
import { hashPassword } from "../security/password.js";
import { addPerson, changePerson, findPerson } from "../security/people.js";
import type { Service } from "../service.js";

const OfPerson = strict({ id: Id });

/** Who may sign in, for administrators. */
export const peopleRoutes: FastifyPluginAsyncTypebox<{ service: Service }> = async (app, { service }) => {
  app.post(
    "/v1/people",
    {
      config: { permission: "people.manage" },
      schema: {
        summary: "Add a person, with a password or a one-time link that is shown once",
        tags: ["people"],
        body: strict({
          login: Login,
          name: Type.String({ minLength: 1, maxLength: 200 }),
          role: RoleName,
          password: Type.Optional(NewPassword),
        }),
        response: { 201: strict({ person: PersonView, link: Type.Optional(Link) }), ...refusals(409) },
      },
    },
    async (request, reply) => {
      const who = request.principal;
      const { password: given, ...body } = request.body;
      const password = given === undefined ? undefined : await hashPassword(given);
      const { link, ...row } = await service.store.in(who.tenant, (tx) =>
        addPerson(service, tx, who, { ...body, password }),
      );
      reply.header("cache-control", "no-store");
      return reply.status(201).send({ person: personView(row), ...(link ? { link } : {}) });
    },
  );

  app.get(
    "/v1/people",
    {
      config: { permission: "people.manage" },
      schema: {
        summary: "Everybody of the tenant, disabled people too",
        tags: ["people"],
        response: { 200: strict({ people: Type.Array(PersonView) }), ...refusals() },
      },
    },
    async (request) =>
      service.store.in(request.principal.tenant, async (tx) => ({
        people: (await tx.selectFrom("person").selectAll().orderBy("login").execute()).map(personView),
      })),
  );

  app.patch(
    "/v1/people/:id",
    {
      config: { permission: "people.manage" },
      schema: {
        summary: "Change somebody's role, disable them, or forget their second factor",
        tags: ["people"],
        params: OfPerson,
        body: strict(
          {
            role: Type.Optional(RoleName),
            disabled: Type.Optional(Type.Boolean()),
            resetTotp: Type.Optional(Type.Literal(true)),
          },
          { minProperties: 1 },
        ),
        response: { 200: PersonView, ...refusals(404, 409) },
      },
    },
    async (request) => {
      const who = request.principal;
      return service.store.in(who.tenant, async (tx) =>
        personView(await changePerson(service, tx, who, request.params.id, request.body)),
      );
    },
  );

  app.post(
    "/v1/people/:id/link",
    {
      config: { permission: "people.manage" },
      schema: {
        summary: "A one-time link that signs somebody in, shown once",
        tags: ["people"],
        params: OfPerson,
        response: { 201: Link, ...refusals(404) },
      },
    },
    async (request, reply) => {
      const who = request.principal;
      const link = await service.store.in(who.tenant, async (tx) => {
        const person = await findPerson(tx, request.params.id);
        const now = service.now();
        const made = await makeLink(tx, person, now);
        await record(tx, who, now, { action: "link.made", details: { person: `person:${person.id}` } });
        return made;
      });
      return reply.header("cache-control", "no-store").status(201).send(link);
    },
  );
};
