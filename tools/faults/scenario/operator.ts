import { ContractParser, parsePrincipal, parseRequestValue, type Principal, type RequestDocument, type ServiceContract } from "@caio/contracts";
import { ControlIntegrator, encodeContract, HashingEncoder } from "@caio/control";
import { CaioError, sha256Hex } from "@caio/core";
import { GuaranteeEnforcer } from "@caio/guarantees";
import { InMemoryHistoryStore, Orchestrator, PolicySnapshot, type OrchestratorPorts } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { CheckpointSigner, InMemoryCheckpointStore, TraceabilitySystem, type KeyRing, type TraceStore } from "@caio/traceability";

/** An operator's router: everything real except the services and the clock. */
export interface Operator {
  readonly orchestrator: Orchestrator;
  readonly registry: ServiceRegistry;
  readonly traces: TraceabilitySystem;
  readonly signer: CheckpointSigner;
}

const encoder = new HashingEncoder();

/** What an instance shares with others, or knows of them. */
export interface Shared {
  readonly registry?: ServiceRegistry;
  readonly now?: () => number;
  readonly freshness?: OrchestratorPorts["freshness"];
}

/** @param salt - for keys that no other run of this operator has */
export async function operator(keys: KeyRing, store: TraceStore, salt: string, heads = new InMemoryCheckpointStore(), shared: Shared = {}): Promise<Operator> {
  const { registry = new ServiceRegistry(), now = () => 1_764_000_000_000, freshness } = shared;
  for (const id of ["able", "baker"]) if (registry.snapshot().service(id) === undefined) await register(registry, id);
  const traces = await TraceabilitySystem.open(store);
  const signer = await CheckpointSigner.open({ log: traces, keys, store: heads, intervalMs: 0 });
  let made = 0;
  let timeUs = 0;
  const clock = { nowUs: () => timeUs++, setTimer: () => () => undefined };
  const orchestrator = new Orchestrator(
    {
      registry,
      history: new InMemoryHistoryStore(),
      traces,
      control: new ControlIntegrator({ encoder }),
      executor: {
        protocols: ["http"],
        // Able, the cheapest, is broken: whatever is asked of it falls back.
        execute: ({ contract: { serviceId } }) => Promise.resolve({ output: serviceId === "able" ? 7 : { language: "de" } }),
        health: () => Promise.resolve({ healthy: true }),
        close: () => Promise.resolve(),
      },
      enforcer: new GuaranteeEnforcer({ clock }),
      clock,
      door: { now, freshKey: () => sha256Hex(`${salt} ${String(made++)}`) },
      detect: () => [],
      ...(freshness === undefined ? {} : { freshness }),
    },
    policies(1),
  );
  return { orchestrator, registry, traces, signer };
}

export async function register(registry: ServiceRegistry, id: string): Promise<void> {
  const contract = contractOf(id);
  await registry.register({ contract, encoding: encodeContract(contract, encoder), encoderId: encoder.id });
}

/** A version of the policies, each with another deadline. */
export function policies(version: number): PolicySnapshot {
  const text = `caio_policy: 1\nid: house\nlimits: { deadline_ms: ${String(2000 + version)} }\nfallback: { max_attempts: 2 }\n`;
  return new PolicySnapshot(version, parsePolicySet(text, { file: "house.yaml" }));
}

export const document: RequestDocument = parseRequestValue({
  caio_request: 1,
  intent: { text: "Which language is this?" },
  data: { payload: { text: "Guten Morgen" } },
  requirements: { capabilities: [{ type: "language.identify" }] },
});

export const caller: Principal = parsePrincipal(
  JSON.stringify({ subject: "alice", issuer: "local", tenant: "acme", permissions: [], trust: 5, evidence: { method: "local" } }),
);

/** Throws what a full disk throws. */
export function diskFull(): CaioError<"ServiceUnavailable"> {
  return new CaioError("ServiceUnavailable", "No space left on the device.");
}

function contractOf(id: string): ServiceContract {
  const document = {
    service_id: id,
    version: "1.0.0",
    capabilities: [{ type: "language.identify" }],
    guarantees: { latency_ms: 200 },
    cost: { model: "per_request", base_cost: id === "able" ? "0.00001" : "0.0001", currency: "USD" },
    privacy: { data_locality: "local", data_retention: "none" },
    access: { public: true },
    api: {
      protocol: "http",
      base_url: "http://127.0.0.1:9",
      endpoints: [{ path: "/identify", method: "POST", output_schema: { type: "object", required: ["language"] } }],
    },
  };
  return new ContractParser().parse(JSON.stringify(document), { file: `${id}.json` });
}
