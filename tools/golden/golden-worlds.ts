import type { JsonObject } from "@caio/core";
import { caioRoute, type RoutingDecision } from "@caio/orchestrator";

import { compareDecisions } from "../differential/compare-decisions.ts";
import { worldInputs } from "../differential/world-inputs.ts";
import { referenceDecision } from "../reference/master-equation.ts";
import type { World } from "../reference/world.ts";
import { randomWorld } from "../worlds/random-world.ts";
import { toWorldFile } from "../worlds/world-file.ts";
import { expectedOf } from "./expected.ts";

/** One golden world: a number of its own, the world, and what every implementation must make of it. */
export interface GoldenWorld {
  readonly world: JsonObject;
  readonly expected: JsonObject;
}

/** Where the search for worlds begins. */
const FIRST_SEED = 1_000_000;
/** How many worlds end in each refusal; the rest end in a choice. */
const PER_REFUSAL = 12;
/** How many choices are by tie, and by draw, at least. */
const PER_SPECIALITY = 10;
/** Small worlds keep the files small; a few may be larger. */
const SMALL_CHARACTERS = 22_000;
const LARGE = 6;

/**
 * The worlds to publish: spread over all outcomes, ties and draws among them, each with the decision on which router and
 * reference agree.
 *
 * @throws Error if they disagree on one: a vector must not publish a mistake.
 */
export function goldenWorlds(count: number): readonly GoldenWorld[] {
  const taken = new Map<string, number>();
  const worlds: GoldenWorld[] = [];
  for (let seed = FIRST_SEED; worlds.length < count; seed++) {
    const world = randomWorld(seed);
    const file = toWorldFile(world);
    const size = JSON.stringify(file).length > SMALL_CHARACTERS ? "large" : "small";
    if (size === "large" && (taken.get("large") ?? 0) >= LARGE) continue;
    const decision = caioRoute(world.request, worldInputs(world));
    const kind = kindOf(decision);
    if ((taken.get(kind) ?? 0) >= quotaOf(kind, count)) continue;
    requireAgreement(seed, world, decision);
    for (const name of [kind, size]) taken.set(name, (taken.get(name) ?? 0) + 1);
    worlds.push({ world: file, expected: expectedOf(decision) });
  }
  return worlds;
}

function kindOf(decision: RoutingDecision): string {
  if (decision.kind === "refused") return decision.code;
  if (decision.outcome.selected.drawn) return "drawn";
  return decision.outcome.margin === 0 ? "tie" : "score";
}

function quotaOf(kind: string, count: number): number {
  if (kind === "score") return count - 8 * PER_REFUSAL - 2 * PER_SPECIALITY;
  return kind === "drawn" || kind === "tie" ? PER_SPECIALITY : PER_REFUSAL;
}

function requireAgreement(seed: number, world: World, decision: RoutingDecision): void {
  const differences = compareDecisions(decision, referenceDecision(world));
  if (differences.length > 0) throw new Error(`World ${String(seed)}: ${differences.join("; ")}`);
}
