import { CaioError, type Digest } from "@caio/core";
import { createStoredBundle } from "@caio/orchestrator";
import type { PolicySet, PolicyStore } from "@caio/rules";
import { openCheckpoint, readBundleLog, type Certificate, type CheckpointSigner, type DecisionKeyStore, type KeyRing, type SigningKey, type TraceabilitySystem } from "@caio/traceability";

import type { PastRegistries } from "./past-registries.ts";

/** What makes receipts. */
export interface ReceiptPorts {
  readonly traces: TraceabilitySystem;
  readonly openings: Pick<DecisionKeyStore, "opening">;
  readonly registries: PastRegistries;
  readonly policies: Pick<PolicyStore, "findByDigest">;
  readonly signer: CheckpointSigner;
  readonly keys: KeyRing;
  readonly signingKey: SigningKey;
  readonly now: () => number;
}

/**
 * Bundles of all decisions that were ever made, from what the stores hold, made when they are fetched: nobody pays for a receipt that nobody
 * reads, and none is lost with the process.
 */
export class Receipts {
  readonly #ports: ReceiptPorts;

  constructor(ports: ReceiptPorts) {
    this.#ports = ports;
  }

  /**
   * The bundle of a decision (certificate §2).
   *
   * @param tenant - only a decision of this tenant; absent: of any
   * @throws CaioError `NotFound`; `IntegrityViolation` if what is kept of it does not fit together
   */
  async bundle(decisionId: Digest, tenant?: string): Promise<string> {
    const { traces, openings, registries, signer, keys, signingKey, now } = this.#ports;
    const trace = await traces.trace(decisionId, tenant);
    const text = trace === undefined ? undefined : await traces.certificate(decisionId);
    if (trace === undefined || text === undefined) {
      throw new CaioError("NotFound", trace === undefined ? "No decision with this id." : "No certificate was kept with this decision.", { details: { decision: decisionId } });
    }
    // Its digest is held against the log's before anything is signed.
    const certificate = JSON.parse(text) as Certificate;
    const { registry, policy } = certificate.inputs;
    const { note } = await signer.sign(now());
    const { size } = openCheckpoint(note, keys.verifiers);
    const log = await readBundleLog(traces, { decisionIndex: trace.logIndex, inputs: certificate.inputs, checkpoint: { note, size } });
    const [view, base, named, opening] = await Promise.all([
      registries.view(registry.epoch, certificate.tenant),
      this.#policy(policy.base),
      this.#named(policy.named),
      openings.opening(decisionId),
    ]);
    return createStoredBundle({ certificate, view, base, named, opening, log }, signingKey);
  }

  async #named(digests: Readonly<Record<string, Digest>>): Promise<Readonly<Record<string, PolicySet>>> {
    const found = await Promise.all(Object.entries(digests).map(async ([id, digest]) => [id, await this.#policy(digest)] as const));
    return Object.fromEntries(found);
  }

  async #policy(digest: Digest): Promise<PolicySet> {
    const stored = await this.#ports.policies.findByDigest(digest);
    if (stored === undefined) throw new CaioError("IntegrityViolation", "A policy that the decision was made on is no longer kept.", { details: { policy: digest } });
    return stored.policy;
  }
}
