import { canonicalJson, type JsonValue } from "@caio/core";
import { caioRoute, type RoutingDecision } from "@caio/orchestrator";

import { compareDecisions } from "../../differential/compare-decisions.ts";
import { WorldLife } from "../../differential/world-life.ts";
import { worldInputs } from "../../differential/world-inputs.ts";
import { referenceDecision } from "../../reference/master-equation.ts";
import type { World } from "../../reference/world.ts";
import { withOnlineValues } from "../../worlds/random/online.ts";
import { replicaWorld } from "../../worlds/replica-world.ts";
import { rebuilt } from "../../scorecard/routing/determinism.ts";

/** Where router and reference differ on a run of seeds: one line per world, at most ten. */
export function disagreements(from: number, count: number): readonly string[] {
  return linesOf(from, count, (world) => compareDecisions(routed(world), referenceDecision(world)).slice(0, 4).join("; "));
}

/** `disagreements` where values are learned online. */
export function onlineDisagreements(from: number, count: number): readonly string[] {
  const lines: string[] = [];
  for (let seed = from; seed < from + count && lines.length < 10; seed++) {
    const world = withOnlineValues(replicaWorld(seed), seed);
    const line = compareDecisions(routed(world), referenceDecision(world)).slice(0, 4).join("; ");
    if (line !== "") lines.push(`seed ${String(seed)}: ${line}`);
  }
  return lines;
}

/** Worlds of which two routings, the second with everything rebuilt and in another order, give different bytes. */
export function differences(from: number, count: number): readonly string[] {
  return linesOf(from, count, (world) => {
    const [first, second] = [textOf(routed(world)), textOf(routed(rebuilt(world)))];
    return first === second ? "" : `${first.slice(0, 200)} … ${second.slice(0, 200)}`;
  });
}

/** Where router and reference differ in worlds that live: one line per world, at most ten. */
export function lives(from: number, count: number): readonly string[] {
  const lines: string[] = [];
  for (let seed = from; seed < from + count && lines.length < 10; seed++) {
    for (const line of new WorldLife(seed).live()) lines.push(`seed ${String(seed)}: ${line}`);
  }
  return lines;
}

function linesOf(from: number, count: number, differ: (world: World) => string): readonly string[] {
  const lines: string[] = [];
  for (let seed = from; seed < from + count && lines.length < 10; seed++) {
    const line = differ(replicaWorld(seed));
    if (line !== "") lines.push(`seed ${String(seed)}: ${line}`);
  }
  return lines;
}

function routed(world: World): RoutingDecision {
  return caioRoute(world.request, worldInputs(world));
}

function textOf(decision: RoutingDecision): string {
  return canonicalJson(JSON.parse(JSON.stringify(decision)) as JsonValue);
}
