import type { Candidate, Outcome, Request, ServiceContract } from "@caio/contracts";
import { claimsOf } from "@caio/control";
import type { Digest } from "@caio/core";
import type { FeedbackBody, LogReceipt } from "@caio/traceability";

import type { HistorySnapshot } from "../inputs/history-snapshot.ts";
import { HistoryKeeper } from "./history-keeper.ts";
import { learnedFields, outcomeFields, type LearnedFields, type LearningRecord } from "./learning-record.ts";
import type { Attempt } from "./orchestration.ts";
import type { OrchestratorPorts } from "./orchestrator-ports.ts";
import { outcomeRecord } from "./outcome-record.ts";
import { OutcomesBehind } from "./outcomes-behind.ts";
import { outcomeOfEntry, pairOf, type UnlearnedEntry } from "./unlearned-entry.ts";

/** Step 11: how calls ended and what is said of them goes into the log, and from there into versions of H; never into H unlogged. */
export class OutcomeRecorder {
  readonly #ports: OrchestratorPorts;
  readonly #history: HistoryKeeper;
  /** Outcomes on their way into the log. */
  readonly #recording = new Set<Promise<void>>();
  readonly #behind: OutcomesBehind;

  constructor(ports: OrchestratorPorts) {
    this.#ports = ports;
    const { monitor, clock, learnEveryUs, online } = ports;
    this.#behind = new OutcomesBehind(clock);
    this.#history = new HistoryKeeper(ports.history, {
      ...{ learnEveryUs, online, nowUs: () => clock.nowUs() },
      healthOf: monitor === undefined ? undefined : (pair) => monitor.healthOf(pair),
      onFault: (fault) => ports.onFault?.("history", fault),
    });
  }

  /** The version of H that the next decision reads. */
  history(): Promise<HistorySnapshot> {
    return this.#history.current();
  }

  /** As `Orchestrator.remeasure`. */
  remeasure(pairs: readonly Candidate[]): void {
    for (const pair of pairs) this.#history.remeasure(pair);
  }

  /** As `Orchestrator.expect`. */
  expect(contracts: readonly ServiceContract[]): void {
    this.#history.claim(claimsOf(contracts, this.#ports.fitted));
  }

  /** Outcomes that wait to share a commit go into the next one. */
  bring(): void {
    this.#behind.bring();
  }

  /** Runs this once every outcome that is on its way now is in the log, or could not be put there; at once if none is. */
  whenRecorded(then: () => void): void {
    if (this.#recording.size === 0) then();
    else void Promise.allSettled(this.#recording).then(then);
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

  /** Whether an outcome is waited for, the ports say. One that is not shares the next decision's commit, if that comes soon. */
  async record(made: Attempt, request: Request): Promise<void> {
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
      const logged = await this.append(request.principal.tenant, outcome);
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

  /** Logs how a call ended; undefined if the log failed: the service has answered, and its result is not lost for it. */
  async append(tenant: string, outcome: Outcome): Promise<{ readonly logIndex: number | undefined } | undefined> {
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
}
