import { confidentiality, maturity, promisedLatency, riskOf, worstCaseCost } from "../../reference/limits.ts";
import { outputTokens, pairsOf, type Pair } from "../../reference/matching.ts";
import { effectivePolicy } from "../../reference/objects.ts";
import type { World } from "../../reference/world.ts";
import { withDocument, without, withRequest, withRequirements } from "./change.ts";
import { inCanonicalOrder } from "./canonical-order.ts";
import type { Dice } from "./dice.ts";

/** Every pair of the services that the principal's tenant can see. */
export function visiblePairs(world: World): Pair[] {
  const { tenant } = world.request.principal;
  return world.services
    .filter(({ contract: { access } }) => access.tenants.length === 0 || access.tenants.includes(tenant))
    .flatMap((service) => pairsOf(service, world));
}

/** Moves one demand or limit onto what some pair gives, or one unit to either side. */
export function toBoundary(dice: Dice, world: World): World {
  const pairs = visiblePairs(world);
  if (pairs.length === 0) return world;
  const pair = dice.pick(pairs);
  const moves = [ofBudget, ofLatency, ofTraits, ofTokens, ofTrust, ofGuarantee, ofBytes];
  return dice.pick(moves)(dice, world, pair);
}

function ofBudget(dice: Dice, world: World, pair: Pair): World {
  const cost = worstCaseCost(pair, world.request, effectivePolicy(world.policy, world.request));
  if (typeof cost === "string") return world;
  const limits = without(world.request.document.limits, "currency");
  return withDocument(world, { limits: { ...limits, budgetMicros: atLeastZero(dice.near(cost)) } });
}

function ofLatency(dice: Dice, world: World, pair: Pair): World {
  const promised = promisedLatency(pair, effectivePolicy(world.policy, world.request));
  if (typeof promised === "string") return world;
  const { limits } = world.request.document;
  return withDocument(world, { limits: { ...limits, latencyUs: atLeastZero(dice.near(promised)) } });
}

function ofTraits(dice: Dice, world: World, pair: Pair): World {
  const none = { conservativeMicros: 0, confidentialMicros: 0, riskMicros: 1_000_000 };
  const change = dice.pick([
    { conservativeMicros: ratio(dice.near(maturity(pair))) },
    { confidentialMicros: ratio(dice.near(confidentiality(pair))) },
    { riskMicros: ratio(dice.near(riskOf(pair))) },
  ]);
  return withTraits(world, { ...none, ...change });
}

/** The principal's traits are those that the door stamps. */
export function withTraits(world: World, traits: NonNullable<World["request"]["traits"]>): World {
  return withRequest(world, { traits, principal: { ...world.request.principal, traits } });
}

function ofTokens(dice: Dice, world: World, pair: Pair): World {
  const limit = pair.model?.contextTokens ?? pair.service.contract.constraints.contextLength?.maxTokens;
  if (limit === undefined) return world;
  const inputTokens = dice.near(limit) - (outputTokens(pair, world.request) ?? 0);
  if (inputTokens < 0) return world;
  return withDocument(world, { size: { ...world.request.document.size, inputTokens } });
}

function ofTrust(dice: Dice, world: World, pair: Pair): World {
  const trust = Math.min(10, atLeastZero(dice.near(pair.service.contract.access.requiredTrustLevel)));
  return withRequest(world, { principal: { ...world.request.principal, trust } });
}

function ofGuarantee(dice: Dice, world: World, pair: Pair): World {
  const [first] = dice.some(pair.guarantees, 50);
  if (first === undefined) return world;
  const { bound } = first;
  const coveragePpm = Math.min(1_000_000, dice.near(first.coveragePpm));
  const ends: Record<string, number> = { ...bound };
  const moved = Object.fromEntries(Object.entries(ends).map(([end, value]) => [end, atLeastZero(dice.near(value))]));
  return withRequirements(world, { guarantees: inCanonicalOrder([{ ...first, coveragePpm, bound: moved }]) });
}

function ofBytes(dice: Dice, world: World, pair: Pair): World {
  const { maxBytes } = pair.service.contract.constraints;
  if (maxBytes === undefined) return world;
  return withDocument(world, { size: { ...world.request.document.size, bytes: dice.near(maxBytes) } });
}

function atLeastZero(value: number): number {
  return Math.max(0, value);
}

function ratio(value: number): number {
  return Math.min(1_000_000, atLeastZero(value));
}
