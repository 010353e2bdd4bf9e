import type { JsonObject, JsonValue } from "@caio/core";
import type { ServiceCall } from "@caio/contracts";
import { traceFields } from "@caio/contracts/executor";

import { basePlace } from "../http/base-place.ts";
import { placeOf, type CallRequest } from "../http/call-request.ts";
import { wireNames, type WireVersion } from "./wire-version.ts";

/**
 * The request that sends a call's payload as a message, to the endpoint's path under the contract's base URL, or to that itself. A payload that is a
 * text, or has `text` and nothing but a list `data` beside it, becomes a text part and data parts; any other becomes one data part.
 *
 * The message's id is the idempotency key, so that a retry is the same message.
 *
 * @throws CaioError `ServiceUnavailable` for a contract that names no http(s) place
 */
export function a2aRequest(call: ServiceCall, version: WireVersion): CallRequest {
  const { origin, path } = messagePlace(call);
  const { send, user } = wireNames[version];
  const parts = partsOf(call.payload).map((part) => onWire(part, version));
  const message = {
    ...(version === "0.3" ? { kind: "message" } : {}),
    messageId: call.idempotencyKey,
    role: user,
    parts,
    metadata: { "caio/decision-id": call.decisionId },
  };
  const configuration = version === "0.3" ? { blocking: true } : { acceptedOutputModes: ["text/plain", "application/json"] };
  return {
    origin,
    path,
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", "a2a-version": version, "idempotency-key": call.idempotencyKey, ...traceFields(call) },
    body: JSON.stringify({ jsonrpc: "2.0", id: call.idempotencyKey, method: send, params: { message, configuration } }),
  };
}

/** Where messages go. @throws CaioError `ServiceUnavailable` */
export function messagePlace({ contract, endpoint }: ServiceCall): { origin: string; path: string } {
  return endpoint?.path === undefined ? basePlace(contract) : placeOf(contract, endpoint.path);
}

type Part = { readonly text: string } | { readonly data: JsonValue };

function partsOf(payload: JsonValue): readonly Part[] {
  if (typeof payload === "string") return [{ text: payload }];
  if (typeof payload !== "object" || payload === null || isList(payload)) return [{ data: payload }];
  const { text, data, ...rest } = payload;
  const plain = Object.keys(rest).length === 0 && (text === undefined || typeof text === "string") && (data === undefined || isList(data));
  const parts = plain ? [...(text === undefined ? [] : [{ text }]), ...(data ?? []).map((value) => ({ data: value }))] : [];
  return parts.length === 0 ? [{ data: payload }] : parts;
}

/** In 0.3 data is an object: any other value is put into one. */
function onWire(part: Part, version: WireVersion): JsonObject {
  if (version === "1.0") return { ...part };
  if ("text" in part) return { kind: "text", text: part.text };
  const { data } = part;
  return { kind: "data", data: typeof data === "object" && data !== null && !isList(data) ? data : { value: data } };
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
