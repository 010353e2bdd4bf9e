import type { RoutingDecision } from "@caio/orchestrator";

import type { World } from "../../reference/world.ts";
import { randomWorld } from "../../worlds/random-world.ts";
import type { Finding, Judgement, Property, RunTerms } from "../property.ts";
import { soundSystem, type Fault, type System } from "./system.ts";

/** A world with what the system made of it. */
export interface RoutedWorld {
  readonly world: World;
  readonly decision: RoutingDecision;
  readonly system: System;
}

/** A property of single decisions, judged from the world and the calculus alone. */
export interface WorldCheck {
  readonly name: string;
  readonly judge: (routed: RoutedWorld) => Judgement;
  readonly faults: Readonly<Record<string, Fault>>;
  /** Only every so-manieth world is looked at, where a look is dear. */
  readonly every?: number;
}

/** Worlds are the same for every check, and so are the decisions of the sound system. */
const worlds = new Map<number, World>();
const decisions = new Map<number, RoutingDecision>();

/** Runs a check over random worlds; the seed of a world that breaks it is named. */
export function worldProperty({ name, judge, faults, every = 1 }: WorldCheck): Property {
  return {
    name,
    faults: Object.keys(faults),
    run: ({ seed, cases, fault }: RunTerms): Promise<Finding> => {
      const system = (fault === undefined ? undefined : faults[fault])?.(soundSystem) ?? soundSystem;
      let judged = 0;
      for (let at = seed; at < seed + cases; at += every) {
        const world = worldOf(at);
        const decision = system === soundSystem ? decisionOf(at) : system.route(world);
        const found = judge({ world, decision, system });
        if (typeof found === "object") return Promise.resolve({ cases: judged, violation: `world ${String(at)}: ${found.violation}` });
        if (found === "holds") judged += 1;
      }
      return Promise.resolve({ cases: judged });
    },
  };
}

function worldOf(seed: number): World {
  const known = worlds.get(seed);
  if (known !== undefined) return known;
  const made = randomWorld(seed);
  worlds.set(seed, made);
  return made;
}

/** What the sound system makes of a random world. */
export function decisionOf(seed: number): RoutingDecision {
  const known = decisions.get(seed);
  if (known !== undefined) return known;
  const made = soundSystem.route(worldOf(seed));
  decisions.set(seed, made);
  return made;
}
