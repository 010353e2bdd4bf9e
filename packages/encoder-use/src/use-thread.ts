import { Worker } from "node:worker_threads";

import { CaioError } from "@caio/core";

const DIMENSIONS = 512;

/** A call that the thread has to answer. */
interface Call {
  readonly done: (vectors: readonly Float32Array[]) => void;
  readonly failed: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What the thread says: that the model is loaded, or what became of a call. */
interface Said {
  readonly ready?: true;
  readonly id?: number;
  readonly vectors?: Float32Array;
}

/** One that runs. */
interface Running {
  readonly worker: Worker;
  readonly loaded: Promise<void>;
  readonly calls: Map<number, Call>;
}

/** The thread that the model runs in: started when it is needed, and again after it ended. It keeps no process alive that waits for nothing. */
export class UseThread {
  readonly #timeoutMs: number;
  #running: Running | undefined;
  #nextId = 1;
  #closed = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @throws CaioError `ServiceUnavailable` */
  async ready(): Promise<void> {
    await this.#loaded(this.#start());
  }

  /** @throws CaioError `ServiceUnavailable` if there is no thread, `ExecutionFailed` if the model fails, `DeadlineExceeded` */
  async vectorsOf(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const running = this.#start();
    await this.#loaded(running);
    if (this.#running !== running) throw unavailable("ServiceUnavailable", "ended");
    const id = this.#nextId++;
    return await new Promise((done, failed) => {
      const timer = setTimeout(() => { this.#end(running, unavailable("DeadlineExceeded", `gave no answer within ${String(this.#timeoutMs)} ms`)); }, this.#timeoutMs);
      running.calls.set(id, { done, failed, timer });
      running.worker.ref();
      running.worker.postMessage({ id, texts });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#running;
    if (running === undefined) return;
    this.#end(running, unavailable("ServiceUnavailable", "is closed"));
    await running.worker.terminate();
  }

  /** The process waits for the model to be loaded, and for calls, but not for a thread that does nothing. */
  async #loaded({ worker, loaded, calls }: Running): Promise<void> {
    worker.ref();
    await loaded;
    if (calls.size === 0) worker.unref();
  }

  #start(): Running {
    if (this.#closed) throw unavailable("ServiceUnavailable", "is closed");
    if (this.#running !== undefined) return this.#running;
    const worker = new Worker(new URL("../bin/use-thread.js", import.meta.url), { name: "caio-use", execArgv: [] });
    const calls = new Map<number, Call>();
    const loaded = new Promise<void>((resolve, reject) => {
      worker.on("message", (said: Said) => {
        if (said.ready === true) resolve();
        else take({ worker, calls }, said);
      });
      const ended = (cause?: unknown): void => {
        const error = unavailable("ServiceUnavailable", "has no thread: its model could not be loaded, or it ended. Reinstall @caio/encoder-use", cause);
        reject(error);
        this.#end({ worker, calls }, error);
      };
      worker.on("error", ended).on("exit", () => { ended(); });
    });
    loaded.catch(() => undefined);
    this.#running = { worker, loaded, calls };
    return this.#running;
  }

  #end({ worker, calls }: Pick<Running, "worker" | "calls">, error: Error): void {
    if (this.#running?.worker === worker) this.#running = undefined;
    for (const { failed, timer } of calls.values()) {
      clearTimeout(timer);
      failed(error);
    }
    calls.clear();
    void worker.terminate();
  }
}

function take({ calls, worker }: Pick<Running, "worker" | "calls">, { id = 0, vectors }: Said): void {
  const call = calls.get(id);
  if (call === undefined) return;
  calls.delete(id);
  clearTimeout(call.timer);
  if (calls.size === 0) worker.unref();
  if (vectors === undefined) call.failed(new CaioError("ExecutionFailed", "The USE encoder could not read a text.", { details: {} }));
  else call.done(Array.from({ length: vectors.length / DIMENSIONS }, (_, at) => vectors.subarray(at * DIMENSIONS, (at + 1) * DIMENSIONS)));
}

function unavailable(code: "ServiceUnavailable" | "DeadlineExceeded", state: string, cause?: unknown): CaioError {
  return new CaioError(code, `The USE encoder ${state}.`, cause === undefined ? {} : { cause });
}
