import type { Candidate, Plan, Principal, PropertyDefinition, RequestDocument } from "@caio/contracts";
import { CaioError, isCaioError, type Digest, type JsonValue } from "@caio/core";
import { composeGuarantees, fallback, leafOf, par, seq, type ComposedPromise, type Composition, type CompositionTerms } from "@caio/guarantees";

import { childKey, identityOf } from "../identity.ts";
import type { Attempt, Orchestration } from "../execution/orchestration.ts";
import type { Orchestrator } from "../execution/orchestrator.ts";
import type { PlanDecision } from "./caio-plan.ts";
import { runChosenPlans } from "./chosen-plan-run.ts";
import { isLimited, stepNames, type PlanDocument } from "./plan-document.ts";
import { resolvePayload } from "./plan-input.ts";

/** How a step of a plan ended; `skipped` if a step before it gave no result, or its payload could not be made. */
export type StepResult = Orchestration | { readonly kind: "skipped"; readonly error: CaioError };

/** How a plan ended, step by step, and what the steps promise together. */
export interface PlanOrchestration {
  /** `refused`: no plan keeps the limits, and nothing was executed. */
  readonly kind: "success" | "failed" | "refused";
  readonly planId: Digest;
  readonly steps: ReadonlyMap<string, StepResult>;
  /** Of a plan with limits or guarantees: the plans chosen, one after another where a step failed. Else none. */
  readonly plans: readonly PlanDecision[];
  /** γ of the plan, composed from the steps' decisions (calculus §7); null unless every step succeeded. */
  readonly promise: ComposedPromise | null;
}

export interface PlanOptions {
  /** A fresh key of the plan: its steps' keys are derived from it. */
  readonly planKey: Digest;
  readonly testKey: boolean;
  readonly independent: readonly (readonly string[])[];
  /** Properties that the plan's promise is composed of (`extendCatalogue`); absent: those that everyone knows. */
  readonly catalogue?: readonly PropertyDefinition[];
  readonly signal?: AbortSignal;
}

/** What is executed for one step, and under which key. */
export interface StepCall {
  readonly request: RequestDocument;
  readonly decisionKey: Digest;
  readonly parent: Digest;
  readonly contracts?: Readonly<Record<string, Digest>>;
}

/**
 * Executes a plan whose steps its caller fixed, `seq` in order, `par` beside each other. A plan without limits and guarantees of its own
 * is one decision a step, each when its turn comes, with the plan as parent; the n-th step in the order of the plan has the n-th child
 * key. One that has them is chosen at once before anything is executed (`Orchestrator.decidePlan`), and then each step is a decision
 * whose request asks for the pair that was chosen; where one fails, what remains is planned again without it.
 */
export async function orchestratePlan(
  orchestrator: Orchestrator,
  document: PlanDocument,
  principal: Principal,
  options: PlanOptions,
): Promise<PlanOrchestration> {
  const planId = identityOf(options.planKey).decisionId;
  const order = stepNames(document.plan);
  const run = new PlanRun(orchestrator, principal, options);
  let plans: readonly PlanDecision[] = [];
  if (isLimited(document)) plans = await runChosenPlans(orchestrator, document, principal, { ...options, run });
  else {
    await run.tree(document.plan, (name) => {
      const request = document.steps[name];
      if (request === undefined) throw new CaioError("InvalidPlan", `The plan names step "${name}", which has no request.`);
      return { request, decisionKey: childKey(options.planKey, order.indexOf(name) + 1), parent: planId };
    });
  }
  const complete = order.every((name) => run.outputs.has(name));
  const refused = plans.length === 1 && plans[0]?.outcome.kind === "refused";
  const steps = new Map(order.map((name) => [name, run.results.get(name) ?? { kind: "skipped" as const, error: notReached(name) }]));
  const promise = complete ? composeGuarantees(compositionOf(document.plan, run), compositionTerms(options)) : null;
  return { kind: complete ? "success" : refused ? "refused" : "failed", planId, steps, plans, promise };
}

/** What a promise of several calls is composed under. */
export function compositionTerms({ independent, catalogue }: Pick<PlanOptions, "independent" | "catalogue">): CompositionTerms {
  return { independent, ...(catalogue === undefined ? {} : { catalogue }) };
}

/** The steps of a plan as they are executed. */
export class PlanRun {
  readonly results = new Map<string, StepResult>();
  readonly outputs = new Map<string, JsonValue>();
  /** All that were made for a step, also under a plan that was given up. */
  readonly attempts = new Map<string, readonly Attempt[]>();
  readonly #orchestrator: Orchestrator;
  readonly #principal: Principal;
  readonly #options: PlanOptions;

  constructor(orchestrator: Orchestrator, principal: Principal, options: PlanOptions) {
    this.#orchestrator = orchestrator;
    this.#principal = principal;
    this.#options = options;
  }

  /** True if every step of this part gave a result; a seq stops at the first that does not. */
  async tree(plan: Plan, callOf: (name: string) => StepCall): Promise<boolean> {
    if (typeof plan === "string") return this.#step(plan, callOf(plan));
    if ("par" in plan) return (await Promise.all(plan.par.map((part) => this.tree(part, callOf)))).every(Boolean);
    for (const part of plan.seq) if (!(await this.tree(part, callOf))) return false;
    return true;
  }

  async #step(name: string, { request, decisionKey, parent, contracts }: StepCall): Promise<boolean> {
    const { testKey, signal } = this.#options;
    const excluded: readonly Candidate[] = [];
    try {
      const payload = resolvePayload(request.data.payload ?? null, this.outputs);
      const filled = { ...request, data: { ...request.data, payload } };
      const place = { decisionKey, testKey, parent, excluded };
      const result = await this.#orchestrator.orchestrateAt(filled, this.#principal, place, { signal, ...(contracts === undefined ? {} : { contracts }) });
      this.results.set(name, result);
      this.attempts.set(name, [...(this.attempts.get(name) ?? []), ...result.attempts]);
      if (result.kind === "success") this.outputs.set(name, result.output);
      return result.kind === "success";
    } catch (error) {
      if (!isCaioError(error)) throw error;
      this.results.set(name, { kind: "skipped", error });
      return false;
    }
  }
}

/** What the chosen services promise together. */
function compositionOf(plan: Plan, run: PlanRun): Composition {
  if (typeof plan !== "string") {
    const parts = ("seq" in plan ? plan.seq : plan.par).map((part) => compositionOf(part, run));
    return "seq" in plan ? seq(...parts) : par(...parts);
  }
  const attempts = run.attempts.get(plan) ?? [];
  return fallback(
    ...attempts.map(({ decision, contract, timeoutUs }) =>
      leafOf(contract, decision.outcome.selected.model, { timeoutUs, costMicros: decision.outcome.promise.perCall.costCapMicros }),
    ),
  );
}

function notReached(name: string): CaioError<"InvalidPlan"> {
  return new CaioError("InvalidPlan", `Step "${name}" was not reached: a step before it gave no result.`, { details: { step: name } });
}
