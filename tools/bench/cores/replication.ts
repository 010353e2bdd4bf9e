import { deserialize, serialize } from "node:v8";

import type { BenchSize } from "../bench-world.ts";
import { percentilesOf, type Percentiles } from "../percentiles.ts";
import type { PoolWorld } from "./pooled-log.ts";

/** What it costs to hold a second copy of the state in another thread, and to speak with it. */
export interface ReplicationFigures {
  readonly size: BenchSize;
  readonly registryBytes: number;
  /** Writing and reading what `postMessage` writes and reads, milliseconds. */
  readonly registryMs: number;
  readonly historyBytes: number;
  readonly historyMs: number;
  readonly requestBytes: number;
  /** Both ends of a request, and of a decision with its certificate, milliseconds. */
  readonly request: Percentiles;
  readonly decisionBytes: number;
  readonly decision: Percentiles;
}

/** @param reply - a decision as a thread gives it back */
export function replicationOf(size: BenchSize, { request, inputs }: PoolWorld, reply: unknown): ReplicationFigures {
  const registrations = inputs.registry.snapshot.services.map(({ contract, encoding, encoderId }) => ({ kind: "register", contract, encoding, encoderId }));
  const registry = once(registrations);
  const history = once(inputs.history.snapshot.history);
  return {
    size,
    registryBytes: registry.bytes,
    registryMs: registry.ms,
    historyBytes: history.bytes,
    historyMs: history.ms,
    requestBytes: once(request).bytes,
    request: often(request),
    decisionBytes: once(reply).bytes,
    decision: often(reply),
  };
}

function once(value: unknown): { readonly bytes: number; readonly ms: number } {
  const before = performance.now();
  const written = serialize(value);
  deserialize(written);
  return { bytes: written.length, ms: performance.now() - before };
}

function often(value: unknown): Percentiles {
  const samples = Array.from({ length: 500 }, () => once(value).ms);
  return percentilesOf(samples.slice(100));
}
