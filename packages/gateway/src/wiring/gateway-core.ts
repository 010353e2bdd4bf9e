import { randomBytes } from "node:crypto";

import { toWireObject } from "@caio/contracts";
import { CachedEncoder, ControlIntegrator, HashingEncoder } from "@caio/control";
import { CaioError, type Digest, type JsonObject } from "@caio/core";
import { GuaranteeEnforcer, GuaranteeMonitor } from "@caio/guarantees";
import { Orchestrator, parseLearningRecord, type DecidedRequest, type LearningRecord, type PolicySnapshot, type SnapshotFreshness, type UnlearnedEntry } from "@caio/orchestrator";
import { ServiceRegistry } from "@caio/registry";
import { ApiKeyAuthenticator, defaultDetectors, detectSensitivity } from "@caio/security";
import { CheckpointSigner, KeyRing, TraceabilitySystem } from "@caio/traceability";

import type { Authenticators } from "../door/authenticate.ts";
import { KnownKeys } from "../door/known-keys.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { GatewayMetrics } from "../observability/gateway-metrics.ts";
import { ControlSteps } from "../views/control/control-steps.ts";
import { EvidenceSeries } from "../views/evidence/evidence-series.ts";
import { RecentRequests } from "../views/what-if/recent-requests.ts";
import { TracedExecutor } from "../observability/tracing/traced-executor.ts";
import { ApprovalDesk } from "./approvals/approval-desk.ts";
import { encodeAnew, isOfAnother } from "./contract-encodings.ts";
import { documentReaders, type DocumentReaders } from "./document-readers.ts";
import { EventFeed } from "./event-feed.ts";
import type { Fabric } from "./fabric/fabric.ts";
import { feedbackEvent } from "./feedback/feedback-answer.ts";
import { FeedbackDesk } from "./feedback/feedback-desk.ts";
import { UnlearnedEntries } from "./feedback/unlearned-entries.ts";
import { requireRetention } from "./follow-retention.ts";
import type { GatewayPorts } from "./gateway-ports.ts";
import { PastRegistries } from "./past-registries.ts";
import { PolicyBook } from "./policy-book.ts";
import { missingReferences } from "./quality/missing-references.ts";
import { QualityKeeper, type QualityStanding } from "./quality/quality-keeper.ts";
import { Receipts } from "./receipts.ts";
import { Replica } from "./replicas/replica.ts";
import { snapshotFreshness } from "./replicas/snapshot-freshness.ts";
import { CircuitBreakers } from "./resilience/circuit-breakers.ts";
import { LimitedExecutor } from "./resilience/limited-executor.ts";
import { RetryBudgets } from "./resilience/retry-budgets.ts";
import { serviceFailed } from "./resilience/service-failure.ts";
import { Shadows } from "./shadow.ts";
import { KeySpending, settleAbandoned } from "./spending/key-spending.ts";
import { watchAll } from "./watch/follow-registry.ts";
import { ServiceWatch } from "./watch/service-watch.ts";

/** The parts of a gateway, ready to serve. */
export interface GatewayCore {
  readonly config: GatewayConfig;
  readonly ports: GatewayPorts;
  readonly registry: ServiceRegistry;
  /** What the contracts in the registry are encoded with, as requests are. */
  readonly encoder: CachedEncoder;
  readonly policies: PolicyBook;
  readonly readers: DocumentReaders;
  readonly traces: TraceabilitySystem;
  readonly signer: CheckpointSigner;
  readonly keys: KeyRing;
  readonly receipts: Receipts;
  readonly orchestrator: Orchestrator;
  readonly authenticators: Authenticators;
  /** API keys, with the limits of those in use. */
  readonly knownKeys: KnownKeys;
  readonly circuits: CircuitBreakers;
  readonly quality: QualityKeeper;
  readonly watch: ServiceWatch;
  /** How promises and calls went since this process began. */
  readonly evidence: EvidenceSeries;
  /** What control did in the last decisions. */
  readonly control: ControlSteps;
  /** The last requests, to be decided again. */
  readonly recent: RecentRequests;
  readonly feed: EventFeed;
  readonly shadows: Shadows;
  readonly approvals: ApprovalDesk;
  readonly feedback: FeedbackDesk;
  readonly metrics: GatewayMetrics;
  /** Absent: this gateway is alone. */
  readonly replica: Replica | undefined;
}

/** Milliseconds between checkpoints that are signed unasked. */
const CHECKPOINT_INTERVAL_MS = 500;
/** Microseconds that a request has where neither policy nor caller say. */
const DEADLINE_US = 30_000_000;

/**
 * Puts the parts together over what the stores hold.
 *
 * @param basePolicy - id of the policy that holds for every request
 * @throws CaioError `UnknownPolicy`, `IntegrityViolation` if the log is not the one that was signed
 */
export async function openCore(config: GatewayConfig, ports: GatewayPorts, basePolicy: string): Promise<GatewayCore> {
  const { stores, signingKey, clock, door, maia, tracing, fabric, onFault } = ports;
  if (config.retention !== undefined) requireRetention(stores.retention);
  const registry = await ServiceRegistry.open(stores.registry);
  const encoder = new CachedEncoder(ports.encoder ?? new HashingEncoder(), { ...config.encoder.cache, salt: randomBytes(32) });
  // What is followed is as its source encoded it, or is not taken.
  if (fabric?.followsRegistry !== true) await encodeAnew(registry, encoder);
  const policies = await PolicyBook.open(stores.policies, basePolicy, async () => (await stores.keys.list()).some(({ limits, revokedAt }) => limits?.budget !== undefined && revokedAt === undefined));
  const unlearned = new UnlearnedEntries(await stores.history.latest());
  const traces = await TraceabilitySystem.open(stores.traces, unlearned.listen);
  const keys = KeyRing.of(config.origin, signingKey, ports.earlierKeys);
  const signer = await CheckpointSigner.open({ log: traces, keys, store: stores.checkpoints, intervalMs: CHECKPOINT_INTERVAL_MS });
  const knownKeys = new KnownKeys(stores.keys, () => replica === undefined || replica.follower.ageMs("keys") <= config.replicas.staleAfterMs);
  await settleAbandoned(stores.budgets);
  const replica = ports.replica === undefined ? undefined : new Replica({
    ...{ terms: config.replicas, ports: ports.replica, keys, budgets: stores.budgets, clock },
    now: () => door.now(),
    refresh: {
      registry: async () => { await registry.refresh(); },
      policies: () => policies.refresh(),
      keys: () => { knownKeys.forgetAll(); return Promise.resolve(); },
    },
    takeUp: (each) => desk.adopt(each),
    onFinding: ({ kind, origin, message }) => { feed.publish({ kind: "witness", details: { finding: kind, origin, message } }); },
    onFault: (where, fault) => onFault?.(where, fault),
  });
  const feed = new EventFeed({ now: () => door.now(), run: door.freshKey().slice(0, 12) });
  const receipts = new Receipts({
    ...{ traces, signer, keys, signingKey, now: () => door.now() },
    ...{ openings: stores.decisionKeys, policies: stores.policies, registries: new PastRegistries(registry, stores.registry), replica },
  });
  const shadows = new Shadows(feed);
  const approvals = new ApprovalDesk({ now: () => door.now(), validMs: config.approvals.validMs, feed, log: (tenant, said) => traces.appendOutcome(tenant, said) });
  const control = new ControlSteps();
  const recent = new RecentRequests(config.record ? config.whatIf.requests : 0);
  const evidence = new EvidenceSeries(() => door.now());
  const circuits = new CircuitBreakers(config.circuits, (service, state) => {
    evidence.circuit(service, state);
    feed.publish({ kind: "circuit", service, details: { service, state } });
  });
  const watch = await openWatch(ports, policies, { feed, evidence });
  const metrics = new GatewayMetrics({
    services: () => registry.snapshot().size,
    epoch: () => registry.snapshot().epoch,
    logSize: () => traces.head.size,
    policyVersion: () => policies.snapshot.version,
    replica,
  });
  metrics.gauge({ name: "caio_registry_of_another_encoder", help: "Services whose encoding is of another encoder than requests have: their scores mean nothing", read: () => registry.snapshot().services.filter((entry) => isOfAnother(entry, encoder)).length });
  for (const gauge of fabric?.gauges ?? []) metrics.gauge(gauge);
  const reached = tracing === undefined ? ports.executor : new TracedExecutor(ports.executor, tracing);
  const executor = new LimitedExecutor(reached, circuits, clock);
  const patience = { firstDeltaUs: config.limits.firstDeltaUs, betweenDeltasUs: config.limits.betweenDeltasUs };
  const detectors = [...defaultDetectors, ...(ports.detectors ?? [])];
  const orchestrator: Orchestrator = new Orchestrator(
    {
      registry,
      history: stores.history,
      traces,
      control: new ControlIntegrator({ encoder, features: config.encoder.features ?? config.learning.online !== undefined, ...(ports.values === undefined ? {} : { values: ports.values }), ...(maia === undefined ? {} : { maia }), ...(config.encoder.away === "refuse" ? {} : { whenAway: (fault: unknown) => { onFault?.("encoder", fault); } }) }),
      executor,
      enforcer: new GuaranteeEnforcer({ clock }),
      clock,
      door,
      detect: (value) => detectSensitivity(value, { detectors }),
      monitor: {
        observe: (attempt) => {
          const { service, contractDigest } = attempt.decision.outcome.selected;
          const { limits, fallback } = policies.snapshot.base;
          const failed = serviceFailed(attempt, { deadlineUs: limits.deadlineUs ?? DEADLINE_US, maxAttempts: fallback.maxAttempts, ...patience });
          // What a version did that is there no longer says nothing of the one that took its place.
          const isCurrent = registry.snapshot().service(service)?.contractDigest === contractDigest;
          if (failed !== undefined && isCurrent && config.circuits.enabled) circuits.note(service, failed, Math.floor(clock.nowUs() / 1000));
          watch.observe(attempt);
          metrics.attempted(attempt);
        },
        healthOf: (pair) => watch.healthOf(pair),
      },
      approve: (asked) => Promise.resolve(approvals.judge(asked)),
      outcomesBehind: true,
      unrecorded: !config.record,
      defaultDeadlineUs: DEADLINE_US,
      learnEveryUs: config.learning.learnEveryUs,
      successesWait: config.learning.successesWait,
      ...(config.learning.online === undefined ? {} : { online: config.learning.online }),
      ...(ports.values === undefined ? {} : { fitted: ports.values.claims() }),
      retries: new RetryBudgets(config.retries),
      spending: new KeySpending(stores.budgets, knownKeys, { othersMaySettle: replica !== undefined }),
      streamLimits: patience,
      onFault: (where, fault) => onFault?.(where, fault),
      ...freshnessOf(config, replica, fabric),
      onEnded: (attempt) => tracing?.ended(attempt),
      onDecided: (decided, decidingUs) => {
        metrics.decided(decided, decidingUs);
        tracing?.decided(decided, decidingUs);
        recent.note(decided);
        control.note(decided);
        tell(decided, feed, shadows);
      },
    },
    policies.snapshot,
  );
  const desk: FeedbackDesk = new FeedbackDesk({
    ...{ traces, orchestrator, openings: stores.decisionKeys, peers: replica?.peers, now: () => door.now(), unkeyed: door.freshKey() },
    onLogged: (tenant, body) => {
      metrics.saidOf(body);
      feed.publish({ kind: "feedback", tenant, details: feedbackEvent(body) });
    },
  });
  await relearn(orchestrator, unlearned, ports);
  watchAll(registry, { watch, remeasure: (pairs) => { orchestrator.remeasure(pairs); }, expect: (contracts) => { orchestrator.expect(contracts); } });
  const use = (snapshot: PolicySnapshot): void => {
    orchestrator.usePolicies(snapshot);
    watch.retune(snapshot.base.monitor);
  };
  policies.onChange(use);
  const quality = await QualityKeeper.open(config.quality, {
    ...{ policies, store: ports.quality, now: () => door.now() },
    onChange: (standing) => { feed.publish({ kind: "quality", details: qualityEvent(standing) }); },
  });
  for (const fault of missingReferences(config.quality, registry.snapshot())) onFault?.("quality", fault);
  policies.onChange((snapshot) => {
    use(snapshot);
    quality.enforce().catch((fault: unknown) => onFault?.("quality", fault));
  });
  const authenticators = { keys: new ApiKeyAuthenticator(knownKeys), tokens: ports.tokens ?? [] };
  return { config, ports, registry, encoder, policies, readers: documentReaders(ports.catalogue), traces, signer, keys, receipts, orchestrator, authenticators, knownKeys, circuits, quality, watch, evidence, control, recent, feed, shadows, approvals, feedback: desk, metrics, replica };
}

/** What a process that was killed has logged and not learned is learned now; and what an append turns out to have kept, when it does. */
async function relearn(orchestrator: Orchestrator, unlearned: UnlearnedEntries, { stores, onFault }: GatewayPorts): Promise<void> {
  const fieldsOf = async (decisionId: Digest): Promise<LearningRecord | undefined> => {
    const text = (await stores.decisionKeys.opening(decisionId))?.learning;
    return text === undefined ? undefined : parseLearningRecord(text);
  };
  const later = (entry: UnlearnedEntry): void => { orchestrator.relearn([entry], fieldsOf).catch((fault: unknown) => onFault?.("history", fault)); };
  await orchestrator.relearn(unlearned.take(later), fieldsOf);
}

/** What is told of a promise that is kept again, or not any more. */
function qualityEvent({ guarantee, watch, version }: QualityStanding): JsonObject {
  const { decision, audits } = watch;
  return { policy: guarantee.policy, version, decision: decision.kind, reason: decision.kind === "kept" ? decision.evidence : decision.reason, audits };
}

async function openWatch({ stores, monitor: kept, onFault }: GatewayPorts, policies: PolicyBook, { feed, evidence }: Pick<GatewayCore, "feed" | "evidence">): Promise<ServiceWatch> {
  const snapshot = await kept?.load().catch((fault: unknown) => {
    onFault?.("monitor", fault);
    return undefined;
  });
  const monitor = new GuaranteeMonitor({ ...policies.snapshot.base.monitor, ...(snapshot === undefined ? {} : { snapshot }) });
  // The policy may have changed while nothing ran.
  monitor.retune(policies.snapshot.base.monitor);
  return new ServiceWatch({
    monitor,
    history: await stores.history.latest(),
    onVerdict: (change) => {
      evidence.verdict(change);
      feed.publish({ kind: "verdict", service: change.service, details: toWireObject(change) });
    },
    onCall: (pair, call) => { evidence.note(pair, call); },
  });
}

/** Where the database is shared, it is what counts. */
function freshnessOf({ replicas }: GatewayConfig, replica: Replica | undefined, fabric: Fabric | undefined): { readonly freshness?: () => SnapshotFreshness } {
  const freshness = replica === undefined ? fabric?.freshness : snapshotFreshness(replica.follower, replicas);
  return freshness === undefined ? {} : { freshness };
}

function tell({ request, decision }: DecidedRequest, feed: EventFeed, shadows: Shadows): void {
  const { tenant } = request.principal;
  const { service, model } = decision.kind === "chosen" ? decision.outcome.selected : { service: null, model: null };
  const outcome = decision.kind === "chosen" ? { outcome: "chosen", service, model } : { outcome: "refused", code: decision.code };
  feed.publish({ kind: "decision", tenant, details: { decision_id: decision.decisionId, tenant, ...outcome } });
  shadows.served(request.document, tenant, decision);
}

/** The version of this package, as `/api/v1/version` says it. */
export const GATEWAY_VERSION = "0.1.0";

/** @throws CaioError `NotFound` for a service that the caller's view does not hold */
export function unknownService(serviceId: string): CaioError<"UnknownService"> {
  return new CaioError("UnknownService", `No service ${serviceId}. List them: GET /api/v1/services`, { details: { service: serviceId } });
}
