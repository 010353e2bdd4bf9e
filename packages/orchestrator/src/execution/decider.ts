import type { Principal, Request, RequestDocument } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";

import { openingOfDecision } from "../bundle/opening.ts";
import type { RoutingDecision } from "../decision.ts";
import { dated, type DecisionInputs } from "../inputs/decision-inputs.ts";
import type { HistorySnapshot } from "../inputs/history-snapshot.ts";
import type { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import { caioPlan } from "../plan/caio-plan.ts";
import type { PlanDocument } from "../plan/plan-document.ts";
import { stampPlan, stepDocuments, type PlanPlace, type StepReading } from "../plan/stamped-plan.ts";
import { caioRoute } from "../route.ts";
import { affordable, affordablePlan } from "./affordable.ts";
import { DEFAULT_DEADLINE_US } from "./attempt/attempt-timeout.ts";
import type { DecidedPlan, DecidedRequest, Place } from "./decided-request.ts";
import type { OrchestratorPorts } from "./orchestrator-ports.ts";
import type { OutcomeRecorder } from "./outcome-recorder.ts";
import { withPatience } from "./patience.ts";
import { stampRequest } from "./stamp.ts";

/**
 * Steps 0 to 9 with their doors: reads what a request brings, takes the newest R, P and H, decides, and has the decision in the log before
 * anybody acts on it (calculus §1, certificate §7).
 */
export class Decider {
  readonly #ports: OrchestratorPorts;
  readonly #recorder: Pick<OutcomeRecorder, "bring" | "history">;
  #policies: PolicySnapshot;

  constructor(ports: OrchestratorPorts, policies: PolicySnapshot, recorder: Pick<OutcomeRecorder, "bring" | "history">) {
    this.#ports = ports;
    this.#policies = policies;
    this.#recorder = recorder;
  }

  /** The policies of the decisions from now on. @throws CaioError `InvalidPolicy` unless a change has a greater version. */
  usePolicies(policies: PolicySnapshot): void {
    const { version, digest } = this.#policies;
    if (policies.version < version || (policies.version === version && policies.digest !== digest)) {
      throw new CaioError(
        "InvalidPolicy",
        `Found policy version ${String(policies.version)} after ${String(version)}. Number every change: use ${String(version + 1)}.`,
        { details: { found: policies.version, expected: version + 1 } },
      );
    }
    this.#policies = policies;
  }

  /** Decides and logs. @throws CaioError `UnknownPolicy` */
  async decide(
    asked: RequestDocument,
    principal: Principal,
    place: Place,
    signal: AbortSignal | undefined,
  ): Promise<DecidedRequest> {
    const { clock, door, spending } = this.#ports;
    const { parent, excluded, decisionKey, testKey, again } = place;
    const { detected, fields } = await this.#read(asked, { again, tenant: principal.tenant }, signal);
    const remaining = await spending?.remaining?.(principal, door.now());
    const history = await this.#recorder.history();
    const document = remaining === undefined ? asked : affordable(asked, this.#policies.effective(asked.policies).set, remaining);
    this.#recorder.bring();
    // From here to the append nothing waits: no newer version gets between a decision and the versions it names.
    const inputs = this.#inputs(principal.tenant, history);
    const request = stampRequest(document, {
      ...{ now: door.now(), decisionKey, testKey, principal, detected, fields },
      ...(parent === undefined ? {} : { lineage: { parent, excluded } }),
    });
    const beforeUs = clock.nowUs();
    const decision = caioRoute(request, inputs);
    const logged = this.#logDecision(request, decision);
    const decidingUs = clock.nowUs() - beforeUs;
    // Before execution: what is done was logged first (certificate §7).
    await logged;
    const decided = { request, inputs, decision };
    this.#ports.onDecided?.(decided, decidingUs);
    return decided;
  }

  /** What is found in a request before it is decided. */
  async #read(asked: RequestDocument, asker: { readonly again: Place["again"]; readonly tenant: string }, signal: AbortSignal | undefined): Promise<Omit<StepReading, "document">> {
    const { control, clock, detect, defaultDeadlineUs } = this.#ports;
    const detected = detect(inspected(asked));
    const limitUs = asked.limits.deadlineUs ?? defaultDeadlineUs ?? DEFAULT_DEADLINE_US;
    return { detected, fields: await withPatience(control.readFields(asked, asker), "Reading the intent field", { clock, limitUs, signal }) };
  }

  /** The steps before the plan that names them. */
  async #logPlan({ request, inputs, decision }: DecidedPlan, tenant: string, decidingUs: number): Promise<void> {
    const logged = request.steps.flatMap((step, at) => {
      const made = decision.steps[at];
      return made === undefined ? [] : [{ request: step, inputs, decision: made }];
    });
    if (this.#ports.unrecorded !== true) {
      const { traces } = this.#ports;
      const appends = logged.map((each) => this.#logDecision(each.request, each.decision));
      await Promise.all([...appends, traces.appendDecision(tenant, decision.trace, decision.sealed, decision.opening)]);
    }
    for (const each of logged) this.#ports.onDecided?.(each, decidingUs);
  }

  async #logDecision(request: Request, decision: RoutingDecision): Promise<void> {
    if (this.#ports.unrecorded === true) return;
    await this.#ports.traces.appendDecision(request.principal.tenant, decision.trace, decision.sealed, openingOfDecision(request, decision.kind, this.#ports.successesWait));
  }

  /** The newest R, P and H, each in the log before a decision that names it. */
  #inputs(tenant: string, history: HistorySnapshot): DecisionInputs {
    const { traces, registry } = this.#ports;
    const policies = this.#policies;
    const view = registry.snapshot().view(tenant);
    const freshness = this.#ports.freshness?.();
    if (this.#ports.unrecorded === true) {
      return dated({ registry: { view, logIndex: null }, policy: { snapshot: policies, logIndex: null }, history: { snapshot: history, logIndex: null } }, freshness);
    }
    const ofRegistry = traces.linkVersion("registry", tenant, { version: view.epoch, digest: view.root });
    const ofPolicy = traces.linkVersion("policy", null, { version: policies.version, digest: policies.digest });
    const ofHistory = traces.linkVersion("history", null, { version: history.version, digest: history.root });
    const inputs: DecisionInputs = {
      registry: { view, logIndex: ofRegistry.logIndex },
      policy: { snapshot: policies, logIndex: ofPolicy.logIndex },
      history: { snapshot: history, logIndex: ofHistory.logIndex },
    };
    return dated(inputs, freshness);
  }

  /**
   * Chooses the pairs of all steps of a plan at once and logs it: the decisions of the steps, then the plan that names them. Nothing is
   * executed (`orchestratePlan`).
   *
   * @throws CaioError `UnknownPolicy`, and as `caioPlan`
   */
  async decidePlan(document: PlanDocument, principal: Principal, place: PlanPlace, signal?: AbortSignal): Promise<DecidedPlan> {
    const { door, spending } = this.#ports;
    const readings = await Promise.all(stepDocuments(document).map(async (step) => ({ document: step, ...(await this.#read(step, { again: undefined, tenant: principal.tenant }, signal)) })));
    const remaining = await spending?.remaining?.(principal, door.now());
    const history = await this.#recorder.history();
    const base = this.#policies.base;
    const asked = remaining === undefined ? document : affordablePlan(document, base, remaining);
    this.#recorder.bring();
    // As in one decision, nothing waits from here to the appends.
    const inputs = this.#inputs(principal.tenant, history);
    const request = stampPlan(asked, { ...place, now: door.now(), principal, readings });
    const beforeUs = this.#ports.clock.nowUs();
    const decision = caioPlan(request, inputs);
    const decided = { request, inputs, decision };
    await this.#logPlan(decided, principal.tenant, this.#ports.clock.nowUs() - beforeUs);
    return decided;
  }
}

/** What detectors look at: all that the caller wrote. */
function inspected({ intent, context, data }: RequestDocument): JsonValue {
  return [intent.text ?? null, context.map(({ text }) => text), data.payload ?? null];
}
