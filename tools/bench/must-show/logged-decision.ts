import { caioRoute, openingOf, type DecisionInputs, type RoutingDecision } from "@caio/orchestrator";
import { TraceabilitySystem, type TraceStore } from "@caio/traceability";

import type { BenchWorld } from "../bench-world.ts";

/** Decisions with a certificate and an entry in a log, as an orchestrator makes them, but for what is asked at the door. */
export class LoggedDecisions {
  readonly #world: BenchWorld;
  readonly #traces: TraceabilitySystem;
  #turn = 0;

  private constructor(world: BenchWorld, traces: TraceabilitySystem) {
    this.#world = world;
    this.#traces = traces;
  }

  static async open(world: BenchWorld, store: TraceStore): Promise<LoggedDecisions> {
    return new LoggedDecisions(world, await TraceabilitySystem.open(store));
  }

  /** Entries that are durable. */
  get size(): number {
    return this.#traces.head.size;
  }

  /** Decides, certifies, logs; resolves when the entry, its certificate and its opening are durable. */
  async decide(): Promise<RoutingDecision> {
    this.#turn += 1;
    const request = { ...this.#world.request, decisionKey: this.#turn.toString(16).padStart(64, "0") };
    const decision = caioRoute(request, this.#inputs(request.principal.tenant));
    await this.#traces.appendDecision(request.principal.tenant, decision.trace, decision.sealed, openingOf(request));
    return decision;
  }

  /** Each version is in the log before a decision that names it; from the second decision on this is a look-up. */
  #inputs(tenant: string): DecisionInputs {
    const { registry, policy, history } = this.#world.inputs;
    const { view } = registry;
    const logged = {
      registry: this.#traces.linkVersion("registry", tenant, { version: view.epoch, digest: view.root }),
      policy: this.#traces.linkVersion("policy", null, { version: policy.snapshot.version, digest: policy.snapshot.digest }),
      history: this.#traces.linkVersion("history", null, { version: history.snapshot.version, digest: history.snapshot.root }),
    };
    return {
      registry: { view, logIndex: logged.registry.logIndex },
      policy: { ...policy, logIndex: logged.policy.logIndex },
      history: { ...history, logIndex: logged.history.logIndex },
    };
  }
}
