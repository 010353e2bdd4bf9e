import { ControlIntegrator, InMemoryMaia } from "@caio/control";
import type { RequestDocument, ServiceContract } from "@caio/contracts";
import { GuaranteeEnforcer, type Clock } from "@caio/guarantees";
import { InMemoryHistoryStore, Orchestrator, PolicySnapshot, type Orchestration } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { InMemoryTraceStore, TraceabilitySystem, type TraceStore } from "@caio/traceability";

import { twistedWorld } from "../../faults/scenario/twisted-world.ts";
import type { World } from "../../reference/world.ts";
import { mapContracts, withDocument } from "../../worlds/random/change.ts";
import { Dice } from "../../worlds/random/dice.ts";
import type { Check } from "../engine/check.ts";
import type { Made, Seeds } from "../engine/check-group.ts";
import { soundSystem } from "../routing/system.ts";
import { readTrialLog, type TrialLog } from "./trial-log.ts";
import { ANSWER_SCHEMA, RestlessExecutor, type ObservedCall } from "./restless-executor.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Requests to one orchestrator, one after the other, unless it refuses: setting one up is dearer than carrying one out. */
const REQUESTS = 20;

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
  /** Those of this request. */
  readonly calls: readonly ObservedCall[];
  /** The log after the last request to this orchestrator. */
  readonly log: () => Promise<TrialLog>;
}

/** A property of requests that were carried out. */
export type TrialCheck = Check<Trial, Breakage>;

/** Requests carried out from decision to record, with services that may do anything; of the worlds that refuse them, one in eight. */
export async function* trials({ from, count, twist }: Seeds, broken: Breakage = {}): AsyncGenerator<Made<Trial>> {
  for (let seed = from; seed < from + count; seed++) {
    const world = trialWorld(twistedWorld(seed, twist));
    // A refusal says little.
    if (seed % 8 !== 0 && soundSystem.route(world).kind === "refused") continue;
    for (const one of await trialsIn(world, seed, broken)) yield { seed, one };
  }
}

async function trialsIn(world: World, seed: number, broken: Breakage): Promise<readonly Trial[]> {
  const { request } = world;
  const clock = new VirtualClock();
  const executor = new RestlessExecutor(clock, new Dice(seed));
  const store = broken.store?.() ?? new InMemoryTraceStore();
  const traces = await TraceabilitySystem.open(store);
  const orchestrator = await orchestratorOf(world, { clock, executor, traces, broken, keys: new Dice(seed + 1) });
  const made: Omit<Trial, "log">[] = [];
  do {
    const before = executor.calls.length;
    const orchestration = await clock.drive(orchestrator.orchestrate(request.document, request.principal));
    made.push({ document: request.document, world, orchestration, calls: executor.calls.slice(before) });
  } while (made.length < REQUESTS && made.at(-1)?.orchestration.kind !== "refused");
  let read: Promise<TrialLog> | undefined;
  const log = (): Promise<TrialLog> => (read ??= readTrialLog(traces, store));
  return made.map((one) => ({ ...one, log }));
}

interface Parts {
  readonly clock: VirtualClock;
  readonly executor: RestlessExecutor;
  readonly traces: TraceabilitySystem;
  readonly broken: Breakage;
  readonly keys: Dice;
}

async function orchestratorOf(world: World, { clock, executor, traces, broken, keys }: Parts): Promise<Orchestrator> {
  const { request } = world;
  const { intent, intentRate } = request.fields;
  const maia = new InMemoryMaia({ reading: { field: intent, ...(intentRate === undefined ? {} : { rate: intentRate }) } });
  return new Orchestrator(
    {
      registry: await registryOf(world),
      history: new InMemoryHistoryStore(world.history),
      traces,
      control: new ControlIntegrator({ encoder: { id: "world-1", encode: () => intent }, maia }),
      executor,
      enforcer: broken.enforcer?.({ clock }) ?? new GuaranteeEnforcer({ clock }),
      clock,
      door: { now: () => request.now + Math.floor(clock.nowUs() / 1000), freshKey: () => keys.hex() },
      detect: () => request.detected,
      approve: () => Promise.resolve(true),
      redact: () => ({ redacted: true }),
    },
    new PolicySnapshot(1, world.policy.base, world.policy.named),
  );
}

function trialWorld(random: World): World {
  const world = mapContracts(random, withAnswer);
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
