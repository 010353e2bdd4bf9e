import type { ServiceExecutor } from "@caio/contracts";
import { ControlIntegrator, HashingEncoder, type MaiaPort } from "@caio/control";
import { CaioError } from "@caio/core";
import { GuaranteeEnforcer, type Clock } from "@caio/guarantees";
import { Orchestrator, type Door } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { ApiKeyAuthenticator, detectSensitivity, type TokenAuthenticator } from "@caio/security";
import { CheckpointSigner, KeyRing, TraceabilitySystem, type SigningKey } from "@caio/traceability";

import type { Authenticators } from "../door/authenticate.ts";
import { KnownKeys } from "../door/known-keys.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import type { GatewayStores } from "./gateway-stores.ts";
import { PolicyBook } from "./policy-book.ts";
import { Receipts } from "./receipts.ts";
import { CircuitBreakers } from "./resilience/circuit-breakers.ts";
import { LimitedExecutor } from "./resilience/limited-executor.ts";
import { serviceFailed } from "./resilience/service-failure.ts";
import { KeySpending, settleAbandoned } from "./spending/key-spending.ts";

/** What a gateway is given from outside. */
export interface GatewayPorts {
  readonly stores: GatewayStores;
  readonly executor: ServiceExecutor;
  readonly signingKey: SigningKey;
  readonly clock: Clock;
  readonly door: Door;
  readonly tokens?: readonly TokenAuthenticator[];
  readonly maia?: MaiaPort;
  /** Told of what went wrong beside a request and did not end it. */
  readonly onFault?: (where: string, fault: unknown) => void;
}

/** The parts of a gateway, ready to serve. */
export interface GatewayCore {
  readonly config: GatewayConfig;
  readonly ports: GatewayPorts;
  readonly registry: ServiceRegistry;
  readonly policies: PolicyBook;
  readonly traces: TraceabilitySystem;
  readonly signer: CheckpointSigner;
  readonly keys: KeyRing;
  readonly receipts: Receipts;
  readonly orchestrator: Orchestrator;
  readonly authenticators: Authenticators;
  /** API keys, with the limits of those in use. */
  readonly knownKeys: KnownKeys;
}

/** Milliseconds between checkpoints that are signed unasked. */
const CHECKPOINT_INTERVAL_MS = 500;

/**
 * Puts the parts together over what the stores hold.
 *
 * @param basePolicy - id of the policy that holds for every request
 * @throws CaioError `UnknownPolicy`, `IntegrityViolation` if the log is not the one that was signed
 */
export async function openCore(config: GatewayConfig, ports: GatewayPorts, basePolicy: string): Promise<GatewayCore> {
  const { stores, signingKey, clock, door, maia, onFault } = ports;
  const registry = await ServiceRegistry.open(stores.registry);
  const policies = await PolicyBook.open(stores.policies, basePolicy);
  const traces = await TraceabilitySystem.open(stores.traces);
  const keys = KeyRing.of(config.origin, signingKey);
  const signer = await CheckpointSigner.open({ log: traces, keys, store: stores.checkpoints, intervalMs: CHECKPOINT_INTERVAL_MS });
  const receipts = new Receipts({ traces, signer, keys, signingKey, now: () => door.now() });
  const knownKeys = new KnownKeys(stores.keys);
  await settleAbandoned(stores.budgets);
  const circuits = new CircuitBreakers();
  const executor = new LimitedExecutor(ports.executor, circuits, clock);
  const orchestrator = new Orchestrator(
    {
      registry,
      history: stores.history,
      traces,
      control: new ControlIntegrator({ encoder: new HashingEncoder(), ...(maia === undefined ? {} : { maia }) }),
      executor,
      enforcer: new GuaranteeEnforcer({ clock }),
      clock,
      door,
      detect: (value) => detectSensitivity(value),
      monitor: {
        observe: (attempt) => {
          const failed = serviceFailed(attempt);
          if (failed !== undefined) circuits.note(attempt.contract.serviceId, failed, Math.floor(clock.nowUs() / 1000));
        },
        healthOf: () => ({ health: "healthy", promises: [] }),
      },
      spending: new KeySpending(stores.budgets, knownKeys),
      streamLimits: { firstDeltaUs: config.limits.firstDeltaUs, betweenDeltasUs: config.limits.betweenDeltasUs },
      onFault: (where, fault) => onFault?.(where, fault),
      onDecided: (decided) => {
        receipts.keep(decided);
        stores.decisionKeys.put(decided.decision.decisionId, decided.request.decisionKey).catch((fault: unknown) => onFault?.("decision key", fault));
      },
    },
    policies.snapshot,
  );
  policies.onChange((snapshot) => { orchestrator.usePolicies(snapshot); });
  const authenticators = { keys: new ApiKeyAuthenticator(knownKeys), tokens: ports.tokens ?? [] };
  return { config, ports, registry, policies, traces, signer, keys, receipts, orchestrator, authenticators, knownKeys };
}

/** The version of this package, as `/api/v1/version` says it. */
export const GATEWAY_VERSION = "0.1.0";

/** @throws CaioError `NotFound` for a service that the caller's view does not hold */
export function unknownService(serviceId: string): CaioError<"UnknownService"> {
  return new CaioError("UnknownService", `No service ${serviceId}. List them: GET /api/v1/services`, { details: { service: serviceId } });
}
