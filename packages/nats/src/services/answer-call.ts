import { isCaioError, type CaioErrorCode, type JsonValue } from "@caio/core";
import { streamWhole, type Endpoint, type ServiceCall, type ServiceContract } from "@caio/contracts";
import { checkJsonOutput, executorError, untilDeadline, withinDeadline, type ExecutorErrorCode } from "@caio/contracts/executor";
import { headers, type Msg } from "@nats-io/transport-node";

import { callOf, type CallTerms } from "./call-headers.ts";
import type { PartSender } from "./part-sender.ts";
import type { ServiceHandler } from "./service-handler.ts";

/** Where a call came in. */
export interface CallPlace {
  readonly contract: ServiceContract;
  readonly endpoint: Endpoint | undefined;
}

/** What is told of a failure: codes, and never a text, which may hold the payload. */
export interface ToldFailure {
  readonly code: ExecutorErrorCode;
  readonly remoteCode?: CaioErrorCode;
}

/** The call that a message is. @throws CaioError `ExecutionFailed` if its payload is no JSON */
export function readCall(message: Msg, place: CallPlace): ServiceCall {
  let payload: JsonValue;
  try {
    payload = JSON.parse(message.string()) as JsonValue;
  } catch {
    throw executorError("ExecutionFailed", place.contract, "the payload is no JSON. Send JSON.");
  }
  return callOf(payload, message.headers, place);
}

/**
 * Answers in parts. Never throws.
 *
 * @param signal - aborts when nobody reads any more, and when the service stops
 * @returns how it failed, if it did
 */
export async function answerInParts(call: ServiceCall, handler: ServiceHandler, sender: PartSender, terms: CallTerms, signal: AbortSignal): Promise<ToldFailure | undefined> {
  try {
    if (terms.form === "whole") {
      const { output, usage } = await withinDeadline(call, signal, (bounded) => handler.execute(call, bounded));
      sender.send({ part: "result", output: checkJsonOutput(output, call.contract), ...(usage === undefined ? {} : { usage }) });
    } else await stream(call, handler, sender, signal);
    return undefined;
  } catch (error) {
    // Nobody listens to one who is gone.
    if (sender.gone) return { code: "ExecutionFailed" };
    const failure = signal.aborted ? ({ code: "ServiceUnavailable" } as const) : failureOf(error);
    trySend(sender, failure);
    return failure;
  } finally {
    sender.end();
  }
}

/** Answers with the output and nothing else; an error as NATS services say it. Never throws. @returns how it failed, if it did */
export async function answerPlain(call: ServiceCall, handler: ServiceHandler, message: Msg, signal: AbortSignal): Promise<ToldFailure | undefined> {
  try {
    const { output } = await withinDeadline(call, signal, (bounded) => handler.execute(call, bounded));
    message.respond(JSON.stringify(checkJsonOutput(output, call.contract)));
    return undefined;
  } catch (error) {
    const failure = failureOf(error);
    refuse(message, failure);
    return failure;
  }
}

const STATUS: Readonly<Record<ExecutorErrorCode, string>> = { DeadlineExceeded: "504", ExecutionFailed: "500", ServiceUnavailable: "503" };

/** Answers a plain call with an error: in headers (ADR-32), so that the body stays the output's. Never throws. */
export function refuse(message: Msg, { code, remoteCode }: ToldFailure): void {
  const head = headers();
  head.set("Nats-Service-Error-Code", STATUS[code]);
  head.set("Nats-Service-Error", remoteCode ?? code);
  try {
    message.respond("", { headers: head });
  } catch {
    // The connection is closed.
  }
}

/** Codes that travel as they are; every other one is kept beside `ExecutionFailed`. */
export function failureOf(error: unknown): ToldFailure {
  if (isCaioError(error, "DeadlineExceeded") || isCaioError(error, "ExecutionFailed") || isCaioError(error, "ServiceUnavailable")) return { code: error.code };
  return isCaioError(error) ? { code: "ExecutionFailed", remoteCode: error.code } : { code: "ExecutionFailed" };
}

async function stream(call: ServiceCall, handler: ServiceHandler, sender: PartSender, signal: AbortSignal): Promise<void> {
  const events = untilDeadline(call, signal, (bounded) => handler.stream?.(call, bounded) ?? streamWhole(() => handler.execute(call, bounded)));
  for await (const event of events) {
    await sender.room();
    if (signal.aborted) continue;
    if (event.kind === "delta") {
      sender.send({ part: "delta", value: checkJsonOutput(event.value, call.contract), ...(event.outputTokens === undefined ? {} : { outputTokens: event.outputTokens }) });
      continue;
    }
    const { finish, output, usage } = event;
    sender.send({ part: "end", finish, ...(output === undefined ? {} : { output: checkJsonOutput(output, call.contract) }), ...(usage === undefined ? {} : { usage }) });
    return;
  }
  throw executorError("ExecutionFailed", call.contract, "the answer stopped without an end. Correct the service.");
}

/** Ends an answer in parts with an error. Never throws. */
export function trySend(sender: PartSender, { code, remoteCode }: ToldFailure): void {
  try {
    sender.send({ part: "error", code, ...(remoteCode === undefined ? {} : { remoteCode }) });
  } catch {
    // The connection is closed.
  }
}
