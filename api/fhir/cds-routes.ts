import type { FastifyInstance } from "fastify";
import { sendProblem } from "../plugins/problems.js";
import { problem } from "../schemas/suggest.js";
import { type Extract, plainText } from "./attachment.js";
import { cardsOf, discovery, type Feedback, feedbackOf, prefetched, SERVICE, type SentFeedback } from "./cds.js";
import { readResources } from "./read.js";
import { cards, feedbackRequest, hookRequest, nothing, services } from "./schemas.js";
import { type Engine, suggestFhir } from "./suggest.js";

export type CdsOptions = Engine & {
  readonly extract?: Extract;
  /** Keeps what people did with cards. Without it the service says that it keeps none. */
  readonly onFeedback?: (feedback: readonly Feedback[]) => Promise<void> | void;
};

/** CDS Hooks 2.0 under `/cds-services`. */
export async function cdsRoutes(app: FastifyInstance, options: CdsOptions): Promise<void> {
  const extract = options.extract ?? plainText;
  app.get(
    "/",
    {
      config: { permission: "public" },
      schema: { summary: "CDS Hooks services", response: { 200: services, 500: problem } },
    },
    async () => discovery,
  );
  app.post<{ Body: { prefetch?: unknown } }>(
    `/${SERVICE}`,
    {
      config: { permission: options.permission },
      schema: {
        summary: "Cards with proposed codes for an encounter",
        body: hookRequest,
        response: { 200: cards, 400: problem, 412: problem, 413: problem, 415: problem, 422: problem, 500: problem },
      },
    },
    async (request, reply) => {
      const resources = prefetched(request.body.prefetch);
      if (!resources)
        return sendProblem(reply, {
          status: 412,
          code: "cds.prefetch",
          title: "Expected the prefetch that GET /cds-services asks for. The service fetches nothing.",
          at: "prefetch",
        });
      const read = await readResources(resources, extract, options.today(), "prefetch");
      return { cards: cardsOf(await suggestFhir(read, options)) };
    },
  );
  app.post<{ Body: { feedback: readonly SentFeedback[] } }>(
    `/${SERVICE}/feedback`,
    {
      config: { permission: options.permission },
      schema: {
        summary: "What people did with cards",
        body: feedbackRequest,
        response: { 200: nothing, 400: problem, 413: problem, 415: problem, 500: problem, 501: problem },
      },
    },
    async (request, reply) => {
      if (!options.onFeedback)
        return sendProblem(reply, {
          status: 501,
          code: "feedback.not-kept",
          title: "This service keeps no feedback. Nothing of it was stored.",
        });
      await options.onFeedback(request.body.feedback.map(feedbackOf));
      return {};
    },
  );
}
