import { outputTokens, promisedLatencyUs, toWireObject, type Request } from "@caio/contracts";
import { MICRO } from "@caio/core";
import type { Obligation, PolicySet } from "@caio/rules";
import type { CertifiedLimit, CertifiedResiduals } from "@caio/traceability";

import { worstCaseCost, type Usage, type WorstCaseCost } from "../cost.ts";
import type { EffectiveLimits } from "../effective-limits.ts";
import { sieve, type Fall, type Pair, type Sieved } from "../pair.ts";
import type { Preferred } from "./rules.ts";

/** What step 4 reads of a request: the same for every pair. */
export interface LimitQuestion {
  readonly request: Request;
  readonly labels: readonly string[];
  readonly policy: PolicySet;
  readonly limits: EffectiveLimits;
  readonly obligations: readonly Obligation[];
}

/** What a pair brings to the limits, and to the score after them. */
export interface Measures {
  readonly usage: Usage;
  readonly cost: WorstCaseCost;
  /** Microseconds; undefined: nothing promised at the coverage. */
  readonly latencyUs: number | undefined;
  readonly residuals: CertifiedResiduals;
}

/** A pair that stands after step 4. */
export interface Admissible extends Preferred {
  readonly measures: Measures;
}

/** Step 4: the pairs that keep every limit (calculus §5). */
export function withinLimits(standing: readonly Preferred[], question: LimitQuestion): Sieved<Admissible> {
  const safety = safetyOf(question);
  return sieve<Preferred, Admissible>(4, standing, ({ pair, preferMicros }) => {
    const measures = measure(pair, question, safety);
    return firstBroken(measures.residuals) ?? { pair, preferMicros, measures };
  });
}

function measure(pair: Pair, question: LimitQuestion, safety: SafetyOfRequest): Measures {
  const { request, limits, policy } = question;
  const { effective, confidentialityMicros } = pair.terms;
  const usage: Usage = {
    inputTokens: request.size.inputTokens,
    outputTokens: outputTokens(request.size, effective),
    deadlineUs: limits.deadlineUs,
  };
  const cost = worstCaseCost(effective.cost, usage, policy);
  const latencyUs = promisedLatencyUs(effective.guarantees, pair.measured, limits.coveragePpm);
  const { traits } = request;
  return {
    usage,
    cost,
    latencyUs,
    residuals: {
      safety: pair.entry.contract.alignment.contentFiltering === true ? safety.filtered : safety.unfiltered,
      policy: policyResiduals(pair, request),
      traits: {
        conservative: (traits?.conservativeMicros ?? 0) - pair.maturityMicros,
        confidential: (traits?.confidentialMicros ?? 0) - confidentialityMicros,
        risk: pair.riskMicros - (traits?.riskMicros ?? MICRO),
      },
      budget: budgetResidual(cost, limits),
      latency: latencyResidual(latencyUs, limits.latencyUs),
    },
  };
}

/** G_safety of a request, for services that filter content and for those that do not. */
interface SafetyOfRequest {
  readonly filtered: CertifiedResiduals["safety"];
  readonly unfiltered: CertifiedResiduals["safety"];
}

function safetyOf({ request, labels, policy, obligations }: LimitQuestion): SafetyOfRequest {
  const categories = [...request.document.intent.categories, ...labels];
  const holds = (listed: readonly string[]): boolean => categories.some((category) => listed.includes(category));
  const approved = obligations.includes("human_approval");
  const filtered = {
    forbidden: flag(holds(policy.safety.forbidden)),
    harmful: 0,
    unsafe: flag(request.document.action.kind === "destructive" && !approved),
  };
  return { filtered, unfiltered: { ...filtered, harmful: flag(holds(policy.safety.needsFiltering)) } };
}

function policyResiduals(pair: Pair, request: Request): CertifiedResiduals["policy"] {
  const demanded = request.document.requirements.privacy;
  const { dataLocality, encryption, encryptionType, compliance } = pair.entry.contract.privacy;
  const local = dataLocality === "on_device" || dataLocality === "local";
  const encrypted =
    encryption === true &&
    (demanded.encryption === "any" || encryptionType === "end_to_end" || encryptionType === demanded.encryption);
  return {
    onDevice: flag(demanded.onDevice && dataLocality !== "on_device"),
    privacy: flag(demanded.encryption !== undefined && !encrypted && !local),
    compliance: flag(demanded.compliance.some((name) => !compliance.includes(name))),
  };
}

function budgetResidual(cost: WorstCaseCost, { budget, budgetWithoutRate }: EffectiveLimits): CertifiedLimit {
  if (cost.kind === "currency" || budgetWithoutRate) return { residual: MICRO, flag: "currency" };
  if (budget === null) return { residual: 0, flag: null };
  return cost.kind === "silent" ? { residual: MICRO, flag: "silent" } : { residual: cost.micros - budget, flag: null };
}

function latencyResidual(promised: number | undefined, limit: number | null): CertifiedLimit {
  if (limit === null) return { residual: 0, flag: null };
  return promised === undefined ? { residual: MICRO, flag: "silent" } : { residual: promised - limit, flag: null };
}

function firstBroken({ safety, policy, traits, budget, latency }: CertifiedResiduals): Fall | undefined {
  if (safety.forbidden > 0 || safety.harmful > 0 || safety.unsafe > 0) return { clause: "safety", evidence: { ...safety } };
  if (policy.onDevice > 0 || policy.privacy > 0 || policy.compliance > 0) return { clause: "policy", evidence: toWireObject(policy) };
  if (traits.conservative > 0 || traits.confidential > 0 || traits.risk > 0) return { clause: "traits", evidence: { ...traits } };
  if (budget.residual > 0) return { clause: "budget", evidence: { ...budget } };
  if (latency.residual > 0) return { clause: "latency", evidence: { ...latency } };
  return undefined;
}

function flag(violated: boolean): number {
  return violated ? MICRO : 0;
}
