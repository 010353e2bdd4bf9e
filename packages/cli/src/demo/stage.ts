import { setMaxListeners } from "node:events";
import { join } from "node:path";

import { HttpExecutor, McpExecutor, ProtocolDispatcher } from "@caio/adapters";
import { systemClock, systemDoor } from "@caio/adapters/system";
import type { Principal, RequestDocument, ServiceContract, ServiceExecutor } from "@caio/contracts";
import { ControlIntegrator, HashingEncoder } from "@caio/control";
import { GuaranteeEnforcer } from "@caio/guarantees";
import { InMemoryHistoryStore, Orchestrator, type Orchestration, type PolicySnapshot } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { detectSensitivity } from "@caio/security";
import { InMemoryTraceStore, TraceabilitySystem } from "@caio/traceability";

import { registrationOf } from "../load/contracts-folder.ts";
import { loadPrincipal, loadRequest } from "../load/documents.ts";
import { loadPolicies } from "../load/policies.ts";
import type { RunningExamples } from "./examples-module.ts";

/** Where scenarios play: a whole orchestrator over running services, and the documents of the examples. */
export interface Stage {
  readonly orchestrator: Orchestrator;
  readonly registry: ServiceRegistry;
  readonly traces: TraceabilitySystem;
  readonly policies: PolicySnapshot;
  readonly examples: RunningExamples;
  readonly folder: string;
  readonly signal: AbortSignal;
  request(name: string): Promise<RequestDocument>;
  principal(name?: string): Promise<Principal>;
  /** Decides and executes. */
  orchestrate(document: RequestDocument, principal: Principal): Promise<Orchestration>;
  /** What the person asked answers from now on; the demo plays that person. */
  answer(approved: boolean): void;
  /** Asks a service whether it is well, which starts an MCP server. */
  wake(contract: ServiceContract): Promise<boolean>;
  /** Ends the connections and the processes behind them. */
  close(): Promise<void>;
}

/** Builds a stage over running examples and registers their contracts. */
export async function openStage(examples: RunningExamples, folder: string, signal: AbortSignal): Promise<Stage> {
  // Every request in flight listens to it.
  setMaxListeners(0, signal);
  const registry = new ServiceRegistry();
  await registry.apply(examples.contracts.map((contract) => ({ kind: "register", ...registrationOf(contract) })));
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const policies = await loadPolicies(join(folder, "policy.yaml"));
  const executor = new ProtocolDispatcher([new HttpExecutor(examples.executors.http), new McpExecutor(examples.executors.mcp)]);
  let approved = false;
  const approve = (): Promise<boolean> => Promise.resolve(approved);
  const orchestrator = orchestratorOver({ registry, traces, executor, approve }, policies);
  return {
    orchestrator,
    registry,
    traces,
    policies,
    examples,
    folder,
    signal,
    request: (name) => loadRequest(join(folder, "requests", `${name}.json`)),
    principal: (name = "default") => loadPrincipal(join(folder, "principals", `${name}.json`)),
    orchestrate: (document, principal) => orchestrator.orchestrate(document, principal, { signal }),
    answer: (answer) => {
      approved = answer;
    },
    wake: async (contract) => (await executor.health(contract, signal)).healthy,
    close: () => executor.close(),
  };
}

interface Connections {
  readonly registry: ServiceRegistry;
  readonly traces: TraceabilitySystem;
  readonly executor: ServiceExecutor;
  readonly approve: () => Promise<boolean>;
}

function orchestratorOver(connections: Connections, policies: PolicySnapshot): Orchestrator {
  return new Orchestrator(
    {
      ...connections,
      history: new InMemoryHistoryStore(),
      control: new ControlIntegrator({ encoder: new HashingEncoder() }),
      enforcer: new GuaranteeEnforcer({ clock: systemClock }),
      clock: systemClock,
      door: systemDoor,
      detect: (value) => detectSensitivity(value),
    },
    policies,
  );
}
