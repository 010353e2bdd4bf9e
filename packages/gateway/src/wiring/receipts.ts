import { CaioError, type Digest } from "@caio/core";
import { createBundle, type DecidedRequest } from "@caio/orchestrator";
import { openCheckpoint, readBundleLog, type CheckpointSigner, type KeyRing, type SigningKey, type TraceabilitySystem } from "@caio/traceability";

/** What makes receipts. */
export interface ReceiptPorts {
  readonly traces: TraceabilitySystem;
  readonly signer: CheckpointSigner;
  readonly keys: KeyRing;
  readonly signingKey: SigningKey;
  readonly now: () => number;
}

/** Decisions that are kept whole, so that their bundle can be made. */
const MAX_KEPT = 2000;

/** Bundles of recent decisions, made when they are fetched: nobody pays for a receipt that nobody reads. */
export class Receipts {
  readonly #ports: ReceiptPorts;
  readonly #decided = new Map<Digest, DecidedRequest>();

  constructor(ports: ReceiptPorts) {
    this.#ports = ports;
  }

  keep(decided: DecidedRequest): void {
    this.#decided.set(decided.decision.decisionId, decided);
    const [oldest] = this.#decided.keys();
    if (this.#decided.size > MAX_KEPT && oldest !== undefined) this.#decided.delete(oldest);
  }

  /**
   * The bundle of a decision (certificate §2).
   *
   * @param tenant - only a decision of this tenant; absent: of any
   * @throws CaioError `NotFound`
   */
  async bundle(decisionId: Digest, tenant?: string): Promise<string> {
    const { traces, signer, keys, signingKey, now } = this.#ports;
    const decided = this.#decided.get(decisionId);
    const trace = await traces.trace(decisionId, tenant);
    if (trace === undefined || decided === undefined) {
      const message = trace === undefined ? "No decision with this id." : "The decision is in the log, but too old for a bundle. Fetch receipts soon after the call.";
      throw new CaioError("NotFound", message, { details: { decision: decisionId } });
    }
    const { note } = await signer.sign(now());
    const { size } = openCheckpoint(note, keys.verifiers);
    const log = await readBundleLog(traces, { decisionIndex: trace.logIndex, inputs: decided.decision.certificate.inputs, checkpoint: { note, size } });
    return createBundle({ ...decided, log }, signingKey);
  }
}
