import { parseLogEntry, type TraceStore } from "@caio/traceability";

import type { PeerLogs } from "../replicas/peer-logs.ts";
import type { ForeignFeedback } from "./feedback-desk.ts";

/** Entries that are read of one log in a round. */
const PAGE = 200;

/** What takes up, in a log of its own, what other instances took in for it. */
export interface TakeUpPorts {
  readonly self: string;
  readonly peers: PeerLogs;
  readonly adopt: (feedback: ForeignFeedback) => Promise<boolean>;
}

/**
 * Feedback on a decision of this instance that came in at others: read from their logs, in order, and taken up here, where it is learned. What
 * was read before a restart is read again, and not taken up again.
 */
export class FeedbackTakeUp {
  readonly #ports: TakeUpPorts;
  /** By instance: how far its log was read. */
  readonly #read = new Map<string, number>();

  constructor(ports: TakeUpPorts) {
    this.#ports = ports;
  }

  /** Looks into all other logs once. One that cannot be read keeps none of the others waiting. @throws the first fault */
  async round(): Promise<void> {
    const faults: unknown[] = [];
    for (const { name } of await this.#ports.peers.others()) {
      try {
        await this.#readOn(name, this.#ports.peers.store(name));
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  async #readOn(instance: string, store: TraceStore): Promise<void> {
    const size = await store.size();
    const after = this.#read.get(instance) ?? -1;
    const indices = (await store.find({ kind: "feedback", after, limit: PAGE })).filter((index) => index < size);
    for (const logIndex of indices) {
      if (!(await this.#takeUp(instance, store, logIndex))) return;
      this.#read.set(instance, logIndex);
    }
    if (indices.length < PAGE) this.#read.set(instance, Math.max(after, size - 1));
  }

  async #takeUp(instance: string, store: TraceStore, logIndex: number): Promise<boolean> {
    const [stored] = await store.read(logIndex, 1, { certificates: false });
    if (stored === undefined || stored.text === null) return true;
    const entry = parseLogEntry(stored.text);
    if (entry.kind !== "feedback" || entry.body.decidedBy !== this.#ports.self) return true;
    return await this.#ports.adopt({ tenant: entry.tenant, body: entry.body, takenFrom: { instance, logIndex } });
  }
}
