import type { JsonValue } from "@caio/core";
import type { ServiceCall, ServiceContract } from "@caio/contracts";
import { executorError, traceFields } from "@caio/contracts/executor";

import type { HttpPlace } from "./http-place.ts";

/** One HTTP request, ready to be sent to `origin`. */
export interface CallRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/**
 * The request for a call: the payload as JSON body (of a GET: its members as query), and beside it the headers
 * `idempotency-key`, `caio-decision-id`, `caio-deadline-ms` (time left), `caio-model`, `caio-max-output-tokens`, and the
 * call's place in a trace.
 *
 * @throws CaioError `ServiceUnavailable` for a contract that names no http(s) place, `ExecutionFailed` for a payload that no query can hold.
 */
export function callRequest(call: ServiceCall): CallRequest {
  const { contract, endpoint } = call;
  const method = endpoint?.method ?? "POST";
  const { origin, path } = placeOf(contract, endpoint?.path ?? "/");
  return {
    origin,
    path: method === "GET" ? path + queryOf(contract, call.payload) : path,
    method,
    body: method === "GET" ? null : JSON.stringify(call.payload),
    headers: {
      accept: "application/json",
      "idempotency-key": call.idempotencyKey,
      "caio-decision-id": call.decisionId,
      ...traceFields(call),
      "caio-deadline-ms": String(Math.floor(call.deadlineUs / 1000)),
      ...(method === "GET" ? {} : { "content-type": "application/json" }),
      ...(call.model === null ? {} : { "caio-model": call.model }),
      ...(call.maxOutputTokens === undefined ? {} : { "caio-max-output-tokens": String(call.maxOutputTokens) }),
    },
  };
}

/** Origin, and the path under the contract's base URL. @throws CaioError `ServiceUnavailable` */
export function placeOf(contract: HttpPlace, path: string): { origin: string; path: string } {
  const text = contract.api.baseUrl ?? "";
  const base = URL.canParse(text) ? new URL(text) : undefined;
  if (base === undefined || !/^https?:$/.test(base.protocol) || base.username !== "" || base.password !== "") {
    throw executorError("ServiceUnavailable", contract, "api.base_url is no http or https URL without credentials. Correct the contract.");
  }
  const place = new URL(`${base.pathname.replace(/\/$/, "")}/${path.replace(/^\/+/, "")}`, base.origin);
  return { origin: base.origin, path: place.pathname + place.search };
}

function queryOf(contract: ServiceContract, payload: JsonValue): string {
  if (payload === null) return "";
  const query = new URLSearchParams();
  const members = typeof payload === "object" && !Array.isArray(payload) ? Object.entries(payload) : undefined;
  for (const [name, value] of members ?? []) {
    if (typeof value === "object") throw notFlat(contract);
    query.append(name, String(value));
  }
  if (members === undefined) throw notFlat(contract);
  return query.size === 0 ? "" : `?${query.toString()}`;
}

function notFlat(contract: ServiceContract): Error {
  return executorError("ExecutionFailed", contract, "a GET endpoint takes an object of texts, numbers and booleans. Send one, or use a POST endpoint.", { details: { not_sent: true } });
}
