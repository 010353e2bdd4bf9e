import type { World, WorldService } from "../reference/world.ts";
import { toBoundary, visiblePairs } from "./random/boundary.ts";
import { randomContract } from "./random/contract.ts";
import { Dice } from "./random/dice.ts";
import { fieldNear } from "./random/field.ts";
import { inLeafOrder, randomHistory } from "./random/history.ts";
import { randomPolicy } from "./random/policy.ts";
import { randomRequest } from "./random/request.ts";
import { randomSetting, type Setting } from "./random/setting.ts";
import { spoil } from "./random/spoil.ts";

const STEMS = ["0x", "a", "chat", "lang-id", "ocr", "z9"] as const;

/**
 * A random honest world (calculus §10): typed, normalised, as parsers and the door would yield it. One seed, one world.
 *
 * @example
 * ```ts
 * import { referenceDecision } from "../reference/master-equation.ts";
 * import { randomWorld } from "./random-world.ts";
 *
 * referenceDecision(randomWorld(7)).kind; // "chosen" or "refused"
 * ```
 */
export function randomWorld(seed: number): World {
  const dice = new Dice(seed);
  const setting = randomSetting(dice);
  const services = randomServices(dice, setting);
  const serviceIds = services.map((service) => service.contract.serviceId).sort();
  const policy = randomPolicy(dice, setting, serviceIds);
  const request = randomRequest(dice, setting, serviceIds, Object.keys(policy.named).sort());
  const history = randomHistory(dice, setting, services.map((service) => service.contract));
  let world: World = { services, policy, history, request };
  if (dice.chance(12)) world = withLineage(dice, world);
  world = spoil(dice, world, setting.theme);
  if (dice.chance(setting.theme === "plain" ? 25 : 5)) world = toBoundary(dice, world);
  return setting.theme === "ties" || dice.chance(4) ? withTwins(dice, world) : world;
}

function randomServices(dice: Dice, setting: Setting): WorldService[] {
  return Array.from({ length: randomCount(dice, setting) }, (_service, index) => ({
    contract: randomContract(dice, setting, `${dice.pick(STEMS)}-${String(index)}`),
    encoding: fieldNear(dice, setting.prototypes),
    draining: dice.chance(4),
  }));
}

function randomCount(dice: Dice, { theme }: Setting): number {
  if (theme === "ties") return dice.int(1, 5);
  const kind = dice.int(0, 99);
  if (kind < 1) return 0;
  if (kind < 22) return dice.int(1, 4);
  return kind < 95 ? dice.int(4, 11) : dice.int(12, 60);
}

/** A fallback: some pairs were tried already. */
function withLineage(dice: Dice, world: World): World {
  const excluded = dice
    .some(visiblePairs(world), 15)
    .map((pair) => ({ service: pair.service.contract.serviceId, model: pair.model?.id ?? null }))
    .sort((a, b) => (`${a.service} ${a.model ?? ""}` < `${b.service} ${b.model ?? ""}` ? -1 : 1));
  return { ...world, request: { ...world.request, lineage: { parent: dice.hex(), excluded } } };
}

/** Each service has, more often than not, a twin that differs in nothing but its id. */
function withTwins(dice: Dice, world: World): World {
  const twins = dice.some(world.services, 80).slice(0, Math.max(0, 60 - world.services.length));
  const names = new Map(twins.map(({ contract }) => [contract.serviceId, `twin-${contract.serviceId}`]));
  const { base } = world.policy;
  const allowedLabels = { ...base.privacy.allowedLabels };
  for (const [original, twin] of names) {
    const labels = allowedLabels[original];
    if (labels !== undefined) allowedLabels[twin] = labels;
  }
  const leaves = world.history.leaves.flatMap((leaf) => {
    const twin = names.get(leaf.service);
    return twin === undefined ? [leaf] : [leaf, { ...leaf, service: twin }];
  });
  return {
    ...world,
    services: [
      ...world.services,
      ...twins.map((twin) => ({ ...twin, contract: { ...twin.contract, serviceId: `twin-${twin.contract.serviceId}` } })),
    ],
    policy: { ...world.policy, base: { ...base, privacy: { ...base.privacy, allowedLabels } } },
    history: { ...world.history, leaves: inLeafOrder(leaves) },
  };
}
