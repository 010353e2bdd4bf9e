import { CaioError } from "@caio/core";
import type { Clock } from "@caio/guarantees";

import { sharedKinds, type SharedKind, type SharedNews, type SharedRevisions } from "./shared-news.ts";

/** No pause after failures is longer, milliseconds. */
const LONGEST_PAUSE_MS = 5000;

/** What a follower works with. */
export interface SharedFollowerOptions {
  readonly news: SharedNews;
  /** Takes over what others have changed of a kind. */
  readonly refresh: Readonly<Record<SharedKind, () => Promise<void>>>;
  readonly clock: Clock;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** Milliseconds between two questions for news, if none came. */
  readonly pollMs: number;
  /** From 0 up to 1: instances that fail together are not to come back together. */
  readonly chance: () => number;
  /** Told when following begins to fail, and not of every try. */
  readonly onFault: (fault: unknown) => void;
}

/** How following goes, for metrics and whoever asks whether this instance is well. */
export interface FollowerCounts {
  readonly catchUps: number;
  readonly failures: number;
  /** How often the line of news came up. */
  readonly connects: number;
  readonly connected: boolean;
}

interface Moment {
  readonly us: number;
  readonly ms: number;
}

/**
 * Keeps what this instance knows of registry, policies and keys up with what is committed: when news comes, when the line comes back, and
 * at an interval. A kind counts as confirmed from the moment at which the question was *sent* whose answer was that nothing is newer.
 */
export class SharedFollower {
  readonly #options: SharedFollowerOptions;
  readonly #taken = new Map<SharedKind, number>();
  readonly #confirmed = new Map<SharedKind, Moment>();
  #catchingUp: Promise<void> | undefined;
  #again = false;
  #failed = 0;
  #stopTimer: () => void = () => undefined;
  #stopListening: () => Promise<void> = () => Promise.resolve();
  #stopped = false;
  #counts: FollowerCounts = { catchUps: 0, failures: 0, connects: 0, connected: false };

  constructor(options: SharedFollowerOptions) {
    this.#options = options;
  }

  /** Catches up once, and follows from then on. @throws what the first question for news throws */
  async start(): Promise<void> {
    await this.#catchUp();
    this.#stopListening = this.#options.news.listen(
      () => { this.wake(); },
      (connected) => {
        this.#counts = { ...this.#counts, connected, connects: this.#counts.connects + (connected ? 1 : 0) };
        if (connected) this.wake();
      },
    );
    this.#sleep();
  }

  /** Catches up now; one that is under way is followed by another. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#catchingUp !== undefined) {
      this.#again = true;
      return;
    }
    this.#stopTimer();
    this.#catchingUp = this.#follow().finally(() => {
      this.#catchingUp = undefined;
      if (this.#again && this.#failed === 0) this.wake();
      else this.#sleep();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopTimer();
    await this.#stopListening();
    await this.#catchingUp;
  }

  get counts(): FollowerCounts {
    return this.#counts;
  }

  /**
   * How long ago a kind was confirmed to be the newest, milliseconds, rounded up: by the clock on the wall or by the one that nobody sets,
   * whichever says more. A machine that slept, and one whose clock was set back, both seem older rather than younger.
   */
  ageMs(kind: SharedKind): number {
    const confirmed = this.#confirmed.get(kind);
    if (confirmed === undefined) return Number.MAX_SAFE_INTEGER;
    const { clock, now } = this.#options;
    return Math.max(0, Math.ceil((clock.nowUs() - confirmed.us) / 1000), Math.ceil(now() - confirmed.ms));
  }

  async #follow(): Promise<void> {
    this.#again = false;
    try {
      await this.#catchUp();
      this.#failed = 0;
    } catch (fault) {
      if (this.#failed++ === 0) this.#options.onFault(fault);
      this.#counts = { ...this.#counts, failures: this.#counts.failures + 1 };
    }
  }

  async #catchUp(): Promise<void> {
    const { news, clock, now, refresh } = this.#options;
    const sent = { us: clock.nowUs(), ms: now() };
    const revisions = await news.revisions();
    this.#requireForward(revisions);
    for (const kind of sharedKinds) {
      if (revisions[kind] !== this.#taken.get(kind)) await refresh[kind]();
      this.#taken.set(kind, revisions[kind]);
      this.#confirmed.set(kind, sent);
    }
    this.#counts = { ...this.#counts, catchUps: this.#counts.catchUps + 1 };
  }

  /** A database that was put back to an older copy is not what this instance decided on. */
  #requireForward(revisions: SharedRevisions): void {
    for (const kind of sharedKinds) {
      const taken = this.#taken.get(kind);
      if (taken === undefined || revisions[kind] >= taken) continue;
      const message = `The database has revision ${String(revisions[kind])} of the ${kind}, and this instance has seen ${String(taken)}: it was put back to an older copy. Restore the newest, or start all instances again to go on from the older one.`;
      throw new CaioError("IntegrityViolation", message, { details: { reason: "rolled_back", kind, found: revisions[kind], seen: taken } });
    }
  }

  #sleep(): void {
    if (this.#stopped) return;
    const { clock, pollMs, chance } = this.#options;
    const pause = this.#failed === 0 ? pollMs * (0.9 + chance() / 10) : Math.min(LONGEST_PAUSE_MS, pollMs * 2 ** Math.min(10, this.#failed - 1)) * (0.5 + chance() / 2);
    this.#stopTimer = clock.setTimer(Math.ceil(pause * 1000), () => { this.wake(); });
  }
}
