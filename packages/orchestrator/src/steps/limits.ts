import { outputTokens, promisedLatencyUs, toWireObject, type HistoryLeaf, type Request } from "@caio/contracts";
import { confidentialityOf, maturityOf, riskOf } from "@caio/control";
import { MICRO } from "@caio/core";
import type { Obligation, PolicySet } from "@caio/rules";
import type { CertifiedLimit, CertifiedResiduals } from "@caio/traceability";

import { worstCaseCost, type Usage, type WorstCaseCost } from "../cost.ts";
import type { EffectiveLimits } from "../effective-limits.ts";
import { sieve, type Fall, type Pair, type Sieved } from "../pair.ts";

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
  readonly riskMicros: number;
  readonly residuals: CertifiedResiduals;
}

/** Step 4: the pairs that keep every limit (calculus §5). */
export function withinLimits<T extends Pair>(pairs: readonly T[], question: LimitQuestion): Sieved<T & Measures> {
  return sieve(4, pairs, (pair) => {
    const measures = measure(pair, question);
    const fall = firstBroken(measures.residuals);
    return fall === undefined ? { pass: { ...pair, ...measures } } : { fall };
  });
}

function measure(pair: Pair, question: LimitQuestion): Measures {
  const { request, limits, policy } = question;
  const usage: Usage = {
    inputTokens: request.size.inputTokens,
    outputTokens: outputTokens(request.size, pair.effective),
    deadlineUs: limits.deadlineUs,
  };
  const cost = worstCaseCost(pair.effective.cost, usage, policy);
  const latencyUs = promisedLatencyUs(pair.effective.guarantees, pair.leaf?.promises ?? [], limits.coveragePpm);
  const counts = countsOf(pair.leaf);
  const riskMicros = riskOf(pair.entry.contract, counts);
  return {
    usage,
    cost,
    latencyUs,
    riskMicros,
    residuals: {
      safety: safetyResiduals(pair, question),
      policy: policyResiduals(pair, request),
      traits: {
        conservative: (request.traits?.conservativeMicros ?? 0) - maturityOf(pair.entry.contract, counts),
        confidential: (request.traits?.confidentialMicros ?? 0) - confidentialityOf(pair.entry.contract),
        risk: riskMicros - (request.traits?.riskMicros ?? MICRO),
      },
      budget: budgetResidual(cost, limits),
      latency: latencyResidual(latencyUs, limits.latencyUs),
    },
  };
}

function countsOf(leaf: HistoryLeaf | undefined): { readonly outcomes: number; readonly violations: number } {
  return { outcomes: leaf?.outcomes ?? 0, violations: leaf?.violations ?? 0 };
}

function safetyResiduals(pair: Pair, question: LimitQuestion): CertifiedResiduals["safety"] {
  const { request, labels, policy, obligations } = question;
  const categories = [...request.document.intent.categories, ...labels];
  const holds = (listed: readonly string[]): boolean => categories.some((category) => listed.includes(category));
  const filtered = pair.entry.contract.alignment.contentFiltering === true;
  const approved = obligations.includes("human_approval");
  return {
    forbidden: flag(holds(policy.safety.forbidden)),
    harmful: flag(!filtered && holds(policy.safety.needsFiltering)),
    unsafe: flag(request.document.action.kind === "destructive" && !approved),
  };
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

function firstBroken(residuals: CertifiedResiduals): Fall | undefined {
  const { safety, policy, traits, budget, latency } = residuals;
  const broken = (values: object): boolean => Object.values(values).some((value) => value > 0);
  if (broken(safety)) return { clause: "safety", evidence: { ...safety } };
  if (broken(policy)) return { clause: "policy", evidence: toWireObject(policy) };
  if (broken(traits)) return { clause: "traits", evidence: { ...traits } };
  if (budget.residual > 0) return { clause: "budget", evidence: { ...budget } };
  if (latency.residual > 0) return { clause: "latency", evidence: { ...latency } };
  return undefined;
}

function flag(violated: boolean): number {
  return violated ? MICRO : 0;
}
