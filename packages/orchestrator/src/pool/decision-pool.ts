import type { Request } from "@caio/contracts";
import { CaioError } from "@caio/core";

import { caioRoute } from "../route.ts";
import { pooled } from "./decision-replica.ts";
import { inputsHere, type PoolInputs } from "./pool-inputs.ts";
import type { PooledDecision, PoolFault, PoolReply } from "./pool-message.ts";
import { PoolThread, type DecisionWorker } from "./pool-thread.ts";
import type { SharedPartsReceiver } from "./shared-parts.ts";

/** Decisions that a thread has to make at once: enough that it never waits for a message, few enough that none waits long. */
const DEPTH = 12;
/** Threads that are started again in the life of a pool. */
const MAX_RESTARTS = 8;

export interface DecisionPoolOptions {
  /** Threads; as many as cores that are free for decisions. */
  readonly threads: number;
  /** Starts a thread whose program calls `runDecisionThread` with its port. */
  readonly start: () => DecisionWorker;
  /** Told when a thread ends by itself. */
  readonly onFault?: (fault: unknown) => void;
}

interface Task {
  readonly id: number;
  readonly request: Request;
  readonly inputs: PoolInputs;
  readonly done: (decision: PooledDecision) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Decisions on several cores. Decisions are pure, so every thread holds all of R, P and H, and is told of their changes in order, before the
 * first decision that needs them; a decision names its versions, and a thread that does not hold exactly these refuses. The log stays
 * where it was, with its one writer. What a thread decides is byte for byte what `caioRoute` decides.
 *
 * If a thread ends, what it had to decide is decided here, and another one is started. So a pool whose threads all fail is slow, never wrong.
 *
 * @example
 * ```ts
 * import { Worker } from "node:worker_threads";
 * import { DecisionPool, decisionThreadProgram, type PoolInputs } from "@caio/orchestrator";
 * import type { Request } from "@caio/contracts";
 * import type { TraceabilitySystem } from "@caio/traceability";
 *
 * declare const request: Request;
 * declare const inputs: PoolInputs;
 * declare const traces: TraceabilitySystem;
 *
 * const pool = new DecisionPool({ threads: 2, start: () => new Worker(decisionThreadProgram) });
 * const { trace, certificate, opening } = await pool.decide(request, inputs);
 * await traces.appendDecision(request.principal.tenant, trace, certificate, opening);
 * await pool.close();
 * ```
 */
export class DecisionPool {
  readonly #options: DecisionPoolOptions;
  readonly #threads = new Set<PoolThread<Task>>();
  #queue: Task[] = [];
  #nextId = 1;
  #restarts = 0;
  #scheduled = false;
  #closed = false;

  /** @throws CaioError `NumberOutOfRange` unless there is at least one thread */
  constructor(options: DecisionPoolOptions) {
    if (!Number.isSafeInteger(options.threads) || options.threads < 1) {
      throw new CaioError("NumberOutOfRange", `Found ${String(options.threads)} threads, expected at least 1.`, { details: { found: String(options.threads) } });
    }
    this.#options = options;
    for (let thread = 0; thread < options.threads; thread++) this.#start();
  }

  /** Threads that are alive. */
  get threads(): number {
    return this.#threads.size;
  }

  /**
   * Decides on the inputs given, in some thread. Versions of later calls must not be older than those of earlier ones: a thread goes forward
   * only.
   *
   * @throws CaioError what `caioRoute` throws; `ServiceUnavailable` once the pool is closed; `IntegrityViolation` if a thread decided on
   *   other inputs than these
   */
  decide(request: Request, inputs: PoolInputs): Promise<PooledDecision> {
    if (this.#closed) return Promise.reject(new CaioError("ServiceUnavailable", "The pool of decision threads is closed."));
    return new Promise((done, failed) => {
      this.#queue.push({ id: this.#nextId++, request, inputs, done, failed });
      this.#schedule();
    });
  }

  /** Ends all threads. What is not decided yet is decided here. */
  async close(): Promise<void> {
    this.#closed = true;
    const ending = [...this.#threads];
    this.#threads.clear();
    await Promise.all(ending.map(({ worker }) => worker.terminate()));
    for (const task of [...ending.flatMap(({ tasks }) => [...tasks.values()]), ...this.#queue.splice(0)]) decideHere(task);
  }

  /** What is asked for in one turn of the event loop goes out together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const thread = this.#leastBusy();
      if (thread === undefined && this.#threads.size > 0) break;
      const task = this.#queue.shift();
      if (task === undefined) break;
      if (thread === undefined) decideHere(task);
      else thread.assign(task, task.request, task.inputs);
    }
    for (const thread of this.#threads) thread.send();
  }

  /** Undefined if all have enough to do. */
  #leastBusy(): PoolThread<Task> | undefined {
    let found: PoolThread<Task> | undefined;
    for (const thread of this.#threads) if (thread.tasks.size < (found?.tasks.size ?? DEPTH)) found = thread;
    return found;
  }

  #start(): void {
    const thread = new PoolThread<Task>(this.#options.start());
    this.#threads.add(thread);
    thread.worker.on("message", (replies) => { this.#take(thread, replies); });
    thread.worker.on("error", (error) => { this.#lose(thread, error); });
    thread.worker.on("exit", (code) => { this.#lose(thread, new Error(`A decision thread ended (${String(code)}).`)); });
  }

  #take(thread: PoolThread<Task>, replies: readonly PoolReply[]): void {
    for (const reply of replies) {
      const task = thread.tasks.get(reply.id);
      thread.tasks.delete(reply.id);
      if (task !== undefined) settle(task, reply, thread.shared);
    }
    this.#dispatch();
  }

  #lose(thread: PoolThread<Task>, fault: unknown): void {
    if (!this.#threads.delete(thread)) return;
    this.#options.onFault?.(fault);
    if (!this.#closed && this.#restarts++ < MAX_RESTARTS) this.#start();
    for (const task of thread.tasks.values()) decideHere(task);
    this.#schedule();
  }
}

function settle(task: Task, reply: PoolReply, shared: SharedPartsReceiver): void {
  if ("error" in reply) {
    task.failed(errorOf(reply.error));
    return;
  }
  const { certificate, ...decision } = reply.decision;
  try {
    // Before anything else: what came with this one the next ones refer to.
    const written = { parts: shared.received(certificate.parts), digest: certificate.digest };
    if (isOn(decision.trace, task)) task.done({ ...decision, certificate: written });
    else task.failed(new CaioError("IntegrityViolation", "A decision thread decided on other inputs than it was told to. Restart the process.", { details: { decision: decision.decisionId } }));
  } catch (error) {
    task.failed(error);
  }
}

/** Whether the thread had the same R, P and H, by their roots. */
function isOn(trace: PooledDecision["trace"], { request, inputs }: Task): boolean {
  const { registry, policy, history } = trace.inputs;
  return (
    registry.digest === inputs.registry.snapshot.view(request.principal.tenant).root &&
    policy.digest === inputs.policy.snapshot.digest &&
    history.digest === inputs.history.snapshot.root
  );
}

function decideHere({ request, inputs, done, failed }: Task): void {
  try {
    done(pooled(caioRoute(request, inputsHere(inputs, request.principal.tenant)), request));
  } catch (error) {
    failed(error);
  }
}

function errorOf({ code, message, details }: PoolFault): Error {
  return code === null ? new Error(message) : new CaioError(code, message, { details });
}
