import type { RoutingDecision } from "@caio/orchestrator";

import { twistedWorld } from "../../faults/scenario/twisted-world.ts";
import type { World } from "../../reference/world.ts";
import type { Check } from "../engine/check.ts";
import type { Made, Seeds } from "../engine/check-group.ts";
import { KeptLog } from "../logging/kept-log.ts";
import { soundSystem, type Fault, type System } from "./system.ts";

/** Worlds whose decisions go into one log. */
const PER_LOG = 25;

/** A random world with what the system made of it. */
export interface RoutedWorld {
  readonly world: World;
  readonly decision: RoutingDecision;
  readonly system: System;
  /** The log that holds this decision among those of its neighbours; written when it is first asked for. */
  readonly log: () => Promise<KeptLog>;
}

/** A property of single decisions. */
export type WorldCheck = Check<RoutedWorld, Fault>;

/** Random worlds, each made and routed once, whoever judges it. */
export function* routedWorlds({ from, count, twist }: Seeds, fault?: Fault): Generator<Made<RoutedWorld>> {
  const system = fault === undefined ? soundSystem : fault(soundSystem);
  for (let start = from; start < from + count; start += PER_LOG) {
    const seeds = Array.from({ length: Math.min(PER_LOG, from + count - start) }, (_, at) => start + at);
    const routed = new Map<number, Omit<RoutedWorld, "log">>();
    const ofSeed = (seed: number): Omit<RoutedWorld, "log"> => {
      const known = routed.get(seed);
      if (known !== undefined) return known;
      const world = twistedWorld(seed, twist);
      const made = { world, decision: system.route(world), system };
      routed.set(seed, made);
      return made;
    };
    let kept: Promise<KeptLog> | undefined;
    const log = (): Promise<KeptLog> => (kept ??= KeptLog.of(seeds.map(ofSeed), system.store()));
    for (const seed of seeds) yield { seed, one: { ...ofSeed(seed), log } };
  }
}
