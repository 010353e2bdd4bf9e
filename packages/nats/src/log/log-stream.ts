import { jetstreamManager, JetStreamApiError, RetentionPolicy, DiscardPolicy, StorageType, type JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";

import { logStream, logSubjects } from "./log-subject.ts";

/** How long and how safely a stream keeps what it holds. What the log has is not lost with it. */
export interface LogStreamTerms {
  /** Servers that keep a copy each: 1, or 3 in a cluster. Default 1. */
  readonly replicas?: number;
  /** Milliseconds; older entries go. Default 30 days. */
  readonly maxAgeMs?: number;
  /** Bytes; the oldest entries go. Default 1 GiB. */
  readonly maxBytes?: number;
}

const DAYS_30_MS = 30 * 86_400_000;
const GIB = 1_073_741_824;
/** JetStream counts nanoseconds. */
const NANOS_PER_MS = 1_000_000;
/** What is asked while a cluster elects a leader is lost: better to ask again soon. */
export const API_TIMEOUT_MS = 3000;
/** The error that a stream is not there. */
const NO_STREAM = 10_059;

/** A manager that asks the server nothing before it has to: a client may lack the permission to look at its account. */
export async function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
  return await jetstreamManager(connection, { checkAPI: false, timeout: API_TIMEOUT_MS });
}

/** Makes the stream of a log if it is not there; one that is there stays as the operator made it. */
export async function ensureLogStream(manager: JetStreamManager, log: string, terms: LogStreamTerms): Promise<void> {
  const name = logStream(log);
  try {
    await manager.streams.info(name);
  } catch (error) {
    if (!isNoStream(error)) throw error;
    await manager.streams.add({
      ...{ name, subjects: [logSubjects(log)], description: "Entries of a CAIO log, in its order: sequence = index + 1. A copy, never the record." },
      ...{ storage: StorageType.File, retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old },
      num_replicas: terms.replicas ?? 1,
      max_age: (terms.maxAgeMs ?? DAYS_30_MS) * NANOS_PER_MS,
      max_bytes: terms.maxBytes ?? GIB,
    });
  }
}

/** True of the error that a stream is not there. */
export function isNoStream(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === NO_STREAM;
}
