import type { Candidate, Principal, RequestDocument, ServiceContract } from "@caio/contracts";
import type { Digest } from "@caio/core";
import { abandonable, type Abandonable } from "@caio/guarantees";
import type { FeedbackBody, LogReceipt } from "@caio/traceability";

import type { ChosenDecision } from "../decision.ts";
import type { PolicySnapshot } from "../inputs/policy-snapshot.ts";
import type { PlanDocument } from "../plan/plan-document.ts";
import type { PlanPlace } from "../plan/stamped-plan.ts";
import type { DecidedPlan, DecidedRequest, Place } from "./decided-request.ts";
import { Decider } from "./decider.ts";
import type { LearnedFields, LearningRecord } from "./learning-record.ts";
import type { Orchestration, OrchestrationEvent } from "./orchestration.ts";
import type { OrchestratorPorts } from "./orchestrator-ports.ts";
import { unexecutedRecord } from "./outcome-record.ts";
import { OutcomeRecorder } from "./outcome-recorder.ts";
import { runRequest, type RequestRun } from "./run-request.ts";
import type { UnlearnedEntry } from "./unlearned-entry.ts";

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

/**
 * Takes requests through the whole master equation: decide, log, execute under the promise, fall back by a new decision,
 * record the outcome, learn, send u to MAIA (calculus §1).
 *
 * A request in flight keeps the snapshots it was decided on; a hot swap or a new policy holds from the next decision on.
 */
export class Orchestrator {
  readonly #ports: OrchestratorPorts;
  readonly #recorder: OutcomeRecorder;
  readonly #decider: Decider;
  /** Decisions of requests that are being executed, or whose outcomes are not in the log yet. */
  readonly #underWay = new Set<Digest>();
  /** Requests that are being decided and executed, and who waits until there are none. */
  #running = 0;
  readonly #whenIdle = new Set<() => void>();

  constructor(ports: OrchestratorPorts, policies: PolicySnapshot) {
    this.#ports = ports;
    this.#recorder = new OutcomeRecorder(ports);
    this.#decider = new Decider(ports, policies, this.#recorder);
  }

  /**
   * Asks the monitor for the health of pairs again, for the next version of H: a contract was swapped, an operator renewed it. Outcomes
   * do so by themselves.
   */
  remeasure(pairs: readonly Candidate[]): void {
    this.#recorder.remeasure(pairs);
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
    this.#recorder.expect(contracts);
  }

  /** Resolves when no request is being executed: those whose callers left may take a moment to end. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#whenIdle.add(resolve));
  }

  /** Resolves when every outcome of the requests that have ended by now is in the log, or could not be put there. */
  settled(): Promise<void> {
    return this.#recorder.settled();
  }

  /** Learns from all that has ended: for an application that is about to stop. What is not in a version of H then is only in the log. */
  learnNow(): Promise<void> {
    return this.#recorder.learnNow();
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
  recordFeedback(tenant: string, body: FeedbackBody, fields: LearnedFields | undefined): Promise<LogReceipt> {
    return this.#recorder.recordFeedback(tenant, body, fields);
  }

  /**
   * Takes entries of the log that no version has learned into the next one: those of a process that was killed, and those whose append was
   * said to have failed. Entries of which nothing can be learned are passed over.
   *
   * @param learningOf - what is kept of a decision (`learningRecord`), undefined if nothing is
   */
  relearn(entries: readonly UnlearnedEntry[], learningOf: (decisionId: Digest) => Promise<LearningRecord | undefined>): Promise<void> {
    return this.#recorder.relearn(entries, learningOf);
  }

  /** The policies of the decisions from now on. @throws CaioError `InvalidPolicy` unless a change has a greater version. */
  usePolicies(policies: PolicySnapshot): void {
    this.#decider.usePolicies(policies);
  }

  /**
   * Decides and logs, but does not execute.
   *
   * @throws CaioError `UnknownPolicy`
   */
  decide(document: RequestDocument, principal: Principal, options: OrchestrateOptions = {}): Promise<DecidedRequest> {
    return this.#decider.decide(document, principal, this.#first(options), options.signal);
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
  decidePlan(document: PlanDocument, principal: Principal, place: PlanPlace, signal?: AbortSignal): Promise<DecidedPlan> {
    return this.#decider.decidePlan(document, principal, place, signal);
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
        const decided = await this.#decider.decide(remaining, principal, next, options.signal);
        made.push(decided.decision.decisionId);
        this.#underWay.add(decided.decision.decisionId);
        return decided;
      },
      record: (attempt, request) => this.#recorder.record(attempt, request),
      recordUnexecuted: (decision, attempt, reason) => this.#recorder.append(principal.tenant, unexecutedRecord(decision, attempt, reason, this.#ports.door.now())).then(() => undefined),
      deliver: (decision) => { this.#deliver(decision); },
    });
  }

  #ended(made: readonly Digest[]): void {
    this.#recorder.whenRecorded(() => { for (const id of made) this.#underWay.delete(id); });
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

  #first({ testKey }: OrchestrateOptions): Place {
    const decisionKey = testKey ?? this.#ports.door.freshKey();
    return { decisionKey, testKey: testKey !== undefined, parent: undefined, excluded: [] };
  }
}
