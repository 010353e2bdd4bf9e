import { digest, type JsonValue } from "@caio/core";
import type { Outcome } from "@caio/contracts";

import type { TraceBody } from "../../src/index.ts";

/** A digest of anything. */
export function some(value: JsonValue): string {
  return digest(value);
}

export function decision(name: string, changes: Partial<TraceBody> = {}): TraceBody {
  const version = { version: 1, digest: some("version") };
  return {
    decisionId: some(name),
    now: 1_764_000_000_000,
    certificate: some(["certificate", name]),
    inputs: { registry: version, policy: version, history: version },
    requestDigest: some(["request", name]),
    outcome: "chosen",
    selected: { service: "ident", model: null },
    parent: null,
    ...changes,
  };
}

export function outcome(name: string, changes: Partial<Outcome> = {}): Outcome {
  return {
    decisionId: some(name),
    attempt: 1,
    service: "ident",
    model: null,
    endedAt: 1_764_000_000_500,
    status: "success",
    latencyUs: 1200,
    rewardMicros: 1_000_000,
    ...changes,
  };
}
