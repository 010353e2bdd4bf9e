import type { JsonValue } from "@caio/core";
import type { Endpoint, ServiceCall, ServiceContract } from "@caio/contracts";
import { traceFields } from "@caio/contracts/executor";
import { headers, type MsgHdrs } from "@nats-io/transport-node";

/** How an answer is wanted: `plain` is one message with the output and nothing else, for clients that know nothing of CAIO. */
export type AnswerForm = "whole" | "stream" | "plain";

/** What a call says beside its payload. */
export interface CallTerms {
  readonly form: AnswerForm;
  /** Milliseconds between two signs of life. */
  readonly beatMs: number;
  /** Parts that may be on their way to a reader that has not taken them. */
  readonly window: number;
}

const DEFAULT_DEADLINE_MS = 30_000;
const MOST_BEAT_MS = 10_000;
const LEAST_BEAT_MS = 20;
const MOST_WINDOW = 256;

/** The headers of a call; nothing of the caller's own is among them. @throws TypeError for a value that no header can hold */
export function callHeaders(call: ServiceCall, { form, beatMs, window }: CallTerms): MsgHdrs {
  const head = headers();
  const fields: Readonly<Record<string, string>> = {
    "caio-answer": form,
    "caio-beat-ms": String(beatMs),
    "caio-window": String(window),
    "idempotency-key": call.idempotencyKey,
    "caio-decision-id": call.decisionId,
    "caio-deadline-ms": String(Math.floor(call.deadlineUs / 1000)),
    ...traceFields(call),
    ...(call.model === null ? {} : { "caio-model": call.model }),
    ...(call.maxOutputTokens === undefined ? {} : { "caio-max-output-tokens": String(call.maxOutputTokens) }),
  };
  for (const [name, value] of Object.entries(fields)) head.set(name, value);
  return head;
}

/** How the caller wants its answer, each bound kept to what is sensible. */
export function termsOf(head: MsgHdrs | undefined): CallTerms {
  const form = head?.get("caio-answer");
  return {
    form: form === "whole" || form === "stream" ? form : "plain",
    beatMs: Math.min(MOST_BEAT_MS, Math.max(LEAST_BEAT_MS, countOf(head, "caio-beat-ms") ?? 1000)),
    window: Math.min(MOST_WINDOW, Math.max(1, countOf(head, "caio-window") ?? 1)),
  };
}

/** The call as the service sees it. */
export function callOf(payload: JsonValue, head: MsgHdrs | undefined, place: { readonly contract: ServiceContract; readonly endpoint: Endpoint | undefined }): ServiceCall {
  const text = (name: string): string | undefined => {
    const value = head?.get(name);
    return value === undefined || value === "" ? undefined : value;
  };
  const [traceparent, tracestate, maxOutputTokens] = [text("traceparent"), text("tracestate"), countOf(head, "caio-max-output-tokens")];
  return {
    ...place,
    payload,
    decisionId: text("caio-decision-id") ?? "",
    idempotencyKey: text("idempotency-key") ?? "",
    model: text("caio-model") ?? null,
    deadlineUs: (countOf(head, "caio-deadline-ms") ?? DEFAULT_DEADLINE_MS) * 1000,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(traceparent === undefined ? {} : { trace: { traceparent, ...(tracestate === undefined ? {} : { tracestate }) } }),
  };
}

function countOf(head: MsgHdrs | undefined, name: string): number | undefined {
  const text = head?.get(name) ?? "";
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
