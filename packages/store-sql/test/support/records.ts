import { FIELD_SIZE, type Outcome, type ServiceContract } from "@caio/contracts";
import { digest, type JsonValue } from "@caio/core";
import type { Registration } from "@caio/registry";
import { keysOf, entryText, outcomeBody, type LogEntry, type StoredEntry, type TraceBody } from "@caio/traceability";

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

/** An entry of an outcome as the log's writer would store it. */
export function storedOutcome(name: string, changes: Partial<Outcome> = {}, tenant = "acme"): StoredEntry {
  const entry: LogEntry = { kind: "outcome", tenant, body: outcomeBody(outcome(name, changes)), prev: null };
  return { text: entryText(entry), keys: keysOf(entry), certificate: null };
}

export function registrationOf(id: string, version = "1.0.0", amplitude = 0, tenants: readonly string[] = []): Registration {
  const contract: ServiceContract = {
    serviceId: id,
    version,
    capabilities: [{ type: "chat", parameters: {} }],
    guarantees: [],
    models: [],
    privacy: { compliance: [] },
    alignment: {},
    access: { requiredPermissions: [], match: "any", requiredTrustLevel: 0, tenants, public: true },
    constraints: {},
    api: { protocol: "inprocess", endpoints: [] },
    metadata: { tags: [] },
  };
  return { contract, encoding: Array.from({ length: FIELD_SIZE * 2 }, (_, at) => (at === 5 ? amplitude : 0)), encoderId: "test-1" };
}
