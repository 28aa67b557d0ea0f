/** JSON Schemas of the FHIR and CDS Hooks routes. Resources are checked where they are read, since errors there name the place. */
const resource = (...types: string[]) => ({
  type: "object",
  required: ["resourceType"],
  additionalProperties: true,
  properties: { resourceType: { type: "string", enum: types } },
});
export const bundle = { ...resource("Bundle"), description: "FHIR R4 Bundle of type collection" };
export const bundleOrParameters = {
  ...resource("Bundle", "Parameters"),
  description: "A FHIR R4 Bundle, or Parameters with one as the resource of a parameter",
};
export const parameters = { ...resource("Parameters"), description: "FHIR R4 Parameters" };
export const terminologyAnswer = resource("Parameters", "ValueSet");
export const outcome = { ...resource("OperationOutcome"), description: "FHIR R4 OperationOutcome" };
export const definition = resource("StructureDefinition", "OperationDefinition", "CodeSystem");
export const capability = resource("CapabilityStatement");

const text = { type: "string" };
const uuid = { type: "string", maxLength: 100 };
const coding = {
  type: "object",
  required: ["code"],
  additionalProperties: true,
  properties: { code: text, system: text, display: text },
};
const open = { type: "object", additionalProperties: true };

export const services = {
  type: "object",
  additionalProperties: false,
  required: ["services"],
  properties: {
    services: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["hook", "id", "description"],
        properties: {
          hook: text,
          id: text,
          title: text,
          description: text,
          prefetch: { type: "object", additionalProperties: text },
          usageRequirements: text,
        },
      },
    },
  },
};

export const hookRequest = {
  type: "object",
  required: ["hook", "hookInstance", "context"],
  additionalProperties: true,
  properties: {
    hook: { type: "string", enum: ["encounter-discharge", "order-sign"] },
    hookInstance: uuid,
    context: open,
    prefetch: { type: "object", additionalProperties: true, description: "what GET /cds-services asks for" },
  },
};

export const cards = {
  type: "object",
  additionalProperties: false,
  required: ["cards"],
  properties: {
    cards: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["uuid", "summary", "indicator", "source"],
        properties: {
          uuid,
          summary: { type: "string", maxLength: 139 },
          detail: text,
          indicator: { type: "string", enum: ["info", "warning", "critical"] },
          source: {
            type: "object",
            additionalProperties: false,
            required: ["label"],
            properties: { label: text, topic: coding },
          },
          suggestions: {
            type: "array",
            items: {
              type: "object",
              additionalProperties: false,
              required: ["label", "uuid"],
              properties: {
                label: text,
                uuid,
                isRecommended: { type: "boolean" },
                actions: {
                  type: "array",
                  items: {
                    type: "object",
                    additionalProperties: false,
                    required: ["type", "description"],
                    properties: { type: text, description: text, resource: open },
                  },
                },
              },
            },
          },
          selectionBehavior: text,
          overrideReasons: { type: "array", items: coding },
        },
      },
    },
  },
};

export const feedbackRequest = {
  type: "object",
  required: ["feedback"],
  additionalProperties: true,
  properties: {
    feedback: {
      type: "array",
      minItems: 1,
      maxItems: 1000,
      items: {
        type: "object",
        required: ["card", "outcome", "outcomeTimestamp"],
        additionalProperties: true,
        properties: {
          card: uuid,
          outcome: { type: "string", enum: ["accepted", "overridden"] },
          acceptedSuggestions: {
            type: "array",
            items: { type: "object", required: ["id"], additionalProperties: true, properties: { id: uuid } },
          },
          overrideReason: {
            type: "object",
            additionalProperties: true,
            properties: { reason: coding, userComment: { type: "string", maxLength: 4000 } },
          },
          outcomeTimestamp: text,
        },
      },
    },
  },
};
export const nothing = { type: "object", additionalProperties: false, properties: {} };
