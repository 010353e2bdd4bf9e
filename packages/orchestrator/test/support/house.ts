import { ContractParser, parsePrincipal, parseRequestValue, type Principal, type RequestDocument, type ServiceCall, type ServiceContract, type ServiceExecutor, type ServiceHealth, type ServiceResult } from "@caio/contracts";
import { ControlIntegrator, encodeContract, HashingEncoder, InMemoryMaia } from "@caio/control";
import { CaioError, sha256Hex, type JsonValue } from "@caio/core";
import { GuaranteeEnforcer, type Clock } from "@caio/guarantees";
import { ServiceRegistry } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { detectSensitivity } from "@caio/security";
import { InMemoryTraceStore, TraceabilitySystem } from "@caio/traceability";

import { InMemoryHistoryStore, Orchestrator, PolicySnapshot, type OrchestratorPorts } from "../../src/index.ts";

/** How an outside service behaves when it is called. */
export type Behaviour = (call: ServiceCall, signal: AbortSignal) => Promise<ServiceResult>;

/** A fake of the outside world: one behaviour per service id. It stands for services, never for our own code. */
export class FakeServices implements ServiceExecutor {
  readonly protocols = ["http"] as const;
  readonly calls: ServiceCall[] = [];
  readonly #behaviours: ReadonlyMap<string, Behaviour>;

  constructor(behaviours: Readonly<Record<string, Behaviour>>) {
    this.#behaviours = new Map(Object.entries(behaviours));
  }

  execute(call: ServiceCall, signal: AbortSignal): Promise<ServiceResult> {
    this.calls.push(call);
    const behaviour = this.#behaviours.get(call.contract.serviceId);
    if (behaviour === undefined) return Promise.reject(new CaioError("ServiceUnavailable", "No such fake."));
    return behaviour(call, signal);
  }

  health(): Promise<ServiceHealth> {
    return Promise.resolve({ healthy: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Answers at once with the output given. */
export function answers(output: JsonValue): Behaviour {
  return () => Promise.resolve({ output });
}

/** Never answers; stops when aborted. */
export const hangs: Behaviour = (_call, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(new CaioError("DeadlineExceeded", "aborted"));
    });
  });

/** A contract of a language identifier; `more` overrides any part of its document. */
export function contract(id: string, more: Readonly<Record<string, unknown>> = {}): ServiceContract {
  const document = {
    service_id: id,
    version: "1.0.0",
    capabilities: [{ type: "language.identify", languages: ["de", "en"] }],
    guarantees: { latency_ms: 200, classification_accuracy: "0.9" },
    cost: { model: "per_request", base_cost: "0.0001", currency: "USD" },
    privacy: { data_locality: "local", encryption: true, encryption_type: "end_to_end", data_retention: "none", regions: ["eu"] },
    alignment: { safety_level: "high", content_filtering: true },
    access: { public: true },
    api: {
      protocol: "http",
      base_url: "http://127.0.0.1:9",
      endpoints: [
        {
          path: "/identify",
          method: "POST",
          output_schema: { type: "object", required: ["language"], properties: { language: { type: "string" } } },
        },
      ],
    },
    ...more,
  };
  return new ContractParser().parse(JSON.stringify(document), { file: `${id}.json` });
}

/** A request for language identification; `more` overrides any part of its document. */
export function request(more: Readonly<Record<string, unknown>> = {}): RequestDocument {
  return parseRequestValue({
    caio_request: 1,
    intent: { text: "Which language is this?" },
    data: { payload: { text: "Guten Morgen" } },
    requirements: { capabilities: [{ type: "language.identify" }] },
    ...more,
  });
}

export const principal: Principal = parsePrincipal(
  JSON.stringify({
    subject: "alice",
    issuer: "local",
    tenant: "acme",
    permissions: [],
    trust: 5,
    evidence: { method: "local" },
  }),
);

const clock: Clock = {
  // Fractions are allowed by the port, so they are there.
  nowUs: () => performance.now() * 1000,
  setTimer: (delayUs, wake) => {
    const timer = setTimeout(wake, delayUs / 1000);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Everything real except the services. */
export async function house(
  services: ServiceExecutor,
  contracts: readonly ServiceContract[],
  options: { readonly policy?: string; readonly ports?: Partial<OrchestratorPorts> } = {},
): Promise<{
  readonly orchestrator: Orchestrator;
  readonly registry: ServiceRegistry;
  readonly traces: TraceabilitySystem;
  readonly maia: InMemoryMaia;
  readonly history: InMemoryHistoryStore;
}> {
  const encoder = new HashingEncoder();
  const registry = new ServiceRegistry();
  for (const each of contracts) {
    await registry.register({ contract: each, encoding: encodeContract(each, encoder), encoderId: encoder.id });
  }
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const maia = new InMemoryMaia();
  const history = new InMemoryHistoryStore();
  let keys = 0;
  const orchestrator = new Orchestrator(
    {
      registry,
      history,
      traces,
      control: new ControlIntegrator({ encoder, maia }),
      executor: services,
      enforcer: new GuaranteeEnforcer({ clock }),
      clock,
      door: { now: () => 1_764_000_000_000, freshKey: () => sha256Hex(`key ${String(keys++)}`) },
      detect: (value) => detectSensitivity(value),
      ...options.ports,
    },
    new PolicySnapshot(1, parsePolicySet(options.policy ?? "caio_policy: 1\nid: house\n", { file: "house.yaml" })),
  );
  return { orchestrator, registry, traces, maia, history };
}
