import { streamWhole, type Protocol, type ServiceCall, type ServiceContract, type ServiceExecutor, type ServiceHealth, type ServiceResult, type ServiceStreamEvent } from "@caio/contracts";
import { checkJsonOutput, untilDeadline, withinDeadline } from "@caio/contracts/executor";
import { headers, type NatsConnection } from "@nats-io/transport-node";

import { ConnectionWatch } from "../connection/connection-watch.ts";
import { callFault, saidFault } from "./call-fault.ts";
import { callHeaders } from "./call-headers.ts";
import { CallInboxes, type CallInbox } from "./call-inbox.ts";
import type { Part } from "./part.ts";
import { serviceSubject } from "./service-subject.ts";

export interface NatsExecutorOptions {
  /** A connection, or what gives the one that stands just now (`NatsLink.current`). */
  readonly connection: NatsConnection | (() => NatsConnection | undefined);
  /** As the connection's own. */
  readonly inboxPrefix?: string;
  /** Milliseconds between two signs of life of a service that works; without one for three times as long the call has failed. Default 1000. */
  readonly beatMs?: number;
  /** Largest answer, bytes. Default 32 MiB; a message of it is no larger than the server takes. */
  readonly maxAnswerBytes?: number;
  /** Default 2000. */
  readonly healthTimeoutMs?: number;
}

/** Signs of life that may be missing. */
const PATIENCE = 3;
/** Parts of a stream that may wait to be read. */
const WINDOW = 32;
const ACKNOWLEDGE_EVERY = 8;

/**
 * Reaches services through NATS: any one of the copies that listen, by service id and capability. A service that nobody serves is unavailable
 * at once; one that dies in the middle of a call is found out by its silence; and an answer that is not whole is an error.
 *
 * @example
 * ```ts
 * import { NatsExecutor, NatsLink } from "@caio/nats";
 *
 * const link = NatsLink.open({ servers: ["nats://127.0.0.1:4222"] });
 * const executor = new NatsExecutor({ connection: link.current });
 * executor.protocols; // ["nats"]
 * await executor.close();
 * await link.close();
 * ```
 */
export class NatsExecutor implements ServiceExecutor {
  readonly protocols: readonly Protocol[] = ["nats"];
  readonly #options: NatsExecutorOptions;
  readonly #beatMs: number;
  readonly #maxAnswerBytes: number;
  #inboxes: { readonly connection: NatsConnection; readonly all: CallInboxes } | undefined;

  constructor(options: NatsExecutorOptions) {
    this.#options = options;
    this.#beatMs = options.beatMs ?? 1000;
    this.#maxAnswerBytes = options.maxAnswerBytes ?? 33_554_432;
  }

  /** @throws CaioError `ServiceUnavailable`, `DeadlineExceeded`, `ExecutionFailed` */
  async execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    return await withinDeadline(call, signal, async (bounded) => {
      for await (const part of this.#ask(call, "whole", bounded)) {
        if (part.part !== "result") throw callFault("garbage", call.contract);
        const output = checkJsonOutput(part.output, call.contract);
        return part.usage === undefined ? { output } : { output, usage: part.usage };
      }
      throw callFault("garbage", call.contract);
    });
  }

  /** The parts of the service's answer. @throws CaioError as `execute` */
  async *stream(call: ServiceCall, signal: AbortSignal): AsyncGenerator<ServiceStreamEvent, void, void> {
    yield* untilDeadline(call, signal, (bounded) => this.#events(call, bounded));
  }

  /** Asks any one copy. Never throws. */
  async health(contract: ServiceContract, signal: AbortSignal): Promise<ServiceHealth> {
    const bound = { contract, deadlineUs: (this.#options.healthTimeoutMs ?? 2000) * 1000 };
    try {
      return await withinDeadline(bound, signal, async () => {
        const { connection } = this.#connected(contract);
        const head = headers();
        head.set("caio-ask", "health");
        const answer = await connection.request(serviceSubject(contract.serviceId), "", { headers: head, timeout: bound.deadlineUs / 1000 });
        return answer.string() === "well" ? { healthy: true } : { healthy: false, reason: "it says that it is not well" };
      });
    } catch {
      return { healthy: false, reason: "no copy of it answers" };
    }
  }

  /** Ends the calls under way. The connection is its owner's. */
  close(): Promise<void> {
    this.#inboxes?.all.close();
    this.#inboxes = undefined;
    return Promise.resolve();
  }

  async *#events(call: ServiceCall, signal: AbortSignal): AsyncGenerator<ServiceStreamEvent, void, void> {
    for await (const part of this.#ask(call, "stream", signal)) {
      if (part.part === "delta") {
        const value = checkJsonOutput(part.value, call.contract);
        yield { kind: "delta", value, ...(part.outputTokens === undefined ? {} : { outputTokens: part.outputTokens }) };
      } else if (part.part === "end") {
        const output = part.output === undefined ? {} : { output: checkJsonOutput(part.output, call.contract) };
        yield { kind: "end", finish: part.finish, ...output, ...(part.usage === undefined ? {} : { usage: part.usage }) };
      } else if (part.part === "result") {
        const { output, usage } = part;
        yield* streamWhole(() => Promise.resolve({ output: checkJsonOutput(output, call.contract), ...(usage === undefined ? {} : { usage }) }));
      }
    }
  }

  /** Sends a call, and gives the parts of its answer without the signs of life, to the last one and no further. */
  async *#ask(call: ServiceCall, form: "whole" | "stream", signal: AbortSignal): AsyncGenerator<Part, void, void> {
    const { contract } = call;
    const { connection, all } = this.#connected(contract);
    const inbox = all.open(contract, this.#maxAnswerBytes);
    const stop = (): void => { inbox.close(false); };
    signal.addEventListener("abort", stop, { once: true });
    let whole = false;
    try {
      this.#send(connection, call, form, inbox);
      for await (const part of this.#partsOf(inbox, contract)) {
        whole = part.part === "end" || part.part === "result";
        yield part;
        if (whole) return;
        if (part.seq % ACKNOWLEDGE_EVERY === 0) inbox.acknowledge(part.seq);
      }
    } finally {
      signal.removeEventListener("abort", stop);
      inbox.close(whole);
    }
  }

  #send(connection: NatsConnection, call: ServiceCall, form: "whole" | "stream", inbox: CallInbox): void {
    const subject = serviceSubject(call.contract.serviceId, call.endpoint?.capability);
    try {
      const head = callHeaders(call, { form, beatMs: this.#beatMs, window: WINDOW });
      connection.publish(subject, JSON.stringify(call.payload), { headers: head, reply: inbox.subject });
    } catch {
      // What is thrown there may quote a header or the payload.
      throw callFault("not_sent", call.contract);
    }
  }

  async *#partsOf(inbox: CallInbox, contract: ServiceContract): AsyncGenerator<Part, void, void> {
    let last = 0;
    for (;;) {
      const part = await inbox.next(this.#beatMs, PATIENCE);
      if (part.seq !== (part.part === "beat" ? last : last + 1)) throw callFault("gap", contract);
      last = part.seq;
      if (part.part === "error") throw saidFault(part.code, part.remoteCode, contract);
      if (part.part !== "beat") yield part;
    }
  }

  /** @throws CaioError `ServiceUnavailable` while there is no connection: waiting for one is not worth a deadline */
  #connected(contract: Pick<ServiceContract, "serviceId">): { readonly connection: NatsConnection; readonly all: CallInboxes } {
    const { connection: source, inboxPrefix } = this.#options;
    const connection = typeof source === "function" ? source() : source;
    if (connection === undefined || connection.isClosed() || !ConnectionWatch.of(connection).up) throw callFault("not_connected", contract);
    if (this.#inboxes?.connection !== connection) {
      this.#inboxes?.all.close();
      this.#inboxes = { connection, all: new CallInboxes(connection, inboxPrefix) };
    }
    return this.#inboxes;
  }
}
