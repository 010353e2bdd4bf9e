import type { RequestDocument, Principal } from "@caio/contracts";
import type { JsonValue } from "@caio/core";
import type { ChosenDecision, Orchestration, OrchestrationEvent } from "@caio/orchestrator";
import type { FastifyReply } from "fastify";

import { asCaioError } from "../door/error-reply.ts";
import { shownError } from "../door/shown-error.ts";
import { goneSignal } from "../http/gone-signal.ts";
import { SseWriter } from "../http/sse-writer.ts";
import { endingError } from "../native/decision-routes.ts";
import { streamApproved } from "../wiring/approvals/with-approval.ts";
import type { GatewayCore } from "../wiring/gateway-core.ts";
import { chatChunk, modelName, type AnswerFrame } from "./openai-answer.ts";
import { openAiError } from "./openai-error.ts";
import { receiptHeaders } from "./receipt-headers.ts";

/** What a streamed chat needs. */
export interface ChatStream {
  readonly document: RequestDocument;
  readonly caller: Principal;
  readonly reply: FastifyReply;
  /** The approval that the caller came with. */
  readonly approval?: string;
  /** Whether the caller asked for usage (`stream_options.include_usage`). */
  readonly usage: boolean;
}

/**
 * A chat as server-sent events. Nothing is sent before the first part of the answer is there, so that a failure until then is a plain error
 * with its status. After it a failure is an `error` event, `[DONE]` never follows and the transfer stays unfinished: no client can take a cut answer for a whole one.
 *
 * @throws CaioError before the first event
 */
export async function streamChat(core: GatewayCore, { document, caller, reply, usage, ...approval }: ChatStream): Promise<void> {
  const events = streamApproved(core, document, caller, { signal: goneSignal(reply), ...approval });
  const shown: Shown = { frame: undefined, writer: undefined };
  try {
    for await (const event of events) await show(event, shown, { core, reply, usage });
  } catch (error) {
    if (shown.writer === undefined) throw error;
    // The reply is ours since its first event: nobody else can tell its reader.
    core.ports.onFault?.("stream", error);
    await shown.writer.breakOff(openAiError(shownError(asCaioError(error))));
  }
}

/** What a reader has been shown so far. */
interface Shown {
  frame: AnswerFrame | undefined;
  writer: SseWriter | undefined;
}

async function show(event: OrchestrationEvent, shown: Shown, { core, reply, usage }: { readonly core: GatewayCore } & Pick<ChatStream, "reply" | "usage">): Promise<void> {
  if (event.kind === "decided" || event.kind === "resumed") {
    const frame = (shown.frame = { decision: event.decision, created: Math.floor(core.ports.door.now() / 1000) });
    if (event.kind === "resumed") await shown.writer?.send({ ...chatChunk({ choices: [] }, frame), caio: { resumed_by: event.decision.decisionId } });
  } else if (event.kind === "delta" && shown.frame !== undefined) {
    const writer = (shown.writer ??= opened(reply, shown.frame.decision));
    const chunk = withoutUsage(chatChunk(event.value, shown.frame), usage);
    if (chunk !== undefined) await writer.send(chunk);
  } else if (event.kind === "ended") await end(event.orchestration, shown.writer, reply);
}

function opened(reply: FastifyReply, decision: ChosenDecision): SseWriter {
  receiptHeaders(reply, decision.decisionId);
  reply.header("caio-service", decision.outcome.selected.service).header("caio-model", modelName({ decision, created: 0 }));
  return SseWriter.open(reply);
}

async function end(ended: Orchestration, writer: SseWriter | undefined, reply: FastifyReply): Promise<void> {
  if (ended.kind === "success") {
    if (writer === undefined) receiptHeaders(reply, ended.decision.decisionId);
    await (writer ?? SseWriter.open(reply)).end("[DONE]");
    return;
  }
  const error = endingError(ended);
  if (writer === undefined) {
    receiptHeaders(reply, ended.decision.decisionId);
    throw error;
  }
  await writer.breakOff(openAiError(error));
}

/** The chunk that only says what the answer used is for those who asked for it. */
function withoutUsage(chunk: ReturnType<typeof chatChunk>, wanted: boolean): JsonValue | undefined {
  const { choices } = chunk;
  if (wanted || chunk["usage"] === undefined || chunk["usage"] === null) return chunk;
  return Array.isArray(choices) && choices.length === 0 ? undefined : { ...chunk, usage: null };
}

