import { caioRoute, type RoutingDecision } from "@caio/orchestrator";
import { canonical, isObject, type CertificateMaterial, type Json, type JsonObject } from "@caio/verifier";

import type { World } from "../../reference/world.ts";
import type { Dice } from "../../worlds/random/dice.ts";
import { randomWorld } from "../../worlds/random-world.ts";
import { loggedInputs, materialOf } from "../material.ts";
import { applied, mutationsAt, patternOf, placesOf, valueAt, type Mutation, type Path } from "../mutate.ts";
import { committedKinds, committedOf, shownPlaces, type Committed, type CommittedKind } from "./committed.ts";
import { relink } from "./relink.ts";

/** Worlds whose values other worlds are given: what stands at a place of one may stand at the same place of another. */
const DONORS = { from: 900_001, count: 40, kept: 48 } as const;

/** A decision with what it is linked to, and the places that can be changed. */
export interface LinkedDecision {
  readonly world: World;
  readonly decision: RoutingDecision;
  readonly material: CertificateMaterial;
  readonly committed: Committed;
  readonly places: Readonly<Record<CommittedKind, ReadonlyMap<string, readonly Path[]>>>;
}

/** A certificate that is linked to inputs of which one place was changed. */
export interface CommittedMutant {
  readonly pattern: string;
  readonly change: string;
  readonly committed: Committed;
  readonly material: CertificateMaterial;
}

export function linkedDecision(world: World): LinkedDecision {
  const decision = caioRoute(world.request, loggedInputs(world));
  const committed = inOrder(committedOf(world, decision));
  const placesOfKind = (kind: CommittedKind): Map<string, Path[]> => {
    const all = new Map<string, Path[]>();
    for (const root of shownPlaces(kind, committed, world, decision)) {
      for (const [pattern, found] of placesOf(valueAt(committed, root))) {
        if (kind === "request" && pattern === "") continue;
        all.set(`${kind}${pattern}`, [...(all.get(`${kind}${pattern}`) ?? []), ...found.map((path) => [...root, ...path])]);
      }
    }
    return all;
  };
  const [contract, encoding, registry, policy, history, request] = committedKinds.map(placesOfKind);
  const none = new Map<string, Path[]>();
  return {
    world, decision, committed, material: inOrder(materialOf(world, decision)),
    places: { contract: contract ?? none, encoding: encoding ?? none, registry: registry ?? none, policy: policy ?? none, history: history ?? none, request: request ?? none },
  };
}

/** The same value with its keys in canonical order: much is made canonical, and what is in order is written faster. */
function inOrder<T>(value: T): T {
  return JSON.parse(canonical(value)) as T;
}

/** One place of a kind changed, half of the time to what stands there in another world; undefined where nothing can change. */
export function committedMutant({ world, committed, material, places }: LinkedDecision, kind: CommittedKind, dice: Dice): CommittedMutant | undefined {
  const patterns = [...places[kind].keys()];
  if (patterns.length === 0) return undefined;
  const pattern = dice.pick(patterns);
  const path = dice.pick(places[kind].get(pattern) ?? [[]]);
  const given = dice.chance(55) ? donated(committed, path, pattern) : [];
  const mutations = given.length > 0 ? given : mutationsAt(committed, path);
  if (mutations.length === 0) return undefined;
  const mutation = dice.pick(mutations);
  const changed = consistent(applied(committed, mutation) as Committed, world, path);
  try {
    const relinked = relink(changed, sharing(changed, committed, kind), material);
    return { pattern: `${kind}${patternOf(path.slice(rootLength(kind)))}`, change: mutation.name, committed: changed, material: relinked };
  } catch {
    return undefined;
  }
}

function rootLength(kind: CommittedKind): number {
  return kind === "request" ? 1 : kind === "policy" ? 0 : 3;
}

/** The labels in force follow from those declared (calculus §4). */
function consistent(changed: Committed, { request }: World, path: Path): Committed {
  const declared = changed.request["data.labels"];
  if (path[0] !== "request" || path[1] !== "data.labels" || !Array.isArray(declared)) return changed;
  const union = new Set([...(declared as Json[]).filter((label) => typeof label === "string"), ...request.detected.map(({ label }) => label)]);
  return { ...changed, request: { ...changed.request, labels: [...union].sort() } };
}

/** The inputs before the change, as the very objects of the changed ones where their kind is another: nothing to link anew. */
function sharing(changed: Committed, before: Committed, kind: CommittedKind): Committed {
  if (kind === "contract" || kind === "encoding" || kind === "registry") return { ...changed, services: before.services };
  if (kind === "policy") return { ...changed, base: { was: before.base }, named: before.named };
  return kind === "history" ? { ...changed, history: before.history } : { ...changed, request: before.request };
}

let pool: Map<string, Json[]> | undefined;

function donors(): Map<string, Json[]> {
  if (pool !== undefined) return pool;
  const seen = new Map<string, Set<string>>();
  for (let seed = DONORS.from; seed < DONORS.from + DONORS.count; seed++) {
    const { committed, places } = linkedDecision(randomWorld(seed));
    for (const kind of committedKinds) {
      for (const [pattern, paths] of places[kind]) {
        const values = seen.get(pattern) ?? new Set();
        seen.set(pattern, values);
        for (const path of paths) if (values.size < DONORS.kept) values.add(canonical(valueAt(committed, path)));
      }
    }
  }
  pool = new Map([...seen].map(([pattern, values]) => [pattern, [...values].map((text) => JSON.parse(text) as Json)]));
  return pool;
}

/** What other worlds have at such a place: the whole value, or a member that is missing here. */
function donated(committed: Committed, path: Path, pattern: string): Mutation[] {
  const value = valueAt(committed, path);
  const others = donors().get(pattern) ?? [];
  const whole = others.filter((other) => canonical(other) !== canonical(value)).map((other): Mutation => ({ path, name: "given", value: other }));
  if (!isObject(value)) return whole;
  const members = others.filter(isObject).flatMap((other) => Object.entries(other).filter(([key]) => !Object.hasOwn(value, key)));
  return [...whole, ...members.map(([key, member]): Mutation => ({ path, name: `${key} said`, value: { ...value, [key]: member } satisfies JsonObject }))];
}
