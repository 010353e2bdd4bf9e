import { InProcessExecutor, type InProcessTarget } from "@caio/adapters";
import { systemClock } from "@caio/adapters/system";
import { ContractParser, parsePrincipal, type Field, type Principal } from "@caio/contracts";
import { CachedEncoder, contractText, ControlIntegrator, HashingEncoder, type MaiaPort } from "@caio/control";
import { sha256Hex } from "@caio/core";
import { GuaranteeEnforcer } from "@caio/guarantees";
import { InMemoryHistoryStore, Orchestrator, PolicySnapshot, type DecidedRequest } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { detectSensitivity } from "@caio/security";
import { InMemoryTraceStore, TraceabilitySystem } from "@caio/traceability";

/** The constants of a loop, as decimal text: the policy's `control`. */
export interface LoopGains {
  readonly excite: string;
  readonly damp: string;
  readonly c: string;
  readonly m: string;
  readonly interval: string;
  readonly eMax: string;
}

/** An orchestrator with services that answer, and what it decides on. */
export interface DialogueHouse {
  readonly orchestrator: Orchestrator;
  /** e_s by service. */
  readonly encodings: ReadonlyMap<string, Field>;
}

const answering: InProcessTarget = {
  execute: () => Promise.resolve({ output: { done: true } }),
  health: () => Promise.resolve({ healthy: true }),
};

/**
 * A house for one conversation: the real registry, router, log and enforcement; services in this process that answer at once. The score is
 * the intent term alone, or I and A in the proportion of the default weights (`attends`), so that what differs between two runs comes from the fields.
 */
export async function dialogueHouse(
  services: Readonly<Record<string, string>>,
  gains: LoopGains,
  options: { readonly maia: MaiaPort | undefined; readonly attends: boolean; readonly encoder?: CachedEncoder; readonly onDecided: (decided: DecidedRequest) => void },
): Promise<DialogueHouse> {
  const encoder = options.encoder ?? new CachedEncoder(new HashingEncoder());
  const registry = new ServiceRegistry();
  const encodings = new Map<string, Field>();
  for (const [id, description] of Object.entries(services)) {
    const contract = contractOf(id, description);
    const encoding = await encoder.encode(contractText(contract));
    encodings.set(id, encoding);
    await registry.register({ contract, encoding, encoderId: encoder.id });
  }
  let keys = 0;
  const orchestrator = new Orchestrator(
    {
      registry,
      history: new InMemoryHistoryStore(),
      traces: await TraceabilitySystem.open(new InMemoryTraceStore()),
      control: new ControlIntegrator({ encoder, ...(options.maia === undefined ? {} : { maia: options.maia }) }),
      executor: new InProcessExecutor({ services: new Map(Object.keys(services).map((id) => [id, answering])) }),
      enforcer: new GuaranteeEnforcer({ clock: systemClock }),
      clock: systemClock,
      door: { now: () => 1_764_000_000_000, freshKey: () => sha256Hex(`dialogue ${String(keys++)}`) },
      detect: (value) => detectSensitivity(value),
      onDecided: options.onDecided,
    },
    new PolicySnapshot(1, parsePolicySet(policyOf(gains, options.attends), { file: "dialogue-policy.yaml" })),
  );
  return { orchestrator, encodings };
}

/** Who speaks, with the trait that holds control back, t_c in decimal text. */
export function speaker(conservative: string): Principal {
  return parsePrincipal(
    JSON.stringify({
      ...{ subject: "speaker", issuer: "local", tenant: "default", permissions: [], trust: 5, evidence: { method: "local" } },
      traits: { conservative, confidential: "0", risk: "1" },
    }),
  );
}

function contractOf(id: string, description: string): ReturnType<ContractParser["parse"]> {
  const document = {
    service_id: id, version: "1.0.0", description,
    capabilities: ["assistant.answer"],
    guarantees: { latency_ms: 5000 },
    cost: { model: "free", currency: "USD" },
    privacy: { data_locality: "local", encryption: true, encryption_type: "end_to_end", data_retention: "none" },
    alignment: { safety_level: "high", content_filtering: true, bias_mitigation: true },
    access: { public: true },
    api: { protocol: "inprocess" },
  };
  return new ContractParser().parse(JSON.stringify(document), { file: `${id}.json` });
}

function policyOf({ excite, damp, c, m, interval, eMax }: LoopGains, attends: boolean): string {
  const [intent, attention] = attends ? ["0.6", "0.4"] : ["1", "0"];
  return JSON.stringify({
    caio_policy: 1,
    id: "dialogue",
    weights: { intent, attention, rl: "0", resonance: "0", model: "0", cost: "0", risk: "0", latency: "0" },
    control: { excite, damp, c, m, interval, e_max: eMax },
  });
}
