import type { JsonObject } from "@caio/core";
import type { ServiceCall } from "@caio/contracts";
import { executorError, traceFields } from "@caio/contracts/executor";

import { placeOf, type CallRequest } from "../http/call-request.ts";
import { objectOf } from "./json-object.ts";
import { resumedPayload, saidText } from "./said-text.ts";

const CAPS = ["max_tokens", "max_completion_tokens"] as const;

/**
 * The request for a call: the payload is the body of an OpenAI request, with `model` as chosen, and the caps on output tokens no
 * higher, over all choices, than the call's. A payload that names no cap gets `max_tokens`, which every service of this family knows.
 *
 * @throws CaioError `ExecutionFailed` for a payload that is no object or a method other than POST; `ServiceUnavailable` for a
 * contract that names no place.
 */
export function openAiRequest(call: ServiceCall, { stream }: { readonly stream: boolean }): CallRequest {
  const { contract, endpoint } = call;
  const payload = objectOf(call.payload);
  if (payload === undefined || (endpoint?.method ?? "POST") !== "POST") {
    throw executorError("ExecutionFailed", contract, "an endpoint of the openai protocol takes a POST with an object. Send one.", { details: { not_sent: true } });
  }
  const said = call.resume === undefined ? undefined : saidText(call.resume.deltas);
  const body = withModel(withCaps(said === undefined ? payload : resumedPayload(payload, said), call), call);
  return {
    ...placeOf(contract, pathOf(call)),
    method: "POST",
    headers: {
      accept: stream ? "text/event-stream" : "application/json",
      "content-type": "application/json",
      "idempotency-key": call.idempotencyKey,
      ...traceFields(call),
    },
    body: JSON.stringify(stream ? streamed(body) : whole(body)),
  };
}

/** Whether the answer of the endpoint can come in parts. */
export function canStream(call: ServiceCall): boolean {
  return pathOf(call).endsWith("/completions");
}

/** Whether the caller wants the chunk that holds the usage. */
export function asksForUsage(call: ServiceCall): boolean {
  return objectOf(objectOf(call.payload)?.["stream_options"])?.["include_usage"] === true;
}

/** Where the endpoint is: as the contract says, else by what it serves, else by what is sent. */
function pathOf({ endpoint, payload }: ServiceCall): string {
  if (endpoint?.path !== undefined) return endpoint.path;
  if (endpoint?.capability !== undefined) return /embed/i.test(endpoint.capability) ? "/embeddings" : "/chat/completions";
  const body = objectOf(payload);
  return body?.["messages"] === undefined && body?.["input"] !== undefined ? "/embeddings" : "/chat/completions";
}

function withModel(body: JsonObject, { model }: ServiceCall): JsonObject {
  return model === null ? body : { ...body, model };
}

/** The call's cap is that of all choices together, and a body's is that of each. */
function withCaps(body: JsonObject, call: ServiceCall): JsonObject {
  const { contract, maxOutputTokens } = call;
  if (maxOutputTokens === undefined || !canStream(call)) return body;
  const choices = Math.max(1, Number(body["n"] ?? 1));
  const each = Math.floor(maxOutputTokens / choices);
  if (!(each >= 1)) {
    const message = `at most ${String(maxOutputTokens)} output tokens are allowed, which is less than one for each of ${String(choices)} choices. Ask for fewer choices.`;
    throw executorError("ExecutionFailed", contract, message, { details: { not_sent: true } });
  }
  const asked = CAPS.filter((name) => typeof body[name] === "number");
  const caps = asked.map((name) => [name, Math.min(Number(body[name]), each)] as const);
  return { ...body, ...(caps.length === 0 ? { max_tokens: each } : Object.fromEntries(caps)) };
}

function streamed(body: JsonObject): JsonObject {
  return { ...body, stream: true, stream_options: { ...objectOf(body["stream_options"]), include_usage: true } };
}

function whole(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== "stream" && name !== "stream_options"));
}
