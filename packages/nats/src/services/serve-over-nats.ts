import type { ServiceContract } from "@caio/contracts";
import { CaioError } from "@caio/core";
import { nuid, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";

import { pause } from "../connection/pause.ts";
import { answerInParts, answerPlain, failureOf, readCall, refuse, trySend, type CallPlace, type ToldFailure } from "./answer-call.ts";
import { termsOf } from "./call-headers.ts";
import { PartSender } from "./part-sender.ts";
import { answerAsService, type EndpointStats } from "./service-answers.ts";
import type { ServiceHandler } from "./service-handler.ts";
import { controlSubject, QUEUE, serviceSubject } from "./service-subject.ts";

export interface ServeOptions {
  readonly connection: NatsConnection;
  /** Its `api.protocol` is `nats`. */
  readonly contract: ServiceContract;
  readonly handler: ServiceHandler;
  /** Calls at once of this copy; more are told that it is busy. Default the contract's `max_concurrent_requests`, else 1000. */
  readonly maxInFlight?: number;
  /** Milliseconds since 1970, for the tools of NATS: since when a copy runs, and how long calls take. Absent: they are told no times. */
  readonly now?: () => number;
}

/** How long a service may take to say how it is, milliseconds. */
const HEALTH_MS = 5000;

/** A running copy of a service. */
export interface NatsService {
  /** Of this copy and no other, as the tools of NATS show it. */
  readonly instance: string;
  /** Calls under way. */
  readonly inFlight: number;
  /** Takes no new calls, lets those under way end for so long (default 10 s), tells the rest that it is unavailable. */
  stop(drainMs?: number): Promise<void>;
}

/**
 * Serves a contract through NATS. Every copy that is started shares the calls with the others; none needs an address, or a port that is open. Tools
 * for NATS services find it by its service id.
 *
 * @throws CaioError `InvalidContract` if the contract is of another protocol
 *
 * @example
 * ```ts
 * import { ContractParser } from "@caio/contracts";
 * import { NatsLink, serveOverNats } from "@caio/nats";
 *
 * const contract = new ContractParser().parse("{ service_id: echo, version: 1.0.0, capabilities: [echo.text], api: { protocol: nats } }");
 * const link = NatsLink.open({ servers: ["nats://127.0.0.1:4222"] });
 * const connection = await link.first();
 * if (connection !== undefined) {
 *   serveOverNats({ connection, contract, handler: { execute: (call) => Promise.resolve({ output: call.payload }) } });
 * }
 * ```
 */
export function serveOverNats(options: ServeOptions): NatsService {
  return new RunningService(options);
}

class RunningService implements NatsService {
  readonly instance = nuid.next();
  readonly #options: ServeOptions;
  readonly #most: number;
  readonly #now: () => number;
  readonly #calls: Subscription[] = [];
  readonly #others: Subscription[] = [];
  readonly #senders = new Map<string, PartSender>();
  /** What ends each call under way. One signal for all would collect a listener of each. */
  readonly #ends = new Set<AbortController>();
  readonly #idle = new Set<() => void>();
  #count = 0;
  #inFlight = 0;

  constructor(options: ServeOptions) {
    const { connection, contract } = options;
    this.#now = options.now ?? (() => 0);
    if (contract.api.protocol !== "nats") {
      throw new CaioError("InvalidContract", `Service ${contract.serviceId}: found the protocol ${contract.api.protocol}, expected nats. Say api: { protocol: nats }.`, { details: { service: contract.serviceId, found: contract.api.protocol } });
    }
    this.#options = options;
    this.#most = options.maxInFlight ?? contract.constraints.maxConcurrentRequests ?? 1000;
    const control = controlSubject(contract.serviceId, this.instance, "*");
    this.#others.push(connection.subscribe(control, { callback: (error, message) => { if (error === null) this.#hear(message); } }));
    const endpoints = placesOf(contract).map((place) => this.#serve(place));
    this.#others.push(...answerAsService({ connection, contract, instance: this.instance, started: new Date(this.#now()).toISOString(), endpoints }));
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  async stop(drainMs = 10_000): Promise<void> {
    const { connection } = this.#options;
    if (!connection.isClosed()) await Promise.all(this.#calls.map((subscription) => subscription.drain().catch(() => undefined)));
    if (this.#inFlight > 0) await this.#idleWithin(drainMs);
    for (const end of this.#ends) end.abort();
    if (this.#inFlight > 0) await this.#idleWithin(1000);
    for (const subscription of this.#others) subscription.unsubscribe();
    if (!connection.isClosed()) await connection.flush().catch(() => undefined);
  }

  async #idleWithin(ms: number): Promise<void> {
    const done = new AbortController();
    const resolve = (): void => { done.abort(); };
    this.#idle.add(resolve);
    await pause(ms, done.signal);
    this.#idle.delete(resolve);
  }

  #serve(place: CallPlace): EndpointStats {
    const capability = place.endpoint?.capability;
    const subject = serviceSubject(place.contract.serviceId, capability);
    const stats: EndpointStats = { subject, name: capability ?? "service", requests: 0, errors: 0, processingNs: 0 };
    const callback = (error: Error | null, message: Msg): void => {
      if (error !== null) return;
      if (message.headers?.get("caio-ask") === "health") void this.#tellHealth(message);
      else void this.#answer(message, place, stats);
    };
    this.#calls.push(this.#options.connection.subscribe(subject, { queue: QUEUE, callback }));
    return stats;
  }

  /** Never throws. */
  async #answer(message: Msg, place: CallPlace, stats: EndpointStats): Promise<void> {
    const from = this.#now();
    this.#inFlight += 1;
    const failure = await this.#failureOf(message, place);
    this.#inFlight -= 1;
    stats.requests += 1;
    if (failure !== undefined) stats.errors += 1;
    stats.processingNs += Math.round((this.#now() - from) * 1e6);
    if (this.#inFlight === 0) for (const resolve of this.#idle) resolve();
  }

  async #failureOf(message: Msg, place: CallPlace): Promise<ToldFailure | undefined> {
    const { connection, handler } = this.#options;
    const terms = termsOf(message.headers);
    const { reply } = message;
    const number = String(this.#count++);
    const plain = terms.form === "plain" || reply === undefined;
    const end = new AbortController();
    this.#ends.add(end);
    const control = controlSubject(place.contract.serviceId, this.instance, number);
    const sender = plain ? undefined : new PartSender({ ...terms, connection, reply, control, onGone: () => { end.abort(); } });
    if (sender !== undefined) this.#senders.set(number, sender);
    try {
      if (this.#inFlight > this.#most) return this.#tell({ code: "ServiceUnavailable" }, message, sender);
      const call = readCall(message, place);
      return await (sender === undefined ? answerPlain(call, handler, message, end.signal) : answerInParts(call, handler, sender, terms, end.signal));
    } catch (error) {
      return this.#tell(failureOf(error), message, sender);
    } finally {
      sender?.end();
      this.#senders.delete(number);
      this.#ends.delete(end);
    }
  }

  #tell(failure: ToldFailure, message: Msg, sender: PartSender | undefined): ToldFailure {
    if (sender === undefined) refuse(message, failure);
    else trySend(sender, failure);
    return failure;
  }

  async #tellHealth(message: Msg): Promise<void> {
    const health = await this.#options.handler.health?.(AbortSignal.timeout(HEALTH_MS)).catch(() => ({ healthy: false }));
    if (!this.#options.connection.isClosed()) message.respond(health === undefined || health.healthy ? "well" : "unwell");
  }

  #hear(message: Msg): void {
    const sender = this.#senders.get(message.subject.slice(message.subject.lastIndexOf(".") + 1));
    // Nobody listens where the answer goes: then the server says so, in the caller's place.
    sender?.hear(message.headers?.code === 503 ? "cancel" : message.string());
  }
}

/** The contract's endpoints of one capability, and the one that serves all others. */
function placesOf(contract: ServiceContract): readonly CallPlace[] {
  const seen = new Map(contract.api.endpoints.map((endpoint) => [endpoint.capability, endpoint] as const));
  const whole = seen.get(undefined);
  seen.delete(undefined);
  return [{ contract, endpoint: whole }, ...[...seen.values()].map((endpoint) => ({ contract, endpoint }))];
}
