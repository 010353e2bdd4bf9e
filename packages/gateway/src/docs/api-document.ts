import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { contractJsonSchema, documentJsonSchema, requestJsonSchema } from "@caio/contracts";
import type { JsonObject, JsonValue } from "@caio/core";
import { policySchema } from "@caio/rules";
import type { FastifyContextConfig } from "fastify";
import { z } from "zod";

/** What bodies are called in the document of the API. */
const schemas = { Contract: contractJsonSchema, Request: requestJsonSchema, Policy: () => documentJsonSchema(policySchema, "CAIO policy"), Policies: () => policies, Rollback: () => rollback, JsonRpc: () => jsonRpc, Bundle: () => bundle } as const;
export type NamedBody = keyof typeof schemas;

const id = { type: "string", pattern: "^[a-z0-9][a-z0-9-]{0,62}$" };
const policies: JsonObject = { title: "Policies as they are exported: each in its normalised form", type: "object", required: ["caio_policies", "policies"], properties: { caio_policies: { const: 1 }, base: id, policies: { type: "array", items: { type: "object" } } } };
const text = { type: "string" };
const rollback: JsonObject = { type: "object", required: ["version"], properties: { version: { type: "integer", minimum: 1 }, reason: { type: "string", maxLength: 500 } } };
const jsonRpc: JsonObject = { type: "object", required: ["jsonrpc", "method"], properties: { jsonrpc: { const: "2.0" }, id: { type: ["string", "integer", "null"] }, method: text, params: { type: "object" } } };
const bundle: JsonObject = { title: "CAIO bundle (*.caio.json): a DSSE envelope", type: "object", required: ["payloadType", "payload", "signatures"], properties: { payloadType: text, payload: text, signatures: { type: "array", items: { type: "object" } } } };
const error: JsonObject = { type: "object", required: ["error"], properties: { error: { type: "object", required: ["code", "message", "details"], properties: { code: text, message: text, details: { type: "object" } } } } };
const openAiError: JsonObject = { type: "object", required: ["error"], properties: { error: { type: "object", required: ["message", "type", "code"], properties: { message: text, type: text, code: text, param: { type: ["string", "null"] } } } } };

/** Tag of the spellings that the original system had. */
export const ORIGINAL = "Spellings of the original";

/** Beginnings of addresses and what they are about; the first that fits counts. */
const tags = [
  ["/v1/", "OpenAI's API"], ["/mcp", "Agents and tools"], ["/a2a", "Agents and tools"], ["/.well-known/", "Agents and tools"],
  ["/api/v1/services", "Services"], ["/api/v1/discover", "Services"],
  ["/api/v1/route", "Decisions"], ["/api/v1/orchestrate", "Decisions"], ["/api/v1/cascades", "Decisions"], ["/api/v1/plans", "Decisions"], ["/api/v1/approvals", "Decisions"], ["/api/v1/traces", "Decisions"], ["/api/v1/verify", "Decisions"], ["/api/v1/decisions", "Decisions"], ["/api/v1/feedback", "Decisions"],
  ["/api/v1/log", "Log"], ["/api/v1/policies", "Policies"], ["/api/v1/quality", "Policies"], ["/api/v1/what-if", "Policies"], ["/api/v1/keys", "Keys"], ["/api/v1/budgets", "Keys"], ["/api/v1/events", "Operation"],
] as const;

/** A route that only has another address. */
export function spelledAs(address: string): { readonly schema: { readonly summary: string; readonly tags: string[] } } {
  return { schema: { summary: `The same as ${address}`, tags: [ORIGINAL] } };
}

/**
 * How `/openapi.json` is made of the routes (OpenAPI 3.1): once, when it is first asked for, so that no start waits for it.
 *
 * @param version - of the API
 */
export function apiDocument(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: { title: "CAIO gateway", version, description: "Routes AI work to services by contract. Every answer names its receipt." },
      components: { securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key (caio_…), or a token of an issuer that the gateway accepts" } } },
      security: [{ key: [] }],
    },
    convertConstToEnum: false,
    transform: ({ schema, url, route }) => {
      const { reads, asks, answers, public: open }: FastifyContextConfig = route.config ?? {};
      const described = schema as { readonly tags?: readonly string[] } | undefined;
      return {
        url: url.replace("*", ":path"),
        schema: {
          ...described,
          ...(reads === undefined ? {} : { body: { $ref: `#/components/schemas/${reads}` }, consumes: reads === "Policies" ? ["application/json"] : ["application/json", "application/yaml"] }),
          ...(asks === undefined ? {} : { querystring: z.toJSONSchema(asks, { target: "draft-7", unrepresentable: "any" }) }),
          ...(answers === undefined ? {} : { response: { 200: z.toJSONSchema(answers, { target: "draft-7", unrepresentable: "any" }) } }),
          tags: described?.tags ?? [tags.find(([start]) => url.startsWith(start))?.[1] ?? "Operation"],
          ...(open === true ? { security: [] } : {}),
        },
      };
    },
    transformObject: (made) => ("openapiObject" in made ? completed(made.openapiObject as Made) : made.swaggerObject),
  };
}

interface Made extends JsonObjectLike {
  readonly components?: JsonObjectLike;
  readonly paths?: Record<string, Record<string, { responses?: Responses }>>;
}
type JsonObjectLike = Record<string, unknown>;
type Responses = Record<string, unknown>;

/** With the schemas that routes name, and with the errors that every route may give. */
function completed(made: Made): object {
  for (const [address, operations] of Object.entries(made.paths ?? {})) {
    for (const operation of Object.values(operations)) {
      const word = address.startsWith("/v1/") ? "OpenAiError" : "Error";
      operation.responses = { ...described(operation.responses), "2XX": { description: "As the summary says" }, default: { $ref: `#/components/responses/${word}` } };
    }
  }
  const named = mapped(schemas, (schemaOf, name) => standingAt(`#/components/schemas/${name}`, schemaOf()));
  const responses = mapped({ Error: error, OpenAiError: openAiError }, (schema) => ({ description: "A typed error", content: { "application/json": { schema } } }));
  return { ...made, components: { ...made.components, schemas: named, responses } };
}

/** The answer of a route that says what it answers; others have one without content. */
function described(responses: Responses = {}): Responses {
  const { 200: answer } = responses;
  return typeof answer === "object" && answer !== null && "content" in answer ? { 200: { ...answer, description: "As the summary says" } } : {};
}

/** A schema that refers to itself as one document, at another place. */
function standingAt(place: string, schema: JsonObject): JsonValue {
  return moved(Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$schema")), place);
}

function mapped<T>(values: Readonly<Record<string, T>>, change: (value: T, name: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

function moved(value: JsonValue, place: string): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => moved(item, place));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, key === "$ref" && typeof member === "string" && member.startsWith("#/$defs/") ? place + member.slice(1) : moved(member, place)]));
}
