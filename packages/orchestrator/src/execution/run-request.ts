import type { Request, RequestDocument } from "@caio/contracts";
import { CaioError } from "@caio/core";
import type { BrokenCall } from "@caio/guarantees";

import type { ChosenDecision, RefusedDecision } from "../decision.ts";
import { childKey } from "../identity.ts";
import { deadlineOf } from "./attempt/attempt-timeout.ts";
import { canResume, executeDecision, type Execution, type ExecutionTerms } from "./attempt/execute-decision.ts";
import { clearance } from "./obligations.ts";
import type { Attempt, Orchestration, OrchestrationEvent } from "./orchestration.ts";
import type { DecidedRequest, Place } from "./decided-request.ts";
import type { OrchestrateOptions } from "./orchestrator.ts";
import type { OrchestratorPorts } from "./orchestrator-ports.ts";
import { excludedBy, remainingDocument, spentMicros } from "./attempt/remaining-limits.ts";
import { SaidSoFar } from "./said-so-far.ts";
import type { Unaffordable } from "./spending.ts";

/** One request, and what an orchestrator does for it. */
export interface RequestTask {
  readonly document: RequestDocument;
  readonly place: Place;
  readonly options: Omit<OrchestrateOptions, "testKey">;
  /** Whether the answer is wanted in parts. */
  readonly streamed: boolean;
  readonly ports: OrchestratorPorts;
  readonly decide: (document: RequestDocument, place: Place) => Promise<DecidedRequest>;
  readonly record: (attempt: Attempt, request: Request) => Promise<void>;
  readonly recordUnexecuted: (decision: ChosenDecision, attempt: number, reason: string) => Promise<void>;
  readonly deliver: (decision: ChosenDecision) => void;
}

export type RequestRun = AsyncGenerator<OrchestrationEvent, Orchestration, void>;

/**
 * Steps 10 and 11 around the decisions of one request: execute, record, and as long as the policy allows, decide again without
 * the pair that failed, on what remains of budget and time. Plain and streamed answers go the same way; only in a stream can an
 * answer be interrupted, and then another service may go on with it.
 */
export async function* runRequest(task: RequestTask): RequestRun {
  const { document, place, ports, options, streamed } = task;
  const { signal } = options;
  const attempts: Attempt[] = [];
  let said: SaidSoFar | undefined;
  let { excluded } = place;
  let limited = document;
  let startedUs = ports.clock.nowUs();
  let decided = await task.decide(document, place);
  for (let number = 1; ; number++) {
    const { decision } = decided;
    const shown = { attempts, begun: said?.begun === true };
    if (decision.kind === "refused") return refused(decision, shown);
    const askedUs = ports.clock.nowUs();
    const clear = await clearance({ document, principal: decided.request.principal }, decision, ports, options);
    // The time of a person is not the request's.
    startedUs += ports.clock.nowUs() - askedUs;
    if (!clear.cleared) {
      await task.recordUnexecuted(decision, number, clear.reason);
      return failed(clear.error, decision, shown);
    }
    const policy = decided.inputs.policy.snapshot.effective(document.policies).set;
    const attemptsLeft = (document.fallback ? policy.fallback.maxAttempts : 1) - number + 1;
    const before = errorOf(attempts.at(-1));
    // New policies may allow fewer attempts than those under which the first was made.
    if (attemptsLeft < 1 && before !== undefined) return failed(before, decision, shown);
    const resumes = policy.fallback.afterFirstByte === "resume";
    const heard = (said ??= new SaidSoFar(streamed && resumes));
    const leftUs = deadlineOf(decision, ports) - Math.ceil(ports.clock.nowUs() - startedUs);
    if (leftUs <= 0) {
      await task.recordUnexecuted(decision, number, "DeadlineExceeded");
      return failed(before ?? outOfTime(decision), decision, shown);
    }
    const terms = { ports, policy, attemptsLeft: Math.max(1, attemptsLeft), leftUs, signal, streamed, resume: heard.resume() };
    let spent = 0;
    if (!heard.begun || canResume(decided, decision, terms)) {
      yield { kind: heard.begun ? "resumed" : "decided", decision };
      const executed = yield* execute(decided, decision, terms, heard);
      if ("granted" in executed) {
        await task.recordUnexecuted(decision, number, executed.error.code);
        // Others spent what was left when it was decided: on what is left now, another may do.
        if (attemptsLeft <= 1 || ports.spending?.remaining === undefined) return failed(executed.error, decision, { attempts, begun: heard.begun });
        decided = await task.decide(limited, { ...place, decisionKey: childKey(place.decisionKey, number), parent: decision.decisionId, excluded, again: true });
        continue;
      }
      const attempt = { attempt: number, decision, ...executed, approval: clear.note };
      attempts.push(attempt);
      await task.record(attempt, decided.request);
      const end = ending(attempt, attempts, heard);
      if (end?.kind === "success") task.deliver(decision);
      if (end !== undefined) return end;
      if (heard.begun && !resumes) return stopped(attempts, heard);
      spent = spentMicros(attempt);
    }
    excluded = excludedBy(excluded, decision);
    const elapsedUs = ports.clock.nowUs() - startedUs;
    const remaining = attemptsLeft <= 1 ? undefined : remainingDocument(document, decision, policy, { elapsedUs, spentMicros: spent });
    if (remaining === undefined) return stopped(attempts, heard);
    startedUs = ports.clock.nowUs();
    const next = { ...place, decisionKey: childKey(place.decisionKey, number), parent: decision.decisionId, excluded, again: true };
    limited = remaining;
    decided = await task.decide(limited, next);
  }
}

/** Executes one decision, and hands on what it says. */
async function* execute(
  decided: DecidedRequest,
  decision: ChosenDecision,
  terms: ExecutionTerms,
  said: SaidSoFar,
): AsyncGenerator<OrchestrationEvent, Execution | Unaffordable, void> {
  const answer = executeDecision(decided, decision, terms);
  for (;;) {
    const step = await answer.next();
    if (step.done === true) return step.value;
    said.add(step.value);
    yield { kind: "delta", value: step.value };
  }
}

interface Shown {
  readonly attempts: readonly Attempt[];
  /** A part of an answer was given. */
  readonly begun: boolean;
}

/** What an attempt ends the request with; undefined if another may be made. */
function ending({ decision, enforcement }: Attempt, attempts: readonly Attempt[], said: SaidSoFar): Orchestration | undefined {
  if (enforcement.status === "cancelled") return failed(enforcement.error, decision, { attempts, begun: said.begun });
  if (enforcement.status !== "success") return undefined;
  const { output, usage, resultDigest = "" } = enforcement;
  // An answer that several services gave is one list of deltas.
  const whole = attempts.some(interrupted) ? said.digest() : resultDigest;
  return { kind: "success", output, usage, resultDigest: whole, decision, attempts };
}

/** Nothing more may be tried. */
function stopped(attempts: readonly Attempt[], { begun }: SaidSoFar): Orchestration {
  const last = attempts.at(-1);
  const error = errorOf(last);
  if (last === undefined || error === undefined) throw new CaioError("ExecutionFailed", "A request stopped before its first attempt failed.");
  return failed(error, last.decision, { attempts, begun });
}

/** A refusal; once an answer was begun, that nobody may go on is how the attempt before ends the request. */
function refused(decision: RefusedDecision, { attempts, begun }: Shown): Orchestration {
  const last = attempts.at(-1);
  const error = begun ? errorOf(last) : undefined;
  if (last === undefined || error === undefined) return { kind: "refused", decision, attempts };
  return failed(error, last.decision, { attempts, begun });
}

function outOfTime({ decisionId }: ChosenDecision): CaioError<"DeadlineExceeded"> {
  const message = `Decision ${decisionId.slice(0, 12)} was not executed: all the time of the request had passed when it was made. Set a later deadline, or try again.`;
  return new CaioError("DeadlineExceeded", message, { details: { decision: decisionId, not_sent: true } });
}

function failed(error: CaioError, decision: ChosenDecision, { attempts, begun }: Shown): Orchestration {
  return { kind: "failed", error, decision, attempts, ...(begun ? { interrupted: true } : {}) };
}

function interrupted({ enforcement }: Attempt): boolean {
  return enforcement.status !== "success" && (enforcement.stream?.deltas ?? 0) > 0;
}

function errorOf(attempt: Attempt | undefined): BrokenCall["error"] | undefined {
  return attempt === undefined || attempt.enforcement.status === "success" ? undefined : attempt.enforcement.error;
}
