import { ContractParser, parsePrincipal, type Principal } from "@caio/contracts";
import { ControlIntegrator, encodeContract, HashingEncoder } from "@caio/control";
import { sha256Hex, type JsonObject } from "@caio/core";
import { caioPlan, HistorySnapshot, parsePlanDocument, PolicySnapshot, readPlanLog, stampPlan, stepDocuments, type DecidedPlan, type DecisionInputs, type PlanDocument } from "@caio/orchestrator";
import { RegistrySnapshot, type RegistryEdit } from "@caio/registry";
import { parsePolicySet } from "@caio/rules";
import { detectSensitivity } from "@caio/security";
import { CheckpointSigner, InMemoryCheckpointStore, InMemoryTraceStore, KeyRing, openCheckpoint, TraceabilitySystem, type PlanBundleLog } from "@caio/traceability";

import type { Dice } from "./dice.ts";

const NOW = 1_764_000_000_000;
const encoder = new HashingEncoder();
const control = new ControlIntegrator({ encoder });

export const planner: Principal = parsePrincipal('{ "subject": "alice", "issuer": "local", "tenant": "acme", "permissions": [], "trust": 5, "evidence": { "method": "local" } }');

/** Far above what any pair costs and takes, so that quality decides a step by itself. */
const LOOSE: JsonObject = { budget: "1", currency: "USD", latency_ms: 100_000 };

/** How large a world is made, and how tight the plan's limits are in it. */
export interface PlanShape {
  /** JSON of the plan: step names s0, s1, … */
  readonly plan: PlanDocument["plan"];
  readonly steps: number;
  /** Services that offer each step's capability. */
  readonly candidates: number;
  /** Which limits the plan has. */
  readonly limits: readonly ("budget" | "latency" | "availability" | "accuracy")[];
  /** 0 … 100: how far each limit is from the tightest that a plan can keep to the loosest that binds. */
  readonly ease: number;
}

/** A world in which a plan is chosen: contracts that trade quality for price and time, and the plan's document. */
export interface PlanWorld {
  readonly document: PlanDocument;
  readonly inputs: DecisionInputs;
}

/** Random contracts, and random limits. */
export function planWorld(shape: PlanShape, dice: Dice): PlanWorld {
  return { inputs: planInputs(shape, dice), document: planDocument(shape, dice) };
}

/** Random contracts, where what is better costs more and takes longer, mostly. */
export function planInputs({ steps, candidates }: Pick<PlanShape, "steps" | "candidates">, dice: Dice): DecisionInputs {
  const contracts = Array.from({ length: steps }, (_, step) => Array.from({ length: candidates }, (_unused, place) => contractOf(step, place, dice))).flat();
  const edits = contracts.map((document): RegistryEdit => {
    const contract = new ContractParser().parse(JSON.stringify(document), { file: "contract.json" });
    return { kind: "register", contract, encoding: encodeContract(contract, encoder), encoderId: encoder.id };
  });
  const view = RegistrySnapshot.empty.apply(edits).view(planner.tenant);
  const policy = parsePolicySet("caio_policy: 1\nid: house\nweights: { model: 4 }\n", { file: "house.yaml" });
  return {
    registry: { view, logIndex: null },
    policy: { snapshot: new PolicySnapshot(1, policy), logIndex: null },
    history: { snapshot: HistorySnapshot.of({ version: 0, leaves: [] }), logIndex: null },
  };
}

function contractOf(step: number, place: number, dice: Dice): JsonObject {
  const quality = dice.integer(0, 1000);
  const noise = (): number => 0.6 + dice.integer(0, 800) / 1000;
  const typical = Math.round((40 + quality * 0.4) * noise());
  return {
    service_id: `s${String(step)}-${String(place)}`,
    version: "1.0.0",
    capabilities: [{ type: `work.step${String(step)}` }],
    guarantees: {
      p95_latency_ms: typical,
      p99_latency_ms: Math.round(typical * 1.5),
      ...(dice.integer(0, 1) === 0 ? { p999_latency_ms: Math.round(typical * 2.5) } : {}),
      availability: `0.99${String(dice.integer(50, 99))}`,
      accuracy: `0.${String(900 + Math.floor(quality / 11))}`,
    },
    cost: { model: "per_request", base_cost: `0.00${String(Math.round((100 + quality * 4) * noise())).padStart(4, "0")}`, currency: "USD" },
    models: [{ id: "m", competence: `0.${String(Math.min(999, Math.round(quality * 0.8 + dice.integer(0, 200)))).padStart(3, "0")}` }],
    privacy: { data_locality: "local", encryption: true, encryption_type: "end_to_end", data_retention: "none", regions: ["eu"] },
    alignment: { safety_level: "high", content_filtering: true },
    access: { public: true },
    api: { protocol: "http", base_url: "http://127.0.0.1:9", endpoints: [{ path: "/do", method: "POST" }] },
  };
}

/** A plan with random limits, about as tight as the shape says. */
export function planDocument({ plan, steps, limits, ease }: PlanShape, dice: Dice): PlanDocument {
  const part = (low: number, high: number): number => low + ((high - low) * ease) / 100;
  const wide = (): number => 0.85 + dice.integer(0, 300) / 1000;
  const budget = Math.round(steps * part(150, 2000) * wide());
  const latency = Math.round((isSeq(plan) ? steps : 2) * part(110, 500) * wide());
  return parsePlanDocument({
    caio_plan: 1,
    plan: plan as JsonObject,
    limits: {
      ...(limits.includes("budget") ? { budget: `0.0${String(budget).padStart(5, "0")}`, currency: "USD" } : {}),
      ...(limits.includes("latency") ? { latency_ms: latency, latency_coverage: "0.95" } : {}),
    },
    guarantees: {
      ...(limits.includes("availability") ? { availability: `0.9${String(Math.round(90 - part(0, 40)))}` } : {}),
      ...(limits.includes("accuracy") ? { accuracy: `0.${String(Math.round(Math.max(100, 990 - steps * part(25, 80))))}` } : {}),
    },
    steps: Object.fromEntries(Array.from({ length: steps }, (_, step) => [`s${String(step)}`, { caio_request: 1, intent: { text: `Do step ${String(step)}.` }, limits: LOOSE, requirements: [`work.step${String(step)}`] }])),
  });
}

function isSeq(plan: PlanDocument["plan"]): boolean {
  return typeof plan !== "string" && "seq" in plan;
}

/** Stamps and decides the plan of a world, without a log. */
export async function decidedPlan({ document, inputs }: PlanWorld, label: string): Promise<DecidedPlan> {
  const readings = await Promise.all(stepDocuments(document).map(async (step) => ({ document: step, detected: detectSensitivity([step.intent.text ?? null]), fields: await control.readFields(step) })));
  const request = stampPlan(document, { planKey: sha256Hex(label), testKey: true, now: NOW, principal: planner, readings });
  return { request, inputs, decision: caioPlan(request, inputs) };
}

/** The plan in a log of its own, under a signed checkpoint: what a bundle holds. */
export async function loggedPlan(world: PlanWorld, label: string, keys: KeyRing): Promise<DecidedPlan & { readonly log: PlanBundleLog }> {
  const traces = await TraceabilitySystem.open(new InMemoryTraceStore());
  const { registry, policy, history } = world.inputs;
  const ofRegistry = await traces.appendVersion("registry", planner.tenant, { version: registry.view.epoch, digest: registry.view.root });
  const ofPolicy = await traces.appendVersion("policy", null, { version: policy.snapshot.version, digest: policy.snapshot.digest });
  const ofHistory = await traces.appendVersion("history", null, { version: history.snapshot.version, digest: history.snapshot.root });
  const inputs: DecisionInputs = {
    registry: { ...registry, logIndex: ofRegistry.logIndex },
    policy: { ...policy, logIndex: ofPolicy.logIndex },
    history: { ...history, logIndex: ofHistory.logIndex },
  };
  const decided = await decidedPlan({ document: world.document, inputs }, label);
  const { decision } = decided;
  const steps = await Promise.all(decision.steps.map((step) => traces.appendDecision(planner.tenant, step.trace, step.sealed)));
  const plan = await traces.appendDecision(planner.tenant, decision.trace, decision.sealed);
  const signer = await CheckpointSigner.open({ log: traces, keys, store: new InMemoryCheckpointStore(), intervalMs: 0 });
  const { note } = await signer.sign(NOW);
  const { size } = openCheckpoint(note, keys.verifiers);
  const log = await readPlanLog(traces, { planIndex: plan.logIndex, stepIndices: steps.map(({ logIndex }) => logIndex), inputs: decision.certificate.inputs, checkpoint: { note, size } });
  return { ...decided, log };
}
