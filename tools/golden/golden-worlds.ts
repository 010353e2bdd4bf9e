import type { JsonObject } from "@caio/core";
import { caioRoute, type RoutingDecision } from "@caio/orchestrator";

import { compareDecisions } from "../differential/compare-decisions.ts";
import { worldInputs } from "../differential/world-inputs.ts";
import { referenceDecision } from "../reference/master-equation.ts";
import type { World } from "../reference/world.ts";
import { randomWorld } from "../worlds/random-world.ts";
import { toWorldFile } from "../worlds/world-file.ts";
import { expectedOf } from "./expected.ts";
import { goldenBundle } from "./golden-bundle.ts";

/** One golden world: the world, and what every implementation must make of it. */
export interface GoldenWorld {
  readonly world: JsonObject;
  /** Whether the versions of registry, policy and history were logged before the decision. */
  readonly logged: boolean;
  readonly expected: JsonObject;
}

/** A golden world with its decision as a signed bundle. */
export interface GoldenDecision extends GoldenWorld {
  /** The text of a `*.caio.json` file. */
  readonly bundle: string;
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
/** Of as many worlds, one has versions that no log holds. */
const UNLOGGED_EVERY = 20;

/**
 * The worlds to publish: spread over all outcomes, ties and draws among them, each with the decision on which router and
 * reference agree.
 *
 * @throws Error if they disagree on one: a vector must not publish a mistake.
 */
export async function goldenWorlds(count: number): Promise<readonly GoldenDecision[]> {
  const taken = new Map<string, number>();
  const worlds: GoldenDecision[] = [];
  for (let seed = FIRST_SEED; worlds.length < count; seed++) {
    const world = publishable(randomWorld(seed));
    const file = toWorldFile(world);
    const size = JSON.stringify(file).length > SMALL_CHARACTERS ? "large" : "small";
    if (size === "large" && (taken.get("large") ?? 0) >= LARGE) continue;
    const plain = caioRoute(world.request, worldInputs(world));
    const kind = kindOf(plain);
    if ((taken.get(kind) ?? 0) >= quotaOf(kind, count)) continue;
    requireAgreement(seed, world, plain);
    for (const name of [kind, size]) taken.set(name, (taken.get(name) ?? 0) + 1);
    const logged = worlds.length % UNLOGGED_EVERY !== UNLOGGED_EVERY - 1;
    const { decision, bundle } = await goldenBundle(world, logged);
    worlds.push({ world: file, logged, expected: expectedOf(decision), bundle });
  }
  return worlds;
}

/** The key of a world that is published is no secret: its decision is marked as a test. */
function publishable(world: World): World {
  return { ...world, request: { ...world.request, testKey: true } };
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
