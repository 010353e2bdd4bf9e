import { sealCertificate, type Certificate, type DecisionBody, type SealedCertificate } from "@caio/traceability";

import type { RefusedDecision } from "../decision.ts";

/** What follows from a decision, chosen or refused. */
export type Certified = Pick<RefusedDecision, "certificate" | "certificateDigest" | "sealed" | "trace">;

/** Where a decision keeps what is made late. */
const late = Symbol("late certificate");

/** The certificate of a decision, made when it is first asked for. */
class LateCertificate {
  readonly #make: () => Certificate;
  #sealed: SealedCertificate | undefined;
  #trace: DecisionBody | undefined;

  constructor(make: () => Certificate) {
    this.#make = make;
  }

  get sealed(): SealedCertificate {
    return (this.#sealed ??= sealCertificate(this.#make()));
  }

  get trace(): DecisionBody {
    return (this.#trace ??= decisionBody(this.sealed));
  }
}

interface Late {
  readonly [late]: LateCertificate;
}

/** The same functions for all decisions: with some of its own each would be of another hidden class, which outlives it by far. */
const accessors: PropertyDescriptorMap = {
  certificate: { get: certificateOf, enumerable: true },
  certificateDigest: { get: digestOf, enumerable: true },
  // The same once more, so it is not shown beside the certificate.
  sealed: { get: sealedOf, enumerable: false },
  trace: { get: traceOf, enumerable: true },
};

/**
 * The decision with its certificate, which is made when it is first asked for: it follows from what was decided on, and whoever keeps no
 * record never asks.
 */
export function certified<T extends object>(decision: T, make: () => Certificate): T & Certified {
  Object.defineProperty(decision, late, { value: new LateCertificate(make) });
  return Object.defineProperties(decision, accessors) as T & Certified;
}

function certificateOf(this: Late): Certificate {
  return this[late].sealed.certificate;
}

function digestOf(this: Late): string {
  return this[late].sealed.digest;
}

function sealedOf(this: Late): SealedCertificate {
  return this[late].sealed;
}

function traceOf(this: Late): DecisionBody {
  return this[late].trace;
}

/** What the log keeps of a decision (certificate §7). */
function decisionBody({ certificate, digest }: SealedCertificate): DecisionBody {
  const { registry, policy, history } = certificate.inputs;
  const { outcome } = certificate;
  return {
    decisionId: certificate.decisionId,
    now: certificate.now,
    certificate: digest,
    inputs: {
      registry: { version: registry.epoch, digest: registry.root, ...(registry.stale && { stale: registry.stale }) },
      policy: { version: policy.version, digest: policy.digest, ...(policy.stale && { stale: policy.stale }) },
      history: { version: history.version, digest: history.root },
    },
    requestDigest: certificate.request.digest,
    outcome: outcome.kind === "chosen" ? "chosen" : outcome.code,
    selected: outcome.kind === "chosen" ? { service: outcome.selected.service, model: outcome.selected.model } : null,
    parent: certificate.lineage?.parent ?? null,
  };
}
