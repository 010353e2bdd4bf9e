import type { Candidate, Outcome, Principal, Request, RequestDocument, ServiceContract } from "@caio/contracts";
import { claimsOf } from "@caio/control";
import { CaioError, type Digest, type JsonValue } from "@caio/core";
import { abandonable, type Abandonable } from "@caio/guarantees";
import type { FeedbackBody, LogReceipt } from "@caio/traceability";

import { openingOfDecision } from "../bundle/opening.ts";
import type { ChosenDecision, RoutingDecision } from "../decision.ts";
import { dated, type DecisionInputs } from "../inputs/decision-inputs.ts";
import type { HistorySnapshot } from "../inputs/history-snapshot.ts";
import type { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import { caioPlan, type PlanDecision } from "../plan/caio-plan.ts";
import type { PlanDocument } from "../plan/plan-document.ts";
import type { PlanRequest } from "../plan/plan-request.ts";
import { stampPlan, stepDocuments, type PlanPlace, type StepReading } from "../plan/stamped-plan.ts";
import { caioRoute } from "../route.ts";
import { DEFAULT_DEADLINE_US } from "./attempt/attempt-timeout.ts";
import { affordable, affordablePlan } from "./affordable.ts";
import { HistoryKeeper } from "./history-keeper.ts";
import { learnedFields, outcomeFields, type LearnedFields, type LearningRecord } from "./learning-record.ts";
import type { Attempt, Orchestration, OrchestrationEvent } from "./orchestration.ts";
import type { OrchestratorPorts } from "./orchestrator-ports.ts";
import { OutcomesBehind } from "./outcomes-behind.ts";
import { outcomeRecord, unexecutedRecord } from "./outcome-record.ts";
import { withPatience } from "./patience.ts";
import { runRequest, type RequestRun } from "./run-request.ts";
import { stampRequest } from "./stamp.ts";
import { outcomeOfEntry, pairOf, type UnlearnedEntry } from "./unlearned-entry.ts";

/** A decision with everything it was made from: enough to make it again. */
export interface DecidedRequest {
  readonly request: Request;
  readonly inputs: DecisionInputs;
  readonly decision: RoutingDecision;
}

/** A plan that was decided, with everything it was made from. */
export interface DecidedPlan {
  readonly request: PlanRequest;
  readonly inputs: DecisionInputs;
  readonly decision: PlanDecision;
}

/** What a caller may choose about one request. */
export interface OrchestrateOptions {
  /** Aborted when the caller goes away: the call is cancelled and no fallback is tried. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of a fresh key; marks the decision as a test. */
  readonly testKey?: Digest;
  /** A reference to an approval that the caller was given; for the approver to judge. */
  readonly approval?: string | undefined;
  /**
   * The contracts that the request was made for, by service id: a decision for one of these services under another contract is not
   * executed (`ServiceUnavailable`, reason `contract_swapped`).
   */
  readonly contracts?: Readonly<Record<string, Digest>>;
}

/** Where a decision stands in a chain of fallbacks or among the steps of a plan. */
export interface Place {
  readonly decisionKey: Digest;
  readonly testKey: boolean;
  readonly parent: Digest | undefined;
  readonly excluded: readonly Candidate[];
  /** The request was decided before: what it says is not said anew. */
  readonly again?: boolean;
}

/**
 * Takes requests through the whole master equation: decide, log, execute under the promise, fall back by a new decision,
 * record the outcome, learn, send u to MAIA (calculus §1).
 *
 * A request in flight keeps the snapshots it was decided on; a hot swap or a new policy holds from the next decision on.
 */
export class Orchestrator {
  readonly #ports: OrchestratorPorts;
  readonly #history: HistoryKeeper;
  /** Outcomes on their way into the log. */
  readonly #recording = new Set<Promise<void>>();
  readonly #behind: OutcomesBehind;
  /** Decisions of requests that are being executed, or whose outcomes are not in the log yet. */
  readonly #underWay = new Set<Digest>();
  /** Requests that are being decided and executed, and who waits until there are none. */
  #running = 0;
  readonly #whenIdle = new Set<() => void>();
  #policies: PolicySnapshot;

  constructor(ports: OrchestratorPorts, policies: PolicySnapshot) {
    this.#ports = ports;
    this.#policies = policies;
    const { monitor, clock, learnEveryUs, online } = ports;
    this.#behind = new OutcomesBehind(clock);
    this.#history = new HistoryKeeper(ports.history, {
      ...{ learnEveryUs, online, nowUs: () => clock.nowUs() },
      healthOf: monitor === undefined ? undefined : (pair) => monitor.healthOf(pair),
      onFault: (fault) => ports.onFault?.("history", fault),
    });
  }

  /**
   * Asks the monitor for the health of pairs again, for the next version of H: a contract was swapped, an operator renewed it. Outcomes
   * do so by themselves.
   */
  remeasure(pairs: readonly Candidate[]): void {
    for (const pair of pairs) this.#history.remeasure(pair);
  }

  /** Of the clock that requests are timed by, microseconds. */
  nowUs(): number {
    return this.#ports.clock.nowUs();
  }

  /**
   * What contracts claim of themselves is what is expected of their pairs from the next version of H on, if values are learned online
   * (`OrchestratorPorts.online`): say it when a registry was opened and whenever it changed. The same claims again make no version.
   */
  expect(contracts: readonly ServiceContract[]): void {
    this.#history.claim(claimsOf(contracts, this.#ports.fitted));
  }

  /** Resolves when no request is being executed: those whose callers left may take a moment to end. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#whenIdle.add(resolve));
  }

  /** Resolves when every outcome of the requests that have ended by now is in the log, or could not be put there. */
  async settled(): Promise<void> {
    this.#behind.bring();
    await Promise.allSettled(this.#recording);
  }

  /** Learns from all that has ended: for an application that is about to stop. What is not in a version of H then is only in the log. */
  async learnNow(): Promise<void> {
    while (this.#recording.size > 0) await this.settled();
    await this.#history.flush();
  }

  /** Whether a request is under way that made this decision, or how its call ended is on its way into the log: what is said of it is too early. */
  isUnderWay(decisionId: Digest): boolean {
    return this.#underWay.has(decisionId);
  }

  /**
   * Logs what was said of a decision, and takes what it teaches into the next version of H.
   *
   * @param fields - that the decision was made on; without them nothing is learned
   * @throws what the log throws; then nothing is learned
   */
  async recordFeedback(tenant: string, body: FeedbackBody, fields: LearnedFields | undefined): Promise<LogReceipt> {
    const held = this.#hold();
    try {
      const receipt = await this.#ports.traces.appendFeedback(tenant, body);
      this.#noteFeedback(body, fields, receipt.logIndex);
      return receipt;
    } finally {
      held.release();
    }
  }

  /**
   * Takes entries of the log that no version has learned into the next one: those of a process that was killed, and those whose append was
   * said to have failed. Entries of which nothing can be learned are passed over.
   *
   * @param learningOf - what is kept of a decision (`learningRecord`), undefined if nothing is
   */
  async relearn(entries: readonly UnlearnedEntry[], learningOf: (decisionId: Digest) => Promise<LearningRecord | undefined>): Promise<void> {
    for (const { entry, logIndex } of entries) {
      const held = this.#history.hold(logIndex);
      try {
        const fields = await learningOf(entry.body.decisionId);
        if (fields === undefined) continue;
        if (entry.kind === "outcome") this.#history.note(outcomeOfEntry(entry.body), { ...learnedFields(fields), ...(fields.waits ? { waits: true } : {}) }, logIndex);
        else this.#noteFeedback(entry.body, fields, logIndex);
      } finally {
        held.release();
      }
    }
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

  /**
   * Decides and logs, but does not execute.
   *
   * @throws CaioError `UnknownPolicy`
   */
  decide(document: RequestDocument, principal: Principal, options: OrchestrateOptions = {}): Promise<DecidedRequest> {
    return this.#decide(document, principal, this.#first(options), options.signal);
  }

  /**
   * Decides and executes. A refusal, a broken guarantee and a failed service are values.
   *
   * @throws CaioError `UnknownPolicy`
   */
  orchestrate(document: RequestDocument, principal: Principal, options: OrchestrateOptions = {}): Promise<Orchestration> {
    return this.orchestrateAt(document, principal, this.#first(options), options);
  }

  /**
   * `orchestrate`, with the answer in parts as it is given. Before the first delta a failure is retried and then falls back, as
   * `orchestrate` does; after it the policy's `after_first_byte` says whether the request fails, `interrupted`, or the next service
   * goes on (`resumed`). The last event is `ended`; iteration never stops without it, unless it throws as `orchestrate` does.
   *
   * A caller who leaves (`return`, or `break` in a loop) aborts the service's call at once; the outcome is logged as `cancelled`.
   *
   * @throws CaioError `UnknownPolicy`
   *
   * @example
   * ```ts
   * import type { Principal, RequestDocument } from "@caio/contracts";
   * import type { Orchestrator } from "@caio/orchestrator";
   *
   * declare const orchestrator: Orchestrator;
   * declare const document: RequestDocument;
   * declare const principal: Principal;
   *
   * for await (const event of orchestrator.stream(document, principal)) {
   *   if (event.kind === "delta") console.log(event.value);
   *   if (event.kind === "ended") console.log(event.orchestration.kind);
   * }
   * ```
   */
  stream(document: RequestDocument, principal: Principal, options: OrchestrateOptions = {}): Abandonable<OrchestrationEvent, void> {
    const left = new AbortController();
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal]);
    return abandonable(this.#events(document, principal, { ...options, signal }, () => left.signal.aborted), () => {
      left.abort();
    });
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
    const history = await this.#history.current();
    const base = this.#policies.base;
    const asked = remaining === undefined ? document : affordablePlan(document, base, remaining);
    this.#behind.bring();
    // As in one decision, nothing waits from here to the appends.
    const inputs = this.#inputs(principal.tenant, history);
    const request = stampPlan(asked, { ...place, now: door.now(), principal, readings });
    const beforeUs = this.#ports.clock.nowUs();
    const decision = caioPlan(request, inputs);
    const decided = { request, inputs, decision };
    await this.#logPlan(decided, principal.tenant, this.#ports.clock.nowUs() - beforeUs);
    return decided;
  }

  /** `orchestrate` for a request that has a parent: a step of a plan. */
  async orchestrateAt(
    document: RequestDocument,
    principal: Principal,
    place: Place,
    options: Omit<OrchestrateOptions, "testKey">,
  ): Promise<Orchestration> {
    const made: Digest[] = [];
    const run = this.#run(document, principal, place, options, { streamed: false, made });
    this.#running += 1;
    try {
      for (;;) {
        const step = await run.next();
        if (step.done === true) return step.value;
      }
    } finally {
      this.#ended(made);
    }
  }

  async *#events(
    document: RequestDocument,
    principal: Principal,
    options: OrchestrateOptions,
    hasLeft: () => boolean,
  ): AsyncGenerator<OrchestrationEvent, void, void> {
    if (hasLeft()) return;
    const made: Digest[] = [];
    this.#running += 1;
    try {
      const orchestration = yield* this.#run(document, principal, this.#first(options), options, { streamed: true, made });
      yield { kind: "ended", orchestration };
    } catch (error) {
      // Whoever has left need not be told that it was noticed.
      if (!hasLeft()) throw error;
    } finally {
      this.#ended(made);
    }
  }

  /** @param made - gets the decisions as they are made */
  #run(document: RequestDocument, principal: Principal, place: Place, options: OrchestrateOptions, { streamed, made }: { readonly streamed: boolean; readonly made: Digest[] }): RequestRun {
    return runRequest({
      ...{ document, place, options, streamed, ports: this.#ports },
      decide: async (remaining, next) => {
        const decided = await this.#decide(remaining, principal, next, options.signal);
        made.push(decided.decision.decisionId);
        this.#underWay.add(decided.decision.decisionId);
        return decided;
      },
      record: (attempt, request) => this.#record(attempt, request),
      recordUnexecuted: (decision, attempt, reason) => this.#append(principal.tenant, unexecutedRecord(decision, attempt, reason, this.#ports.door.now())).then(() => undefined),
      deliver: (decision) => { this.#deliver(decision); },
    });
  }

  #ended(made: readonly Digest[]): void {
    const over = (): void => { for (const id of made) this.#underWay.delete(id); };
    if (this.#recording.size === 0) over();
    else void Promise.allSettled(this.#recording).then(over);
    this.#running -= 1;
    if (this.#running > 0) return;
    for (const resolve of this.#whenIdle) resolve();
    this.#whenIdle.clear();
  }

  /** Best effort: MAIA that is away or slow takes no result from the caller. */
  #deliver(decision: ChosenDecision): void {
    this.#ports.control.deliver(decision.outcome.control).catch((fault: unknown) => {
      this.#ports.onFault?.("maia", fault);
    });
  }

  async #decide(
    asked: RequestDocument,
    principal: Principal,
    place: Place,
    signal: AbortSignal | undefined,
  ): Promise<DecidedRequest> {
    const { clock, door, spending } = this.#ports;
    const { parent, excluded, decisionKey, testKey, again } = place;
    const { detected, fields } = await this.#read(asked, { again, tenant: principal.tenant }, signal);
    const remaining = await spending?.remaining?.(principal, door.now());
    const history = await this.#history.current();
    const document = remaining === undefined ? asked : affordable(asked, this.#policies.effective(asked.policies).set, remaining);
    this.#behind.bring();
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

  /** Whether an outcome is waited for, the ports say. One that is not shares the next decision's commit, if that comes soon. */
  async #record(made: Attempt, request: Request): Promise<void> {
    if (this.#ports.outcomesBehind !== true) {
      await this.#log(made, request);
      return;
    }
    const told = (fault: unknown): void => { this.#ports.onFault?.("outcome", fault); };
    const recording = this.#behind.follow(() => this.#log(made, request)).catch(told);
    this.#recording.add(recording);
    // A watcher that throws, even when it is told of a fault, holds nobody up.
    const gone = (): void => { this.#recording.delete(recording); };
    recording.then(gone, gone);
  }

  async #log(made: Attempt, request: Request): Promise<void> {
    const outcome = outcomeRecord(made, this.#ports.door.now());
    const held = this.#hold();
    try {
      // Nothing is learned unlogged.
      const logged = await this.#append(request.principal.tenant, outcome);
      if (logged === undefined) return;
      this.#tell(() => this.#ports.onEnded?.(made));
      if (made.sent) this.#tell(() => this.#ports.monitor?.observe(made));
      this.#history.note(outcome, outcomeFields(request, this.#ports.successesWait === true), logged.logIndex);
    } finally {
      held.release();
    }
  }

  #noteFeedback(body: FeedbackBody, fields: LearnedFields | undefined, logIndex: number): void {
    const pair = pairOf(body);
    if (body.taught === null || pair === undefined || fields === undefined) return;
    this.#history.noteReward({ pair, ...body.taught, ...learnedFields(fields) }, logIndex);
  }

  #hold(): { readonly release: () => void } {
    return this.#history.hold(this.#ports.traces.head.size);
  }

  /** Undefined if the log failed: the service has answered, and its result is not lost for it. */
  async #append(tenant: string, outcome: Outcome): Promise<{ readonly logIndex: number | undefined } | undefined> {
    if (this.#ports.unrecorded === true) return { logIndex: undefined };
    try {
      return await this.#ports.traces.appendOutcome(tenant, outcome);
    } catch (fault) {
      this.#ports.onFault?.("outcome", fault);
      return undefined;
    }
  }

  /** Whoever watches takes no result from the caller. */
  #tell(watcher: () => void): void {
    try {
      watcher();
    } catch (fault) {
      this.#ports.onFault?.("monitor", fault);
    }
  }

  #first({ testKey }: OrchestrateOptions): Place {
    const decisionKey = testKey ?? this.#ports.door.freshKey();
    return { decisionKey, testKey: testKey !== undefined, parent: undefined, excluded: [] };
  }
}

/** What detectors look at: all that the caller wrote. */
function inspected({ intent, context, data }: RequestDocument): JsonValue {
  return [intent.text ?? null, context.map(({ text }) => text), data.payload ?? null];
}
