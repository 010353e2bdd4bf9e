import { compareCandidates, type Candidate, type Principal, type PropertyDefinition, type RequestDocument } from "@caio/contracts";
import { canonicalJson, CaioError, isCaioError, type Digest, type JsonValue } from "@caio/core";
import { checked, composeGuarantees, fallback, leafOf, type ComposedPromise, type Composition } from "@caio/guarantees";

import { spentMicros } from "../execution/attempt/remaining-limits.ts";
import type { Orchestration, Succeeded } from "../execution/orchestration.ts";
import type { Orchestrator } from "../execution/orchestrator.ts";
import { childKey, identityOf } from "../identity.ts";
import { resolvePayload } from "../plan/plan-input.ts";
import { compositionTerms } from "../plan/plan-orchestration.ts";
import type { CascadeDocument } from "./cascade-document.ts";

/** The parts of a cascade in the order of their keys. */
const parts = ["try", "verify", "escalate"] as const;
export type CascadePart = (typeof parts)[number];

/** Why the stronger service was asked. */
export type EscalationReason = "try_failed" | "verifier_failed" | "turned_away";

/** How a cascade ended. */
export interface CascadeOrchestration {
  readonly kind: "success" | "failed";
  /** Parent of every decision that was made for it. */
  readonly cascadeId: Digest;
  /** Whose answer `output` is; null where nobody's is. */
  readonly answeredBy: "try" | "escalate" | null;
  readonly output: JsonValue;
  readonly escalation: EscalationReason | null;
  /** The parts that were run; those that were not have no decision. */
  readonly steps: ReadonlyMap<CascadePart, Orchestration>;
  /** A part that could not be asked: its payload refers to a place that the answer does not have. */
  readonly faults: ReadonlyMap<CascadePart, CaioError>;
  /** What all calls cost together, the verifier's too; micro-units of the policy's currency. */
  readonly spentMicros: number;
  /** γ of the parts that answered, by the algebra (calculus §7); null where nobody's answer is given. */
  readonly promise: ComposedPromise | null;
}

export interface CascadeOptions {
  /** A fresh key of the cascade: its parts' keys are derived from it. */
  readonly cascadeKey: Digest;
  readonly testKey: boolean;
  /** Currency of the cascade's budget, which is that of the base policy. */
  readonly currency: string;
  readonly independent: readonly (readonly string[])[];
  /** Properties that the promise is composed of (`extendCatalogue`); absent: those that everyone knows. */
  readonly catalogue?: readonly PropertyDefinition[];
  readonly signal?: AbortSignal;
}

/**
 * Asks cheaply, checks, and escalates: three requests, each a decision of its own with the cascade as parent, the log entry and the certificate that
 * any decision has. An answer is given only if the verifier answered and passed it; whatever goes wrong before that, a verifier
 * without a verdict too, escalates. The pairs whose answer did not do are not asked again. What is spent is taken off the budget of what follows.
 */
export async function orchestrateCascade(orchestrator: Orchestrator, document: CascadeDocument, principal: Principal, options: CascadeOptions): Promise<CascadeOrchestration> {
  const run = new CascadeRun(orchestrator, document, principal, options);
  const answer = await run.step("try");
  let escalation: EscalationReason = "try_failed";
  if (answer !== undefined) {
    const verdict = await run.step("verify", answer.output);
    if (verdict !== undefined && passes(document, verdict.output)) return run.ended("try", answer.output, null, checked(planOf(answer), planOf(verdict)));
    escalation = verdict === undefined ? "verifier_failed" : "turned_away";
  }
  const stronger = await run.step("escalate", answer?.output);
  return stronger === undefined ? run.ended(null, null, escalation) : run.ended("escalate", stronger.output, escalation, run.plan());
}

class CascadeRun {
  readonly #orchestrator: Orchestrator;
  readonly #document: CascadeDocument;
  readonly #principal: Principal;
  readonly #options: CascadeOptions;
  readonly #id: Digest;
  readonly #steps = new Map<CascadePart, Orchestration>();
  readonly #faults = new Map<CascadePart, CaioError>();

  constructor(orchestrator: Orchestrator, document: CascadeDocument, principal: Principal, options: CascadeOptions) {
    [this.#orchestrator, this.#document, this.#principal, this.#options] = [orchestrator, document, principal, options];
    this.#id = identityOf(options.cascadeKey).decisionId;
  }

  /** The result of a part, or undefined if it gave none. */
  async step(part: CascadePart, answer?: JsonValue): Promise<Succeeded | undefined> {
    const { cascadeKey, testKey, signal } = this.#options;
    const excluded = part === "escalate" ? pairsOf(this.#steps.get("try")) : [];
    const place = { decisionKey: childKey(cascadeKey, parts.indexOf(part) + 1), testKey, parent: this.#id, excluded };
    const request = this.#filled(part, answer);
    if (request === undefined) return undefined;
    const result = await this.#orchestrator.orchestrateAt(request, this.#principal, place, { signal });
    this.#steps.set(part, result);
    return result.kind === "success" ? result : undefined;
  }

  ended(answeredBy: CascadeOrchestration["answeredBy"], output: JsonValue, escalation: EscalationReason | null, plan?: Composition): CascadeOrchestration {
    const promise = plan === undefined ? null : composeGuarantees(plan, compositionTerms(this.#options));
    return {
      ...{ kind: answeredBy === null ? "failed" : "success", cascadeId: this.#id, answeredBy, output, escalation, promise },
      ...{ steps: this.#steps, faults: this.#faults, spentMicros: this.#spent() },
    };
  }

  /** fallback(checked(try, verify), escalate); without a call of the verifier no answer could have been given but the last. */
  plan(): Composition {
    const [answer, verdict, stronger] = parts.map((part) => planOfCalls(this.#steps.get(part)));
    const first = answer !== undefined && verdict !== undefined ? checked(answer, verdict) : undefined;
    return fallback(...[first, stronger].filter((plan) => plan !== undefined));
  }

  #filled(part: CascadePart, answer: JsonValue | undefined): RequestDocument | undefined {
    const request = this.#document[part];
    try {
      const outputs = new Map<string, JsonValue>(answer === undefined ? [] : [["try", answer]]);
      const payload = resolvePayload(request.data.payload ?? null, outputs);
      return this.#limited({ ...request, data: { ...request.data, payload } });
    } catch (error) {
      if (!isCaioError(error, "InvalidPlan")) throw error;
      this.#faults.set(part, error);
      return undefined;
    }
  }

  /** What is left of the budget for all, where the request's own is not smaller. */
  #limited(request: RequestDocument): RequestDocument {
    const { budgetMicros } = this.#document;
    if (budgetMicros === undefined) return request;
    const { currency } = this.#options;
    const own = request.limits.budgetMicros;
    if (own !== undefined && request.limits.currency !== undefined && request.limits.currency !== currency) {
      const message = `A request of the cascade has its budget in ${request.limits.currency}, expected ${currency}, in which the budget for all of it is.`;
      throw new CaioError("InvalidPlan", message, { details: { found: request.limits.currency, expected: currency } });
    }
    const left = Math.max(0, budgetMicros - this.#spent());
    return { ...request, limits: { ...request.limits, budgetMicros: Math.min(own ?? left, left), currency } };
  }

  #spent(): number {
    let total = 0;
    for (const { attempts } of this.#steps.values()) for (const attempt of attempts) total += spentMicros(attempt);
    return total;
  }
}

function passes({ accept }: CascadeDocument, verdict: JsonValue): boolean {
  try {
    const found = resolvePayload({ $from: "verify", pointer: accept.pointer }, new Map([["verify", verdict]]));
    return canonicalJson(found) === canonicalJson(accept.equals);
  } catch (error) {
    // A verdict that is not where it should be is none.
    if (isCaioError(error, "InvalidPlan")) return false;
    throw error;
  }
}

function pairsOf(step: Orchestration | undefined): readonly Candidate[] {
  const pairs = (step?.attempts ?? []).map(({ decision }) => ({ service: decision.outcome.selected.service, model: decision.outcome.selected.model }));
  return pairs.sort(compareCandidates);
}

function planOfCalls(step: Orchestration | undefined): Composition | undefined {
  return step === undefined || step.attempts.length === 0 ? undefined : planOf(step);
}

function planOf({ attempts }: Orchestration): Composition {
  return fallback(
    ...attempts.map(({ decision, contract, timeoutUs }) =>
      leafOf(contract, decision.outcome.selected.model, { timeoutUs, costMicros: decision.outcome.promise.perCall.costCapMicros }),
    ),
  );
}
