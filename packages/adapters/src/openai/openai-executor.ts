import {
  streamWhole,
  type Protocol,
  type ServiceCall,
  type ServiceContract,
  type ServiceExecutor,
  type ServiceHealth,
  type ServiceResult,
  type ServiceStreamEvent,
} from "@caio/contracts";
import { stopSignal, withinDeadline } from "@caio/contracts/executor";
import type { Dispatcher } from "undici";

import { errorCodeIn, readJson, refusedAnswer } from "../http/answer.ts";
import { HttpReach, type HttpReachOptions } from "../http/http-reach.ts";
import { transportError } from "../http/transport-error.ts";
import { sseEvents } from "../sse/sse-events.ts";
import { chatEvents } from "./chat-events.ts";
import { objectOf } from "./json-object.ts";
import { canStream, openAiRequest } from "./openai-request.ts";
import { isContinuable, saidText } from "./said-text.ts";
import { bodyFault, headFault, streamFault } from "./stream-fault.ts";
import { usageOf } from "./usage.ts";

export interface OpenAiExecutorOptions extends HttpReachOptions {
  /** Longest event of a stream, characters. Default 1 Mi. */
  readonly maxEventChars?: number;
}

/** How long a service may take to close an answer that is whole, milliseconds, before its connection is closed for it. */
const CLOSING_MS = 500;
/** What it may still send in that time, bytes. */
const CLOSING_BYTES = 4096;

/**
 * Reaches services that speak the OpenAI protocol: chat completions, plain and streamed, embeddings, and the other endpoints that
 * take and give JSON. The payload is the body of the request.
 *
 * A stream is whole only when every choice has a finish_reason and `[DONE]` came. Everything else is an error with a
 * `StreamFaultReason` in its details.
 *
 * @example
 * ```ts
 * import { OpenAiExecutor } from "@caio/adapters";
 *
 * const executor = new OpenAiExecutor({ resolveSecret: (reference) => `the secret that ${reference} stands for` });
 * await executor.close();
 * ```
 */
export class OpenAiExecutor implements ServiceExecutor {
  readonly protocols: readonly Protocol[] = ["openai"];
  readonly #reach: HttpReach;
  readonly #maxEventChars: number;

  constructor(options: OpenAiExecutorOptions = {}) {
    this.#reach = new HttpReach(options, { maxResponseBytes: 33_554_432, maxConnections: 512 });
    this.#maxEventChars = options.maxEventChars ?? 1_048_576;
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    const { contract } = call;
    return await withinDeadline(call, signal, async (bounded) => {
      try {
        const { statusCode, headers, body } = await this.#reach.send(openAiRequest(call, { stream: false }), contract, bounded);
        const output = readJson(statusCode, headers, await body.bytes(), contract);
        const answer = objectOf(output);
        if (answer?.["error"] !== undefined && answer["error"] !== null) {
          throw streamFault("error_event", contract, { remoteCode: errorCodeIn(answer) });
        }
        const usage = usageOf(answer?.["usage"]);
        return { output, ...(usage === undefined ? {} : { usage }) };
      } catch (error) {
        throw transportError(error, contract);
      }
    });
  }

  /** Streams completions; any other endpoint answers whole, in one delta. @throws CaioError as `execute` */
  stream(call: ServiceCall, signal: AbortSignal): AsyncIterable<ServiceStreamEvent> {
    return canStream(call) ? this.#chunks(call, signal) : streamWhole(() => this.execute(call, signal));
  }

  /** Text of one choice can be continued; tool calls, refusals and JSON under way cannot. */
  resumable(call: ServiceCall): boolean {
    return canStream(call) && isContinuable(call) && saidText(call.resume?.deltas ?? []) !== undefined;
  }

  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    return await this.#reach.health(contract, signal);
  }

  async close(): Promise<void> {
    await this.#reach.close();
  }

  async *#chunks(call: ServiceCall, outer: AbortSignal): AsyncGenerator<ServiceStreamEvent, void, void> {
    const { contract } = call;
    const { signal, stopped, release } = stopSignal(call, outer);
    let body: Dispatcher.ResponseData["body"] | undefined;
    let whole = false;
    try {
      const before = stopped();
      if (before !== undefined) throw before;
      body = await this.#open(call, signal);
      for await (const event of chatEvents(sseEvents(body.iterator({ destroyOnReturn: false }), this.#maxEventChars), call)) {
        whole = event.kind === "end";
        yield event;
      }
    } catch (error) {
      throw stopped() ?? (body === undefined ? headFault(error, contract) : bodyFault(error, contract));
    } finally {
      release();
      if (body !== undefined) closeBody(body, whole);
    }
  }

  async #open(call: ServiceCall, signal: AbortSignal): Promise<Dispatcher.ResponseData["body"]> {
    const { statusCode, headers, body } = await this.#reach.send(openAiRequest(call, { stream: true }), call.contract, signal);
    const type = headers["content-type"];
    if (statusCode === 200 && typeof type === "string" && /^text\/event-stream\s*(;|$)/i.test(type)) return body;
    const bytes = await body.bytes();
    if (statusCode < 200 || statusCode > 299) throw refusedAnswer(statusCode, headers, bytes, call.contract);
    throw notAStream(bytes, call);
  }
}

/** A 200 that is no stream: an error in JSON, or whatever it is. */
function notAStream(bytes: Uint8Array, { contract }: ServiceCall): Error {
  try {
    const remoteCode = errorCodeIn(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")));
    if (remoteCode !== undefined) return streamFault("error_event", contract, { remoteCode });
  } catch {
    // It is no JSON either.
  }
  return streamFault("not_a_stream", contract);
}

/** Keeps the connection of a whole answer for the next call, if the service closes it in time; ends every other one now. */
function closeBody(body: Dispatcher.ResponseData["body"], whole: boolean): void {
  body.on("error", () => undefined);
  if (!whole || body.readableEnded || body.destroyed) {
    body.destroy();
    return;
  }
  const timer = setTimeout(() => { body.destroy(); }, CLOSING_MS);
  void body.dump({ limit: CLOSING_BYTES }).catch(() => undefined).finally(() => { clearTimeout(timer); });
}
