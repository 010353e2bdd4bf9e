import { digest } from "@caio/core";
import { entryHash, InMemoryTraceStore, keysOf, parseLogEntry, TraceabilitySystem, type TraceBody } from "@caio/traceability";

import type { LogSource, SourceEntry } from "../../src/index.ts";

/** A real log in memory, as a source. */
export class SampleLog {
  readonly traces: TraceabilitySystem;
  readonly #store: InMemoryTraceStore;
  #count = 0;
  /** Entries before this index are past their retention. */
  expiredBefore = 0;

  private constructor(traces: TraceabilitySystem, store: InMemoryTraceStore) {
    this.traces = traces;
    this.#store = store;
  }

  static async open(): Promise<SampleLog> {
    const store = new InMemoryTraceStore();
    return new SampleLog(await TraceabilitySystem.open(store), store);
  }

  get source(): LogSource {
    return {
      size: () => this.traces.head.size,
      read: async (start, count) => {
        const entries = await this.#store.read(start, count);
        return entries.map((entry, at) => (start + at >= this.expiredBefore ? entry : expired(entry.text)));
      },
    };
  }

  /** So many decisions more, each with its outcome. */
  async decide(count: number, { tenant = "acme", service = "ident" } = {}): Promise<void> {
    for (let left = count; left > 0; left--) {
      const body = decisionBody(String(this.#count++), service);
      await this.traces.appendDecision(tenant, body);
      await this.traces.appendOutcome(tenant, { decisionId: body.decisionId, attempt: 1, service, model: null, endedAt: body.now + 5, status: "success", latencyUs: 1200, rewardMicros: 1_000_000 });
    }
  }

  async texts(): Promise<readonly string[]> {
    return await this.traces.entryTexts(0, this.traces.head.size);
  }
}

function expired(text: string): SourceEntry {
  return { text: null, leaf: entryHash(text), keys: keysOf(parseLogEntry(text)) };
}

function decisionBody(name: string, service: string): TraceBody {
  const version = { version: 1, digest: digest("version") };
  return {
    ...{ decisionId: digest(name), now: 1_764_000_000_000, certificate: digest(["certificate", name]), requestDigest: digest(["request", name]) },
    ...{ inputs: { registry: version, policy: version, history: version }, outcome: "chosen", selected: { service, model: null }, parent: null },
  };
}
