/** Calculus §5: hard limits as integer residuals. */
import type { Request } from "@caio/contracts";

import { outputTokens, type Pair } from "./matching.ts";
import { allLabels, ceilDivide, convert, floorDivide, MILLION, type EffectivePolicy } from "./objects.ts";
import { majorVersion, smallestMax } from "./rules.ts";
import { isEndToEnd, isNear } from "./security.ts";
import type { Residuals } from "./world.ts";

/** A quantity that the contract promises, or why there is none. */
export type Promised = number | "silent" | "currency";

/** The first clause of step 4 that the residuals violate. */
export function firstViolated(residuals: Residuals): string | undefined {
  const { forbidden, harmful, unsafe, onDevice, privacy, compliance } = residuals;
  const { conservative, confidential, risk, budget, latency } = residuals;
  if (forbidden > 0 || harmful > 0 || unsafe > 0) return "safety";
  if (onDevice > 0 || privacy > 0 || compliance > 0) return "policy";
  if (conservative > 0 || confidential > 0 || risk > 0) return "traits";
  if (budget > 0) return "budget";
  return latency > 0 ? "latency" : undefined;
}

export function residualsOf(
  pair: Pair,
  request: Request,
  policy: EffectivePolicy,
  obligations: readonly string[],
): Residuals {
  return {
    ...safetyResiduals(pair, request, policy, obligations),
    ...policyResiduals(pair, request),
    ...traitResiduals(pair, request),
    ...budgetResidual(worstCaseCost(pair, request, policy), policy),
    ...latencyResidual(promisedLatency(pair, policy), policy),
  };
}

function flag(violated: boolean): number {
  return violated ? 1_000_000 : 0;
}

function safetyResiduals(pair: Pair, request: Request, { base }: EffectivePolicy, obligations: readonly string[]) {
  const topics = [...request.document.intent.categories, ...allLabels(request)];
  const filtered = pair.service.contract.alignment.contentFiltering === true;
  return {
    forbidden: flag(topics.some((topic) => base.safety.forbidden.includes(topic))),
    harmful: flag(!filtered && topics.some((topic) => base.safety.needsFiltering.includes(topic))),
    unsafe: flag(request.document.action.kind === "destructive" && !obligations.includes("human_approval")),
  };
}

function policyResiduals(pair: Pair, request: Request) {
  const asked = request.document.requirements.privacy;
  const said = pair.service.contract.privacy;
  const encrypted =
    said.encryption === true &&
    (asked.encryption === "any" || said.encryptionType === asked.encryption || isEndToEnd(pair));
  return {
    onDevice: flag(asked.onDevice && said.dataLocality !== "on_device"),
    privacy: flag(asked.encryption !== undefined && !encrypted && !isNear(pair)),
    compliance: flag(!asked.compliance.every((demanded) => said.compliance.includes(demanded))),
  };
}

function traitResiduals(pair: Pair, { traits }: Request) {
  return {
    conservative: (traits?.conservativeMicros ?? 0) - maturity(pair),
    confidential: (traits?.confidentialMicros ?? 0) - confidentiality(pair),
    risk: riskOf(pair) - (traits?.riskMicros ?? 1_000_000),
  };
}

/** low or unsaid 0, medium ½, high 1, in micros. */
export function safetyMicros(pair: Pair): number {
  const level = pair.service.contract.alignment.safetyLevel;
  if (level === "high") return 1_000_000;
  return level === "medium" ? 500_000 : 0;
}

export function maturity(pair: Pair): number {
  const released = majorVersion(pair.service.contract.version) >= 1 ? 4n * MILLION : 0n;
  const safety = 4n * BigInt(safetyMicros(pair));
  const seen = BigInt(pair.leaf?.outcomes ?? 0);
  const experience = seen >= 1000n ? 2n * MILLION : 2n * 1000n * seen;
  return Number(floorDivide(released + safety + experience, 10n));
}

export function confidentiality(pair: Pair): number {
  const { dataLocality, dataRetention } = pair.service.contract.privacy;
  const bases = { on_device: 1_000_000, local: 900_000, private_cloud: 600_000, external: 200_000 };
  let sum = bases[dataLocality ?? "external"];
  if (isEndToEnd(pair)) sum += 300_000;
  if (dataRetention !== "none" && dataRetention !== "session") sum -= 100_000;
  return Math.min(1_000_000, Math.max(0, sum));
}

export function riskOf(pair: Pair): number {
  const { contentFiltering, biasMitigation } = pair.service.contract.alignment;
  const seen = BigInt(pair.leaf?.outcomes ?? 0);
  const broken = BigInt(pair.leaf?.violations ?? 0);
  const rate = ceilDivide(MILLION * (broken + 1n), seen + 20n);
  const violation = rate > MILLION ? MILLION : rate;
  // Tenths of micros, so that every weight is an integer.
  const safeguards =
    4n * BigInt(safetyMicros(pair)) +
    (contentFiltering === true ? 2n * MILLION : 0n) +
    (biasMitigation === true ? MILLION : 0n) +
    3n * BigInt(confidentiality(pair));
  return Number(ceilDivide(10n * MILLION * MILLION - (MILLION - violation) * safeguards, 10n * MILLION));
}

/** Micros of the policy's currency. */
export function worstCaseCost(pair: Pair, request: Request, policy: EffectivePolicy): Promised {
  const { cost } = pair;
  if (cost === undefined) return "silent";
  if (cost.model === "free") return 0;
  if (convert(policy.base, 0n, cost.currency, ceilDivide) === undefined) return "currency";
  const input = priced(cost.inputTokenPico, request.size.inputTokens);
  const output = priced(cost.outputTokenPico, outputTokens(pair, request));
  const time = cost.model === "per_second" ? priced(cost.secondPico, policy.limits.deadlineUs) : 0n;
  if (input === undefined || output === undefined || time === undefined) return "silent";
  const own = ceilDivide(BigInt(cost.basePico) + input + output, MILLION) + ceilDivide(time, MILLION * MILLION);
  return Number(convert(policy.base, own, cost.currency, ceilDivide));
}

/** rate · factor; a factor that is not needed may be unsaid. */
function priced(rate: number, factor: number | undefined): bigint | undefined {
  if (rate === 0) return 0n;
  return factor === undefined ? undefined : BigInt(rate) * BigInt(factor);
}

/** Microseconds. */
export function promisedLatency(pair: Pair, { limits }: EffectivePolicy): Promised {
  const declared = smallestMax(pair.guarantees, "latency", limits.coveragePpm);
  if (declared === undefined) return "silent";
  const promises = pair.leaf?.promises ?? [];
  if (!promises.some((promise) => promise.property === "latency")) return declared;
  const measured = smallestMax(promises, "latency", limits.coveragePpm);
  return measured === undefined ? "silent" : Math.max(declared, measured);
}

function budgetResidual(cost: Promised, { limits }: EffectivePolicy): Pick<Residuals, "budget" | "budgetFlag"> {
  if (limits.withoutRate || cost === "currency") return { budget: 1_000_000, budgetFlag: "currency" };
  if (limits.budget === undefined) return { budget: 0 };
  return cost === "silent" ? { budget: 1_000_000, budgetFlag: "silent" } : { budget: cost - limits.budget };
}

function latencyResidual(promised: Promised, { limits }: EffectivePolicy): Pick<Residuals, "latency" | "latencyFlag"> {
  if (limits.latencyUs === undefined) return { latency: 0 };
  if (typeof promised === "string") return { latency: 1_000_000, latencyFlag: "silent" };
  return { latency: promised - limits.latencyUs };
}
