import type { ServiceCall, ServiceExecutor, ServiceHealth, ServiceResult, ServiceStreamEvent } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";

/** How an outside service streams its answer. */
export type Streaming = (call: ServiceCall, signal: AbortSignal) => AsyncGenerator<ServiceStreamEvent, void, void>;

/** A fake of the outside world that streams: one behaviour per service id. Services named in `resumes` can go on with an answer. */
export class StreamingServices implements ServiceExecutor {
  readonly protocols = ["http"] as const;
  readonly calls: ServiceCall[] = [];
  /** Signals of the calls, in order. */
  readonly signals: AbortSignal[] = [];
  readonly #behaviours: ReadonlyMap<string, Streaming>;
  readonly #resumes: readonly string[];

  constructor(behaviours: Readonly<Record<string, Streaming>>, resumes: readonly string[] = []) {
    this.#behaviours = new Map(Object.entries(behaviours));
    this.#resumes = resumes;
  }

  execute(): Promise<ServiceResult> {
    return Promise.reject(new CaioError("ExecutionFailed", "This fake only streams."));
  }

  stream(call: ServiceCall, signal: AbortSignal): AsyncIterable<ServiceStreamEvent> {
    this.calls.push(call);
    this.signals.push(signal);
    const behaviour = this.#behaviours.get(call.contract.serviceId);
    if (behaviour === undefined) throw new CaioError("ServiceUnavailable", "No such fake.");
    return behaviour(call, signal);
  }

  resumable(call: ServiceCall): boolean {
    return this.#resumes.includes(call.contract.serviceId);
  }

  health(): Promise<ServiceHealth> {
    return Promise.resolve({ healthy: true });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Says the words and ends with the output. */
export function says(words: readonly string[], output: JsonValue = { language: "de" }): Streaming {
  // eslint-disable-next-line @typescript-eslint/require-await -- a service that need not wait
  return async function* () {
    for (const value of words) yield { kind: "delta", value };
    yield { kind: "end", finish: "stop", output };
  };
}

/** Says the words and fails. */
export function fails(words: readonly string[], error: Error = new CaioError("ServiceUnavailable", "The fake is not reached.")): Streaming {
  // eslint-disable-next-line @typescript-eslint/require-await -- a service that need not wait
  return async function* () {
    for (const value of words) yield { kind: "delta", value };
    throw error;
  };
}

/** Says the words and stops, without an end. */
export function stops(words: readonly string[]): Streaming {
  // eslint-disable-next-line @typescript-eslint/require-await -- a service that need not wait
  return async function* () {
    for (const value of words) yield { kind: "delta", value };
  };
}

/** Says the words and then nothing, whatever happens. */
export function stalls(words: readonly string[]): Streaming {
  return async function* () {
    for (const value of words) yield { kind: "delta", value };
    await new Promise(() => undefined);
  };
}

/** Goes on with the words that were not said yet. */
export function goesOn(words: readonly string[]): Streaming {
  // eslint-disable-next-line @typescript-eslint/require-await -- a service that need not wait
  return async function* (call) {
    for (const value of words.slice(call.resume?.deltas.length ?? 0)) yield { kind: "delta", value };
    yield { kind: "end", finish: "stop", output: { language: "de" } };
  };
}
