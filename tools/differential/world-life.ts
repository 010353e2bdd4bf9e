import type { History, Request } from "@caio/contracts";
import { caioRoute, HistorySnapshot, PolicySnapshot } from "@caio/orchestrator";
import { RegistrySnapshot, type RegistryEdit } from "@caio/registry";

import { referenceDecision } from "../reference/master-equation.ts";
import type { WorldPolicy, WorldService } from "../reference/world.ts";
import { Dice } from "../worlds/random/dice.ts";
import { randomWorld } from "../worlds/random-world.ts";
import { compareDecisions } from "./compare-decisions.ts";

const ENCODER_ID = "world-1";
const STEPS = 12;

/**
 * A world that lives: the same services, policies and history decide many requests, some of them again and again, while services are
 * swapped, H goes on and policies change. So whatever the router keeps from one decision to the next is held against the reference,
 * which keeps nothing.
 */
export class WorldLife {
  readonly #dice: Dice;
  readonly #seed: number;
  #borrowed = 0;
  #services: ReadonlyMap<string, WorldService>;
  #registry = RegistrySnapshot.empty;
  #policy: WorldPolicy;
  #policies: PolicySnapshot;
  #history: History;
  #learned: HistorySnapshot;
  #requests: Request[];

  constructor(seed: number) {
    const world = randomWorld(seed);
    this.#seed = seed;
    this.#dice = new Dice(seed + 9_000_001);
    this.#services = new Map();
    for (const service of world.services) this.#put(service);
    this.#policy = world.policy;
    this.#policies = new PolicySnapshot(1, world.policy.base, world.policy.named);
    this.#history = world.history;
    this.#learned = HistorySnapshot.of(world.history);
    this.#requests = [world.request];
  }

  /** What differed at which step; stops at the first step where something did. */
  live(): readonly string[] {
    for (let step = 0; step < STEPS; step++) {
      const what = step === 0 ? "begun" : this.#change();
      for (const [at, request] of this.#requests.entries()) {
        const differences = this.#compare(request);
        if (differences.length > 0) return [`step ${String(step)} (${what}), request ${String(at)}: ${differences.slice(0, 4).join("; ")}`];
      }
    }
    return [];
  }

  #compare(request: Request): readonly string[] {
    const asked = { ...request, document: { ...request.document, policies: request.document.policies.filter((name) => Object.hasOwn(this.#policy.named, name)) } };
    const decision = caioRoute(asked, {
      registry: { view: this.#registry.view(asked.principal.tenant), logIndex: null },
      policy: { snapshot: this.#policies, logIndex: null },
      history: { snapshot: this.#learned, logIndex: null },
    });
    return compareDecisions(decision, referenceDecision({ services: [...this.#services.values()], policy: this.#policy, history: this.#history, request: asked }));
  }

  #change(): string {
    const other = randomWorld(this.#seed + 1_000_000 * ++this.#borrowed);
    return this.#dice.pick([
      () => this.#ask(other.request),
      () => this.#ask(other.request),
      () => this.#swap(other.services),
      () => this.#drain(),
      () => this.#learn(other.history),
      () => this.#judge(other.policy),
    ])();
  }

  /** One more request, or the same requirements in another one: the same object, as callers that ask again share them. */
  #ask(request: Request): string {
    const [first] = this.#requests;
    const { requirements } = first?.document ?? request.document;
    const asked = this.#dice.chance(50) ? request : { ...request, document: { ...request.document, requirements } };
    this.#requests = [...this.#requests.slice(-3), asked];
    return "a request";
  }

  #swap(services: readonly WorldService[]): string {
    for (const service of services) {
      if (this.#dice.chance(40)) this.#put(service);
      else if (this.#dice.chance(20)) this.#remove(service.contract.serviceId);
    }
    return "services swapped";
  }

  #drain(): string {
    const services = [...this.#services.values()];
    const [service] = services.length === 0 ? [] : [this.#dice.pick(services)];
    if (service !== undefined) this.#put({ ...service, draining: !service.draining });
    return "a service drained, or no longer";
  }

  /** Some leaves of another history instead of its own, others as they were. */
  #learn({ leaves }: History): string {
    const merged = new Map(this.#history.leaves.map((leaf) => [`${leaf.service} ${leaf.model ?? ""}`, leaf]));
    for (const leaf of leaves) if (this.#dice.chance(50)) merged.set(`${leaf.service} ${leaf.model ?? ""}`, leaf);
    for (const key of [...merged.keys()]) if (this.#dice.chance(10)) merged.delete(key);
    const sorted = [...merged.values()].sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : (a.model ?? "") < (b.model ?? "") ? -1 : 1));
    this.#history = { version: this.#history.version + 1, leaves: sorted };
    this.#learned = this.#learned.next(this.#history);
    return "H went on";
  }

  #judge(policy: WorldPolicy): string {
    this.#policy = policy;
    this.#policies = new PolicySnapshot(this.#policies.version + 1, policy.base, policy.named);
    return "other policies";
  }

  #put(service: WorldService): void {
    const { contract, encoding, draining } = service;
    const id = contract.serviceId;
    const before = this.#services.get(id);
    const edits: RegistryEdit[] = [{ kind: before === undefined ? "register" : "replace", contract, encoding, encoderId: ENCODER_ID }];
    if (draining !== (before?.draining ?? false)) edits.push({ kind: draining ? "drain" : "undrain", serviceId: id });
    this.#registry = this.#registry.change(edits).snapshot;
    this.#services = new Map(this.#services).set(id, service);
  }

  #remove(serviceId: string): void {
    if (!this.#services.has(serviceId)) return;
    this.#registry = this.#registry.change([{ kind: "deregister", serviceId }]).snapshot;
    this.#services = new Map([...this.#services].filter(([id]) => id !== serviceId));
  }
}
