import { ControlIntegrator, InMemoryMaia } from "@caio/control";
import type { RequestDocument, ServiceContract } from "@caio/contracts";
import { GuaranteeEnforcer, type Clock } from "@caio/guarantees";
import { InMemoryHistoryStore, Orchestrator, PolicySnapshot, type Orchestration } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { InMemoryTraceStore, TraceabilitySystem, type TraceStore } from "@caio/traceability";

import type { World } from "../../reference/world.ts";
import { mapContracts, withDocument } from "../../worlds/random/change.ts";
import { Dice } from "../../worlds/random/dice.ts";
import { randomWorld } from "../../worlds/random-world.ts";
import { ANSWER_SCHEMA, RestlessExecutor, type ObservedCall } from "./restless-executor.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What of an orchestrator is broken on purpose. */
export interface Breakage {
  readonly enforcer?: (options: { readonly clock: Clock }) => GuaranteeEnforcer;
  readonly store?: () => TraceStore;
}

/** One request carried out among restless services. */
export interface Trial {
  readonly document: RequestDocument;
  readonly world: World;
  readonly orchestration: Orchestration;
  readonly calls: readonly ObservedCall[];
  readonly traces: TraceabilitySystem;
  readonly store: TraceStore;
}

/** A request carried out from decision to record, with services that may do anything. The same seed, the same trial. */
export async function runTrial(seed: number, broken: Breakage = {}): Promise<Trial> {
  const world = trialWorld(seed);
  const { request } = world;
  const clock = new VirtualClock();
  const executor = new RestlessExecutor(clock, new Dice(seed));
  const store = broken.store?.() ?? new InMemoryTraceStore();
  const traces = await TraceabilitySystem.open(store);
  const { intent, intentRate } = request.fields;
  const maia = new InMemoryMaia({ reading: { field: intent, ...(intentRate === undefined ? {} : { rate: intentRate }) } });
  const orchestrator = new Orchestrator(
    {
      registry: await registryOf(world),
      history: new InMemoryHistoryStore(world.history),
      traces,
      control: new ControlIntegrator({ encoder: { id: "world-1", encode: () => intent }, maia }),
      executor,
      enforcer: broken.enforcer?.({ clock }) ?? new GuaranteeEnforcer({ clock }),
      clock,
      door: { now: () => request.now + Math.floor(clock.nowUs() / 1000), freshKey: () => request.decisionKey },
      detect: () => request.detected,
      approve: () => Promise.resolve(true),
      redact: () => ({ redacted: true }),
    },
    new PolicySnapshot(1, world.policy.base, world.policy.named),
  );
  const orchestration = await clock.drive(orchestrator.orchestrate(request.document, request.principal));
  return { document: request.document, world, orchestration, calls: executor.calls, traces, store };
}

function trialWorld(seed: number): World {
  const world = mapContracts(randomWorld(seed), withAnswer);
  return withDocument(world, { data: { ...world.request.document.data, payload: { question: "Seven gulls?" } }, fallback: true });
}

/** The contract with one way in, whose answers have a schema. */
function withAnswer(contract: ServiceContract): ServiceContract {
  return { ...contract, api: { ...contract.api, endpoints: [{ path: "/answer", outputSchema: ANSWER_SCHEMA }] } };
}

async function registryOf({ services }: World): Promise<ServiceRegistry> {
  const registry = new ServiceRegistry();
  await registry.apply(
    services.flatMap(({ contract, encoding, draining }) => [
      { kind: "register" as const, contract, encoding, encoderId: "world-1" },
      ...(draining ? [{ kind: "drain" as const, serviceId: contract.serviceId }] : []),
    ]),
  );
  return registry;
}
