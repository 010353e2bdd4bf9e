import { openingOf, caioRoute, type DecisionPool, type PoolInputs } from "@caio/orchestrator";
import type { Request } from "@caio/contracts";
import { TraceabilitySystem, type TraceStore } from "@caio/traceability";

/** What a decision is made on, with the whole registry. */
export interface PoolWorld {
  readonly request: Request;
  readonly inputs: PoolInputs;
}

/** Certified decisions into one log: made by a pool of threads, or in this thread where there is none. */
export class PooledLog {
  readonly #world: PoolWorld;
  readonly #pool: DecisionPool | undefined;
  readonly #traces: TraceabilitySystem;
  #turn = 0;

  private constructor(world: PoolWorld, pool: DecisionPool | undefined, traces: TraceabilitySystem) {
    this.#world = world;
    this.#pool = pool;
    this.#traces = traces;
  }

  static async open(world: PoolWorld, pool: DecisionPool | undefined, store: TraceStore): Promise<PooledLog> {
    return new PooledLog(world, pool, await TraceabilitySystem.open(store));
  }

  get size(): number {
    return this.#traces.head.size;
  }

  /** Decides, certifies, logs; resolves when the entry, its certificate and its opening are durable. */
  async decide(): Promise<void> {
    this.#turn += 1;
    const request = { ...this.#world.request, decisionKey: this.#turn.toString(16).padStart(64, "0") };
    const { tenant } = request.principal;
    const inputs = this.#logged(tenant);
    if (this.#pool === undefined) {
      const { snapshot, ...place } = inputs.registry;
      const decision = caioRoute(request, { ...inputs, registry: { ...place, view: snapshot.view(tenant) } });
      await this.#traces.appendDecision(tenant, decision.trace, decision.sealed, openingOf(request));
      return;
    }
    const { trace, certificate, opening } = await this.#pool.decide(request, inputs);
    await this.#traces.appendDecision(tenant, trace, certificate, opening);
  }

  #logged(tenant: string): PoolInputs {
    const { registry, policy, history } = this.#world.inputs;
    const { epoch } = registry.snapshot;
    return {
      registry: { ...registry, logIndex: this.#traces.linkVersion("registry", tenant, { version: epoch, digest: registry.snapshot.view(tenant).root }).logIndex },
      policy: { ...policy, logIndex: this.#traces.linkVersion("policy", null, { version: policy.snapshot.version, digest: policy.snapshot.digest }).logIndex },
      history: { ...history, logIndex: this.#traces.linkVersion("history", null, { version: history.snapshot.version, digest: history.snapshot.root }).logIndex },
    };
  }
}
