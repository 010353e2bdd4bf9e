import { randomBytes } from "node:crypto";

import { digest } from "@caio/core";
import { consumeLog, LogPublisher, NatsLink } from "@caio/nats";
import { InMemoryTraceStore, TraceabilitySystem, type TraceBody } from "@caio/traceability";

import { percentilesOf, type Percentiles } from "../../bench/percentiles.ts";

export interface LogFigures {
  /** Entries a second of a log that is there: into the stream, and out of it. */
  readonly publishedPerSecond: number;
  readonly readPerSecond: number;
  /** From an entry's being durable in the log to its being read from the stream, milliseconds. */
  readonly latency: Percentiles;
}

/** How fast a log is copied into a stream and read from it. */
export async function logRate(servers: readonly string[], replicas: number, entries: number): Promise<LogFigures> {
  const link = NatsLink.open({ servers });
  const connection = await link.first();
  if (connection === undefined) throw new Error("There is no connection.");
  const log = `measured/${randomBytes(4).toString("hex")}`;
  const store = new InMemoryTraceStore();
  const traces = await TraceabilitySystem.open(store);
  await append(traces, 0, entries);
  const from = performance.now();
  const publisher = LogPublisher.start({ connection, log, source: { size: () => traces.head.size, read: (start, count) => store.read(start, count) }, stream: { replicas, maxBytes: 256_000_000 }, pollMs: 5 });
  try {
    while (publisher.standing.published < entries) await new Promise((resolve) => setTimeout(resolve, 5));
    const publishedPerSecond = (entries / (performance.now() - from)) * 1000;
    const begun = performance.now();
    const messages = consumeLog({ connection, log });
    for (let read = 0; read < entries; read++) await messages.next();
    const readPerSecond = (entries / (performance.now() - begun)) * 1000;
    const times: number[] = [];
    for (let at = entries; at < entries + 300; at++) {
      await append(traces, at, at + 1);
      const durable = performance.now();
      await messages.next();
      times.push(performance.now() - durable);
    }
    await messages.return();
    return { publishedPerSecond, readPerSecond, latency: percentilesOf(times) };
  } finally {
    await publisher.stop();
    await link.close();
  }
}

async function append(traces: TraceabilitySystem, from: number, until: number): Promise<void> {
  const appended: Promise<unknown>[] = [];
  for (let at = from; at < until; at++) appended.push(traces.appendDecision("acme", bodyOf(String(at))));
  await Promise.all(appended);
}

function bodyOf(name: string): TraceBody {
  const version = { version: 1, digest: digest("version") };
  return {
    ...{ decisionId: digest(name), now: 1_764_000_000_000, certificate: digest(["certificate", name]), requestDigest: digest(["request", name]) },
    ...{ inputs: { registry: version, policy: version, history: version }, outcome: "chosen", selected: { service: "ident", model: null }, parent: null },
  };
}
