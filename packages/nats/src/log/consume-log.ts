import { CaioError, isDigest } from "@caio/core";
import { parseLogEntry, type LogEntry } from "@caio/traceability";
import { DeliverPolicy, jetstream, type ConsumerMessages, type JsMsg, type OrderedConsumerOptions } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";

import { pause } from "../connection/pause.ts";
import { isNoStream, managerOf } from "./log-stream.ts";
import { EXPIRED_HEADER, filterSubject, INDEX_HEADER, logStream, type LogFilter } from "./log-subject.ts";
import { PositionKeeper } from "./position-keeper.ts";

export interface ConsumeOptions {
  readonly connection: NatsConnection;
  /** The log's name. */
  readonly log: string;
  /** The index of the first entry wanted, or `new` for those from now on. Default 0, or where `name` was. */
  readonly from?: number | "new";
  /** Keeps the position of what was acknowledged under this name, in NATS. Without it the caller keeps `logIndex + 1` itself. */
  readonly name?: string;
  /** Copies of the positions, if their bucket has to be made. Default 1. */
  readonly replicas?: number;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** Told of what stands in the way; reading goes on when it can. */
  readonly onFault?: (fault: unknown) => void;
}

/** One entry of a log. */
export interface LogMessage<Entry extends LogEntry = LogEntry> {
  readonly kind: "entry";
  readonly logIndex: number;
  readonly entry: Entry;
  /** The bytes that are hashed. */
  readonly text: string;
  /** It, and all before it, is done with: not to be read again under the same name. */
  ack(): void;
}

/** An entry that was past its retention when it was published: what remains of it. */
export interface ExpiredMessage {
  readonly kind: "expired";
  readonly logIndex: number;
  /** Its leaf hash, in hex. */
  readonly leaf: string;
  /** As of a `LogMessage`. */
  ack(): void;
}

/** Entries that the stream no longer keeps; the log has them. */
export interface LogGap {
  readonly kind: "gap";
  /** The first index that is missing, and the one after the last. */
  readonly from: number;
  readonly until: number;
}

const RETRY_MS = 500;
/** Entries that are fetched ahead of who reads. */
const AHEAD = 256;
/** How long leaving waits for the position to be kept, milliseconds. */
const LAST_POSITION_MS = 5000;

/**
 * The entries of a log, in its order, each at least once: without end, over restarts of servers and losses of the connection, until the
 * signal aborts or the loop is left. Whoever acknowledges under a name goes on where it was; what it had read and not acknowledged comes
 * again.
 *
 * @throws CaioError `IntegrityViolation` if the stream holds what is no log, or another reader uses the name
 */
export async function* consumeLog(options: ConsumeOptions & LogFilter): AsyncGenerator<LogMessage | ExpiredMessage | LogGap, void, void> {
  const { connection, log, name, signal = new AbortController().signal } = options;
  const whole = options.tenant === undefined && options.kind === undefined && options.service === undefined;
  const first = await untilDone(() => firstIndex(options), options, signal);
  if (first === undefined) return;
  const keeper = name === undefined ? undefined : await untilDone(() => PositionKeeper.open(connection, { log, name, first, ...(options.replicas === undefined ? {} : { replicas: options.replicas }) }), options, signal);
  let next = keeper?.position ?? first;
  const ended = keeper === undefined ? signal : AbortSignal.any([signal, keeper.taken]);
  try {
    while (!signal.aborted) {
      const reading = await untilDone(() => openReading(options, next), options, signal);
      if (reading === undefined) return;
      if (reading.kept > next) {
        yield { kind: "gap", from: next, until: reading.kept };
        next = reading.kept;
      }
      for await (const message of messagesOf(reading.messages, options, ended)) {
        keeper?.check();
        const read = messageOf(message, log, (position) => keeper?.keep(position));
        if (read.logIndex < next) continue;
        if (whole && read.logIndex > next) yield { kind: "gap", from: next, until: read.logIndex };
        next = read.logIndex + 1;
        yield read;
      }
      keeper?.check();
      await pause(RETRY_MS, signal);
    }
  } finally {
    await keeper?.close(LAST_POSITION_MS);
  }
}

/** As `consumeLog`, of decisions alone. */
export function consumeDecisions(options: ConsumeOptions & Omit<LogFilter, "kind">): AsyncGenerator<LogMessage<DecisionEntry> | LogGap, void, void> {
  return consumeLog({ ...options, kind: "decision" }) as AsyncGenerator<LogMessage<DecisionEntry> | LogGap, void, void>;
}

/** As `consumeLog`, of how attempts ended alone. */
export function consumeOutcomes(options: ConsumeOptions & Omit<LogFilter, "kind">): AsyncGenerator<LogMessage<OutcomeEntry> | LogGap, void, void> {
  return consumeLog({ ...options, kind: "outcome" }) as AsyncGenerator<LogMessage<OutcomeEntry> | LogGap, void, void>;
}

export type DecisionEntry = Extract<LogEntry, { kind: "decision" }>;
export type OutcomeEntry = Extract<LogEntry, { kind: "outcome" }>;

async function firstIndex({ connection, log, from }: ConsumeOptions): Promise<number> {
  if (typeof from === "number") return from;
  if (from !== "new") return 0;
  const { state } = await (await managerOf(connection)).streams.info(logStream(log));
  return state.last_seq;
}

interface Reading {
  readonly messages: ConsumerMessages;
  /** The first index that the stream still keeps, or `next`. */
  readonly kept: number;
}

async function openReading(options: ConsumeOptions & LogFilter, next: number): Promise<Reading> {
  const { connection, log } = options;
  const stream = logStream(log);
  const { state } = await (await managerOf(connection)).streams.info(stream);
  const terms: Partial<OrderedConsumerOptions> = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: next + 1, filter_subjects: filterSubject(log, options) };
  const consumer = await jetstream(connection).consumers.get(stream, terms);
  return { messages: await consumer.consume({ max_messages: AHEAD, idle_heartbeat: 2000, expires: 10_000 }), kept: Math.max(next, state.first_seq - 1) };
}

/** What a reading gives, until it breaks or is no longer wanted. */
async function* messagesOf(messages: ConsumerMessages, { onFault }: ConsumeOptions, signal: AbortSignal): AsyncGenerator<JsMsg, void, void> {
  const stop = (): void => { messages.stop(); };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const message of messages) yield message;
  } catch (fault) {
    if (!signal.aborted) onFault?.(fault);
  } finally {
    signal.removeEventListener("abort", stop);
    messages.stop();
  }
}

function messageOf(message: JsMsg, log: string, keep: (position: number) => void): LogMessage | ExpiredMessage {
  const logIndex = message.seq - 1;
  const text = message.string();
  if (message.headers?.get(INDEX_HEADER) !== String(logIndex)) {
    const found = `a message at sequence ${String(message.seq)} that is not entry ${String(logIndex)}`;
    throw new CaioError("IntegrityViolation", `The stream ${logStream(log)} holds ${found}. Somebody else publishes there: see who may.`, { details: { stream: logStream(log), found } });
  }
  const ack = (): void => { keep(logIndex + 1); };
  const leaf = message.headers.get(EXPIRED_HEADER);
  if (isDigest(leaf)) return { kind: "expired", logIndex, leaf, ack };
  return { kind: "entry", logIndex, entry: parseLogEntry(text), text, ack };
}

/** Tries again until it works; undefined once the signal aborts. */
async function untilDone<T>(work: () => Promise<T>, { onFault }: ConsumeOptions, signal: AbortSignal): Promise<T | undefined> {
  while (!signal.aborted) {
    try {
      return await work();
    } catch (fault) {
      // A stream that is not there yet comes with the first publisher.
      if (!isNoStream(fault)) onFault?.(fault);
      await pause(RETRY_MS, signal);
    }
  }
  return undefined;
}
