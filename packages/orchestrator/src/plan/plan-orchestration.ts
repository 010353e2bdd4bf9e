import type { Plan, Principal } from "@caio/contracts";
import { CaioError, isCaioError, type Digest, type JsonValue } from "@caio/core";
import { composeGuarantees, fallback, leafOf, par, seq, type ComposedPromise, type Composition } from "@caio/guarantees";

import { childKey, identityOf } from "../identity.ts";
import type { Orchestration } from "../execution/orchestration.ts";
import type { Orchestrator } from "../execution/orchestrator.ts";
import { stepNames, type PlanDocument } from "./plan-document.ts";
import { resolvePayload } from "./plan-input.ts";

/** How a step of a plan ended; `skipped` if a step before it gave no result, or its payload could not be made. */
export type StepResult = Orchestration | { readonly kind: "skipped"; readonly error: CaioError };

/** How a plan ended, step by step, and what the steps promise together. */
export interface PlanOrchestration {
  readonly kind: "success" | "failed";
  readonly planId: Digest;
  readonly steps: ReadonlyMap<string, StepResult>;
  /** γ of the plan, composed from the steps' decisions (calculus §7); null unless every step succeeded. */
  readonly promise: ComposedPromise | null;
}

export interface PlanOptions {
  /** A fresh key of the plan: its steps' keys are derived from it. */
  readonly planKey: Digest;
  readonly testKey: boolean;
  readonly independent: readonly (readonly string[])[];
  readonly signal?: AbortSignal;
}

/**
 * Executes a plan whose steps its caller fixed: one decision each, with the plan as parent; `seq` in order, `par` beside each
 * other. The n-th step in the order of the plan has the n-th child key.
 */
export async function orchestratePlan(
  orchestrator: Orchestrator,
  document: PlanDocument,
  principal: Principal,
  options: PlanOptions,
): Promise<PlanOrchestration> {
  const planId = identityOf(options.planKey).decisionId;
  const order = stepNames(document.plan);
  const steps = new Map<string, StepResult>();
  const outputs = new Map<string, JsonValue>();

  const runStep = async (name: string): Promise<boolean> => {
    const request = document.steps[name];
    if (request === undefined) throw new CaioError("InvalidPlan", `The plan names step "${name}", which has no request.`);
    const place = {
      decisionKey: childKey(options.planKey, order.indexOf(name) + 1),
      testKey: options.testKey,
      parent: planId,
      excluded: [],
    };
    try {
      const payload = resolvePayload(request.data.payload ?? null, outputs);
      const filled = { ...request, data: { ...request.data, payload } };
      const result = await orchestrator.orchestrateAt(filled, principal, place, { signal: options.signal });
      steps.set(name, result);
      if (result.kind === "success") outputs.set(name, result.output);
      return result.kind === "success";
    } catch (error) {
      if (!isCaioError(error)) throw error;
      steps.set(name, { kind: "skipped", error });
      return false;
    }
  };

  const run = async (plan: Plan): Promise<boolean> => {
    if (typeof plan === "string") return runStep(plan);
    if ("par" in plan) return (await Promise.all(plan.par.map(run))).every(Boolean);
    for (const part of plan.seq) if (!(await run(part))) return false;
    return true;
  };

  const complete = await run(document.plan);
  for (const name of order) if (!steps.has(name)) steps.set(name, { kind: "skipped", error: notReached(name) });
  const promise = complete ? composedPromise(document.plan, steps, options) : null;
  return { kind: complete ? "success" : "failed", planId, steps, promise };
}

/** What the chosen services promise together. */
function composedPromise(
  plan: Plan,
  steps: ReadonlyMap<string, StepResult>,
  options: PlanOptions,
): ComposedPromise {
  return composeGuarantees(compositionOf(plan, steps), { independent: options.independent });
}

function compositionOf(plan: Plan, steps: ReadonlyMap<string, StepResult>): Composition {
  if (typeof plan !== "string") {
    const parts = ("seq" in plan ? plan.seq : plan.par).map((part) => compositionOf(part, steps));
    return "seq" in plan ? seq(...parts) : par(...parts);
  }
  const step = steps.get(plan);
  if (step?.kind !== "success") throw new CaioError("InvalidPlan", `Step "${plan}" gave no result, so the plan promises nothing.`);
  const attempts = step.attempts.map(({ decision, contract, timeoutUs }) =>
    leafOf(contract, decision.outcome.selected.model, {
      timeoutUs,
      costMicros: decision.outcome.promise.perCall.costCapMicros,
    }),
  );
  return fallback(...attempts);
}

function notReached(name: string): CaioError<"InvalidPlan"> {
  return new CaioError("InvalidPlan", `Step "${name}" was not reached: a step before it gave no result.`, { details: { step: name } });
}
