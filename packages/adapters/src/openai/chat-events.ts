import type { JsonObject, JsonValue } from "@caio/core";
import type { ServiceCall, ServiceStreamEvent, StreamDelta } from "@caio/contracts";

import { errorCodeIn } from "../http/answer.ts";
import type { SseEvent } from "../sse/sse-events.ts";
import { countOf, objectOf } from "./json-object.ts";
import { asksForUsage } from "./openai-request.ts";
import { saidText } from "./said-text.ts";
import { streamFault } from "./stream-fault.ts";
import { StreamedAnswer } from "./streamed-answer.ts";

/** Chunks held back at most, before the first that says something. */
const MAX_HELD = 16;

/**
 * The events of a streamed chat completion. Deltas are the chunks as they came; the one that holds the usage only if the caller
 * asked for it. Chunks before the first word (a role) are held until it comes: as long as nothing was said, another service can
 * still answer. The end comes only when every choice has a finish_reason and `[DONE]` came.
 *
 * @throws CaioError with a `StreamFaultReason` for everything else.
 */
export async function* chatEvents(events: AsyncIterable<SseEvent>, call: ServiceCall): AsyncGenerator<ServiceStreamEvent, void, void> {
  const { contract, resume } = call;
  const answer = new StreamedAnswer(expectedChoices(call), resume === undefined ? "" : (saidText(resume.deltas) ?? ""));
  const withUsage = asksForUsage(call);
  let held: StreamDelta[] | undefined = [];
  for await (const { event, data } of events) {
    if (data === "[DONE]") {
      if (!answer.finished) throw streamFault("early_done", contract);
      yield* held ?? [];
      yield endOf(answer);
      return;
    }
    const chunk = objectOf(jsonOf(data));
    if (event === "error" || isError(chunk)) throw streamFault("error_event", contract, { remoteCode: errorCodeIn(chunk) });
    const taken = chunk === undefined ? undefined : answer.take(chunk);
    if (chunk === undefined || taken === undefined) throw streamFault("garbage", contract);
    const value = shown(chunk, withUsage);
    if (value === undefined) continue;
    const delta: StreamDelta = { kind: "delta", value, outputTokens: taken.tokens };
    if (held !== undefined && taken.tokens === 0 && !taken.ends && held.length < MAX_HELD) {
      held.push(delta);
      continue;
    }
    // An answer that goes on was introduced before.
    if (held !== undefined && resume === undefined) yield* held;
    held = undefined;
    yield delta;
  }
  throw streamFault(answer.finished ? "no_done" : "no_finish", contract);
}

function endOf(answer: StreamedAnswer): ServiceStreamEvent {
  const { finish, usage } = answer;
  return { kind: "end", finish, output: answer.whole(), ...(usage === undefined ? {} : { usage }) };
}

/** The chunk as the caller is to see it; undefined for one that holds only what the caller did not ask for. */
function shown(chunk: JsonObject, withUsage: boolean): JsonObject | undefined {
  if (withUsage || !("usage" in chunk)) return chunk;
  const { usage, ...rest } = chunk;
  return objectOf(usage) !== undefined && Array.isArray(chunk["choices"]) && chunk["choices"].length === 0 ? undefined : rest;
}

function isError(chunk: JsonObject | undefined): boolean {
  return chunk?.["error"] !== undefined && chunk["error"] !== null;
}

function expectedChoices({ payload }: ServiceCall): number {
  return Math.max(1, countOf(objectOf(payload)?.["n"]) ?? 1);
}

/** Undefined: no JSON. */
function jsonOf(data: string): JsonValue | undefined {
  try {
    // The door through which JSON of a service comes in: what `parse` gives is JSON. The enforcer checks what it can hold.
    return JSON.parse(data) as JsonValue;
  } catch {
    return undefined;
  }
}
