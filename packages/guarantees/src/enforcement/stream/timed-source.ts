import type { Clock } from "../clock.ts";
import type { StreamSource, Watchdog } from "./stream-limits.ts";

/** A limit that passed, and who was waited for when it did. */
interface Late {
  readonly kind: "late";
  readonly property: "deadline_us" | Watchdog["property"];
  readonly limitUs: number;
  readonly waitingFor: "service" | "consumer";
}

/** What one pull brought. */
export type Pulled =
  | { readonly kind: "event"; readonly event: unknown }
  | { readonly kind: "failed"; readonly error: unknown }
  /** The source is exhausted. */
  | { readonly kind: "stopped" }
  | Late
  | { readonly kind: "cancelled" };

/** Deltas between two turns of the event loop: a source that is always ready must not keep timers and sockets waiting. */
const TURN_EVERY = 64;

/** A source under a deadline, one pull at a time. Pulls never reject and never hang, whatever the source does. */
export class TimedSource {
  readonly #source: StreamSource;
  readonly #deadlineUs: number;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #startedUs: number;
  #stops: (() => void)[] = [];
  #iterator: AsyncIterator<unknown> | undefined;
  #exhausted = false;
  #pulls = 0;
  /** Time spent waiting for the consumer. */
  #idleUs = 0;
  #idleSinceUs: number | undefined;
  /** What ended the stream from outside, while a pull was under way or not. */
  #over: Pulled | undefined;
  #interrupt: (pulled: Pulled) => void = () => undefined;

  constructor(source: StreamSource, deadlineUs: number, clock: Clock, cancels: readonly (AbortSignal | undefined)[]) {
    this.#source = source;
    this.#deadlineUs = deadlineUs;
    this.#clock = clock;
    this.#startedUs = clock.nowUs();
    if (cancels.some((signal) => signal?.aborted === true)) {
      this.#end({ kind: "cancelled" });
      return;
    }
    this.#stops.push(clock.setTimer(deadlineUs, () => { this.#end(this.#tooLate()); }));
    const cancel = (): void => { this.#end({ kind: "cancelled" }); };
    for (const signal of cancels) {
      signal?.addEventListener("abort", cancel, { once: true });
      this.#stops.push(() => signal?.removeEventListener("abort", cancel));
    }
  }

  /** Time that the service took so far, microseconds, rounded up: what the consumer took is not counted. */
  get latencyUs(): number {
    const nowUs = this.#clock.nowUs();
    const idleUs = this.#idleUs + (this.#idleSinceUs === undefined ? 0 : nowUs - this.#idleSinceUs);
    return Math.max(0, Math.ceil(nowUs - this.#startedUs - idleUs));
  }

  async pull(watchdog: Watchdog | undefined): Promise<Pulled> {
    const pulledUs = this.#clock.nowUs();
    if (this.#idleSinceUs !== undefined) this.#idleUs += pulledUs - this.#idleSinceUs;
    this.#idleSinceUs = undefined;
    if (++this.#pulls % TURN_EVERY === 0) await new Promise((resolve) => { setImmediate(resolve); });
    const pulled = this.#over ?? (await this.#next(watchdog));
    const nowUs = this.#clock.nowUs();
    const inTime = this.#inTime(pulled, nowUs, watchdog === undefined ? undefined : { ...watchdog, sinceUs: pulledUs });
    this.#idleSinceUs = nowUs;
    return inTime;
  }

  /** Ends the call: aborts it unless it is over, and lets the source clean up, without waiting for it. */
  close({ whole }: { readonly whole: boolean }): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    if (!whole && !this.#exhausted) this.#controller.abort();
    if (this.#exhausted) return;
    try {
      const returned: unknown = this.#iterator?.return?.();
      Promise.resolve(returned).catch(() => undefined);
    } catch {
      // It was asked to clean up; what it makes of that is its own affair.
    }
  }

  #next(watchdog: Watchdog | undefined): Promise<Pulled> {
    return new Promise((resolve) => {
      let stopTimer = (): void => undefined;
      const settle = (pulled: Pulled): void => {
        stopTimer();
        this.#interrupt = () => undefined;
        resolve(pulled);
      };
      this.#interrupt = settle;
      if (watchdog !== undefined) stopTimer = this.#clock.setTimer(watchdog.limitUs, () => { settle({ kind: "late", ...watchdog, waitingFor: "service" }); });
      Promise.resolve()
        .then(() => this.#open().next())
        .then((step) => this.#read(step))
        .then(settle, (error: unknown) => { settle({ kind: "failed", error }); });
    });
  }

  /** A busy thread lets no timer fire: what came too late is late all the same. */
  #inTime(pulled: Pulled, nowUs: number, watched: (Watchdog & { readonly sinceUs: number }) | undefined): Pulled {
    if (pulled.kind === "cancelled" || pulled.kind === "late") return pulled;
    if (nowUs - this.#startedUs > this.#deadlineUs) return this.#tooLate();
    if (watched === undefined || nowUs - watched.sinceUs <= watched.limitUs) return pulled;
    return { kind: "late", property: watched.property, limitUs: watched.limitUs, waitingFor: "service" };
  }

  #open(): AsyncIterator<unknown> {
    this.#iterator ??= this.#source(this.#controller.signal)[Symbol.asyncIterator]();
    return this.#iterator;
  }

  #read(step: IteratorResult<unknown>): Pulled {
    if (step.done !== true) return { kind: "event", event: step.value };
    this.#exhausted = true;
    return { kind: "stopped" };
  }

  /** From outside, at any time: the call is aborted at once, even if nobody pulls. */
  #end(over: Pulled): void {
    this.#over ??= over;
    this.#controller.abort();
    this.#interrupt(over);
  }

  #tooLate(): Late {
    const waitingFor = this.#idleSinceUs === undefined ? "service" : "consumer";
    return { kind: "late", property: "deadline_us", limitUs: this.#deadlineUs, waitingFor };
  }
}
