import { CaioError, type Digest } from "@caio/core";
import { createStoredBundle, createStoredPlanBundle, readPlanLog } from "@caio/orchestrator";
import type { PolicySet, PolicyStore } from "@caio/rules";
import { KeyRing, openCheckpoint, PLAN_VERSION, readBundleLog, type Certificate, type CheckpointSigner, type DecisionKeyStore, type DecisionOpening, type LogReader, type PlanCertificate, type ProvableLog, type SigningKey, type Trace, type TraceabilitySystem } from "@caio/traceability";

import type { PastRegistries } from "./past-registries.ts";
import { requireSize, witnessedCheckpoint, type CoveringCheckpoint } from "./replicas/log-faces.ts";
import type { PeerLog } from "./replicas/peer-logs.ts";
import type { Replica } from "./replicas/replica.ts";

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
  /** The other instances, whose decisions have receipts here, too. */
  readonly replica: Replica | undefined;
}

/** A decision in the log that holds it. */
interface FoundDecision {
  readonly trace: Trace;
  readonly certificate: string | undefined;
  readonly log: ProvableLog & Pick<LogReader, "certificate" | "trace">;
  readonly openings: Pick<DecisionKeyStore, "opening">;
  readonly origin: string;
  readonly keys: KeyRing["verifiers"];
  /** Entries of the log of which proofs can be made. */
  readonly provable: number;
  /** The newest checkpoint that there is. */
  readonly newest: () => Promise<CoveringCheckpoint>;
}

/**
 * Bundles of all decisions that were ever made, from what the stores hold, made when they are fetched: nobody pays for a receipt that nobody
 * reads, and none is lost with the process. A decision of another instance is proved in that one's log.
 */
export class Receipts {
  readonly #ports: ReceiptPorts;

  constructor(ports: ReceiptPorts) {
    this.#ports = ports;
  }

  /**
   * A decision with its outcomes, of this instance or another one; undefined if there is none.
   *
   * @param tenant - only a decision of this tenant; absent: of any
   */
  async trace(decisionId: Digest, tenant?: string): Promise<Trace | undefined> {
    const { traces, replica } = this.#ports;
    const own = await traces.trace(decisionId, tenant);
    if (own !== undefined || replica === undefined) return own;
    for (const card of await replica.peers.others()) {
      const found = await replica.peers.trace(card, decisionId, tenant);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The bundle of a decision (certificate §2).
   *
   * @param tenant - only a decision of this tenant; absent: of any
   * @throws CaioError `NotFound`; `IntegrityViolation` if what is kept of it does not fit together; `ServiceUnavailable` if no checkpoint
   *   of the instance that made it covers it yet
   */
  async bundle(decisionId: Digest, tenant?: string): Promise<string> {
    const { registries, signingKey } = this.#ports;
    const found = await this.#find(decisionId, tenant);
    if (found?.certificate === undefined) {
      throw new CaioError("NotFound", found === undefined ? "No decision with this id." : "No certificate was kept with this decision.", { details: { decision: decisionId } });
    }
    // Its digest is held against the log's before anything is signed.
    const certificate = JSON.parse(found.certificate) as Certificate | PlanCertificate;
    const { registry, policy } = certificate.inputs;
    if (isPlan(certificate)) return await this.#planBundle(found, certificate);
    const log = await readBundleLog(found.log, { decisionIndex: found.trace.logIndex, inputs: certificate.inputs, checkpoint: await this.#checkpoint(found) });
    const [view, base, named, opening] = await Promise.all([
      registries.view(registry.epoch, certificate.tenant),
      this.#policy(policy.base),
      this.#named(policy.named),
      found.openings.opening(decisionId),
    ]);
    return createStoredBundle({ certificate, view, base, named, opening, log }, signingKey);
  }

  /** The bundle of a plan (certificate §11): that of its steps' decisions as well, which are in the same log. */
  async #planBundle(found: FoundDecision, certificate: PlanCertificate): Promise<string> {
    const { registries, signingKey } = this.#ports;
    const { registry, policy } = certificate.inputs;
    const steps = await Promise.all(certificate.steps.map(({ decisionId }) => stepOf(decisionId, found)));
    const place = { planIndex: found.trace.logIndex, stepIndices: steps.map(({ logIndex }) => logIndex), inputs: certificate.inputs, checkpoint: await this.#checkpoint(found) };
    const [view, base, named, opening, log] = await Promise.all([
      registries.view(registry.epoch, certificate.tenant),
      this.#policy(policy.base),
      this.#named(policy.named),
      found.openings.opening(certificate.decisionId),
      readPlanLog(found.log, place),
    ]);
    return createStoredPlanBundle({ certificate, steps, view, base, named, opening, log }, signingKey);
  }

  async #find(decisionId: Digest, tenant: string | undefined): Promise<FoundDecision | undefined> {
    const { traces, openings, signer, keys, now, replica } = this.#ports;
    const trace = await traces.trace(decisionId, tenant);
    if (trace !== undefined) {
      const newest = async (): Promise<CoveringCheckpoint> => covering((await signer.sign(now())).note, keys.verifiers);
      return { trace, certificate: await traces.certificate(decisionId), log: traces, openings, origin: keys.signer.name, keys: keys.verifiers, provable: traces.head.size, newest };
    }
    for (const card of (await replica?.peers.others()) ?? []) {
      const reader = replica?.peers.reader(card.name);
      const there = await replica?.peers.trace(card, decisionId, tenant);
      const peer = there === undefined ? undefined : await replica?.peers.open(card);
      if (reader === undefined || there === undefined) continue;
      if (peer === undefined) throw notCovered(decisionId, card.name);
      return await ofPeer(decisionId, peer, { reader, trace: there });
    }
    return undefined;
  }

  /** The newest that others have witnessed, else the newest. */
  async #checkpoint({ trace: { logIndex }, origin, keys, provable, newest }: FoundDecision): Promise<CoveringCheckpoint> {
    const { replica } = this.#ports;
    const witnessed = replica === undefined ? undefined : witnessedCheckpoint(await replica.ports.directory.cosignatures(origin), logIndex, provable);
    if (witnessed === undefined) return await newest();
    requireSize(witnessed, keys, origin);
    return witnessed;
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

function isPlan(certificate: Certificate | PlanCertificate): certificate is PlanCertificate {
  return certificate.decisionVersion === PLAN_VERSION;
}

/** The decision of a plan's step, which is in the log of the plan. */
async function stepOf(decisionId: Digest, { log, openings }: FoundDecision): Promise<{ readonly certificate: Certificate; readonly logIndex: number; readonly opening: DecisionOpening | undefined }> {
  const [trace, text, opening] = await Promise.all([log.trace(decisionId), log.certificate(decisionId), openings.opening(decisionId)]);
  if (trace === undefined || text === undefined) throw new CaioError("NotFound", "The decision of a step of this plan, or its certificate, is no longer kept.", { details: { decision: decisionId } });
  return { certificate: JSON.parse(text) as Certificate, logIndex: trace.logIndex, opening };
}

async function ofPeer(decisionId: Digest, { card, note, checkpoint, openings }: PeerLog, { reader, trace }: { readonly reader: LogReader; readonly trace: Trace }): Promise<FoundDecision> {
  if (checkpoint.size <= trace.logIndex) throw notCovered(decisionId, card.name);
  const keys = KeyRing.parseVerifiers(card.logKeys);
  return { trace, certificate: await reader.certificate(decisionId), log: reader, openings, origin: card.origin, keys, provable: checkpoint.size, newest: () => Promise.resolve({ note, size: checkpoint.size }) };
}

function covering(note: string, keys: KeyRing["verifiers"]): CoveringCheckpoint {
  return { note, size: openCheckpoint(note, keys).size };
}

function notCovered(decisionId: Digest, instance: string): CaioError<"ServiceUnavailable"> {
  const message = `The decision is in the log of instance ${instance}, which has signed no checkpoint that covers it yet. Try again; if ${instance} is down, when it is back.`;
  return new CaioError("ServiceUnavailable", message, { details: { decision: decisionId, instance, reason: "not_covered", retry_after_s: 1 } });
}
