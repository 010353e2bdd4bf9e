/** Calculus §1: the naive reference router. Loops only; slow and plain on purpose. */
import type { RefusalCode } from "@caio/core";

import { firstViolated, promisedLatency, residualsOf, worstCaseCost, type Promised } from "./limits.ts";
import { firstUnmatched, pairsOf, refinesType, type Pair } from "./matching.ts";
import { canonical, derive, effectivePolicy, requestDigest, sha256, wire, type EffectivePolicy } from "./objects.ts";
import { judge, readyRules } from "./rules.ts";
import { scoreOf, spectrumOf, termsOf } from "./score.ts";
import { firstInsecure } from "./security.ts";
import type { Admission, Chosen, ReferenceDecision, Rejection, Residuals, Verdict, World, WorldFreshness, WorldService } from "./world.ts";

interface Candidate {
  readonly pair: Pair;
  readonly residuals: Residuals;
  readonly preferMicros: number;
}

/**
 * The decision of a world, by the letter of docs/calculus.md. It shares no code with the packages, so that agreement
 * means something.
 *
 * @throws Error for a world that the door would not let through: a policy that is not there, a feature that is not finite.
 */
export function referenceDecision(world: World): ReferenceDecision {
  const { request } = world;
  const policy = effectivePolicy(world.policy, request);
  const domain = domainOf(world);
  const rules = readyRules(policy, request);

  const outcomes = domain.map((pair): Rejection | Candidate => {
    const name = nameOf(pair);
    const unmatched = firstUnmatched(pair, request);
    if (unmatched !== undefined) return { ...name, step: 1, clause: unmatched };
    const ruling = judge(rules, pair);
    if (ruling.rejectedBy !== undefined) return { ...name, step: 2, clause: `rule:${ruling.rejectedBy}` };
    const insecure = firstInsecure(pair, request, policy);
    if (insecure !== undefined) return { ...name, step: 3, clause: insecure };
    const residuals = residualsOf(pair, request, policy, rules.obligations);
    const violated = firstViolated(residuals);
    if (violated !== undefined) return { ...name, step: 4, clause: violated, residuals };
    return { pair, residuals, preferMicros: ruling.preferMicros };
  });

  const verdicts = withScores(outcomes, world, policy);
  const stamps = {
    decisionId: derive(request.decisionKey, "id", "").toString("hex"),
    seed: derive(request.decisionKey, "seed", "").toString("hex"),
    requestDigest: requestDigest(request),
    stale: staleOf(world),
    verdicts,
  };
  const admitted = verdicts.filter((verdict) => verdict.step === 0);
  if (admitted.length === 0) return { kind: "refused", code: refusalCode(verdicts), ...stamps };
  const choice = choose(admitted, policy, stamps.seed, stamps.requestDigest);
  const contract = world.services.find((service) => service.contract.serviceId === choice.service)?.contract;
  return {
    kind: "chosen",
    ...choice,
    route: contract?.metadata.route ?? "external",
    obligations: rules.obligations,
    ...stamps,
  };
}

/** Certificate §3: an age is said where it is above its bound. */
function staleOf({ freshness }: World): ReferenceDecision["stale"] {
  const stale: { registry?: WorldFreshness; policy?: WorldFreshness } = {};
  if (freshness === undefined) return stale;
  for (const what of ["registry", "policy"] as const) {
    if (freshness[what].confirmedMsAgo > freshness[what].boundMs) stale[what] = freshness[what];
  }
  return stale;
}

/** The pairs of the domain in (service, model) order. */
function domainOf(world: World): Pair[] {
  const tenant = world.request.principal.tenant;
  const view = world.services
    .filter(({ contract }) => contract.access.tenants.length === 0 || contract.access.tenants.includes(tenant))
    .sort((a, b) => compare(a.contract.serviceId, b.contract.serviceId));
  const groups = world.request.document.requirements.capabilities.map((group) => ({
    text: canonical(wire(group)),
    types: [...new Set(group.anyOf.map((asked) => asked.type))],
  }));
  const keys = view.map((service) => ({ service, types: effectiveTypes(service, world) }));
  const sized = groups.map((group) => {
    let size = 0;
    for (const asked of group.types) {
      for (const { types } of keys) size += types.filter((type) => refinesType(type, asked)).length;
    }
    return { ...group, size };
  });
  sized.sort((a, b) => a.size - b.size || compare(a.text, b.text));
  const revealed = sized[0];
  const services = keys.filter(
    ({ types }) => revealed === undefined || revealed.types.some((asked) => types.some((type) => refinesType(type, asked))),
  );
  return services.flatMap(({ service }) =>
    pairsOf(service, world).sort((a, b) => compare(a.model?.id ?? "", b.model?.id ?? "")),
  );
}

/** The distinct capability types of all pairs of a service. */
function effectiveTypes(service: WorldService, world: World): string[] {
  const types = pairsOf(service, world).flatMap((pair) => pair.capabilities.map((offered) => offered.type));
  return [...new Set(types)];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function nameOf(pair: Pair): { service: string; model: string | null } {
  return { service: pair.service.contract.serviceId, model: pair.model?.id ?? null };
}

function withScores(outcomes: readonly (Rejection | Candidate)[], world: World, policy: EffectivePolicy): Verdict[] {
  const { request } = world;
  const admissible = outcomes.filter((outcome) => "pair" in outcome);
  if (admissible.length === 0) return outcomes.filter((outcome) => "step" in outcome);
  const largest = {
    cost: largestOf(admissible.map(({ pair }) => worstCaseCost(pair, request, policy))),
    latency: largestOf(admissible.map(({ pair }) => promisedLatency(pair, policy))),
  };
  const spectrum = spectrumOf(request);
  return outcomes.map((outcome): Verdict => {
    if ("step" in outcome) return outcome;
    const { pair, residuals, preferMicros } = outcome;
    const terms = { ...termsOf(pair, request, policy, spectrum, largest), prefer: preferMicros };
    return { ...nameOf(pair), step: 0, terms, score: Number(scoreOf(terms, policy)), residuals };
  });
}

function largestOf(amounts: readonly Promised[]): number {
  let largest = 0;
  for (const amount of amounts) if (typeof amount === "number" && amount > largest) largest = amount;
  return largest;
}

const LAST_STEP: readonly (readonly [clause: string, code: RefusalCode])[] = [
  ["safety", "SafetyViolation"],
  ["policy", "PolicyViolation"],
  ["traits", "TraitViolation"],
  ["budget", "BudgetExceeded"],
  ["latency", "LatencyExceeded"],
];

function refusalCode(verdicts: readonly Verdict[]): RefusalCode {
  const deepest = Math.max(1, ...verdicts.map((verdict) => verdict.step));
  if (deepest === 1) return "NoMatchingService";
  if (deepest === 2) return "RuleViolation";
  if (deepest === 3) return "SecurityViolation";
  for (const [clause, code] of LAST_STEP) {
    if (verdicts.some((verdict) => verdict.step === 4 && verdict.clause === clause)) return code;
  }
  throw new Error("A pair fell in step 4 at no known clause.");
}

type Choice = Pick<Chosen, "service" | "model" | "score" | "tie" | "drawn" | "propensity" | "runnerUp">;

function choose(admitted: readonly Admission[], policy: EffectivePolicy, seed: string, request: string): Choice {
  const ranked = admitted
    .map((admission) => ({
      ...admission,
      tie: sha256(canonical(["caio-tie-v1", seed, request, admission.service, admission.model])),
    }))
    .sort((a, b) => b.score - a.score || compare(a.tie, b.tie));
  const [greedy] = ranked;
  if (greedy === undefined) throw new Error("Nothing to choose from.");

  const { epsilonPpm, maxLossMicros } = policy.base.exploration;
  const floor = BigInt(greedy.score) - BigInt(maxLossMicros) * 1_000_000n;
  // `admitted`, and so `near`, is in (service, model) order.
  const near = admitted.filter((admission) => BigInt(admission.score) >= floor);
  const dice = sha256(canonical(["caio-explore-v1", seed, request]));
  const h = Number.parseInt(dice.slice(0, 12), 16);
  const drawn = epsilonPpm > 0 && h % 1_000_000 < epsilonPpm;
  const lot = near[Number.parseInt(dice.slice(12, 24), 16) % near.length];
  const chosen = ranked.find((one) => drawn && lot !== undefined && isSamePair(one, lot)) ?? greedy;

  const n = BigInt(near.length);
  const epsilon = BigInt(epsilonPpm);
  const numerator = epsilon + (chosen === greedy ? (1_000_000n - epsilon) * n : 0n);
  const next = ranked.find((one) => one !== chosen);
  return {
    service: chosen.service,
    model: chosen.model,
    score: chosen.score,
    tie: chosen.tie,
    drawn,
    propensity: { numerator: numerator.toString(), denominator: (1_000_000n * n).toString() },
    runnerUp: next === undefined ? null : { service: next.service, model: next.model },
  };
}

function isSamePair(a: Admission, b: Admission): boolean {
  return a.service === b.service && a.model === b.model;
}
