import { listen, type StreamEvent } from "../gateway/event-stream.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import { problemOf } from "../gateway/use-answer.ts";
import { decisionEvent, decisionsPage, isAsked, pageAddress, rowOfEvent, type DecisionFilter, type DecisionRow } from "./decision-row.ts";
import { LOOKED_AT, type RecentDecisions } from "./recent-decisions.ts";

/** What is known of the decisions that are asked for. */
export interface KnownDecisions {
  readonly known: RecentDecisions;
  readonly currency: string;
  /** Whether there are older ones to be read. */
  readonly hasOlder: boolean;
  readonly problem: GatewayError | undefined;
  readonly isLoading: boolean;
  /** False: the gateway keeps no record of what it decides. */
  readonly isRecorded: boolean;
}

/** Between two looks at what was only heard of, milliseconds. */
const LOOK_EVERY = 1500;
/** Looks without anything new, after which a call that has no end is taken for one that was only decided. */
const MOST_LOOKS = 20;

type Change = (change: (now: KnownDecisions) => KnownDecisions) => void;

/**
 * Reads the newest decisions and hears of new ones. What comes is gathered and added once per frame, so that a burst of events is one
 * change of the page. What was only heard of is read afterwards, all of it at once.
 */
export class DecisionFeed {
  readonly #gateway: GatewayClient;
  readonly #filter: DecisionFilter;
  readonly #change: Change;
  readonly #ended = new AbortController();
  readonly #gather: (row: DecisionRow) => void;
  /** Where older ones begin; undefined until the first page was read, whatever was heard before it. */
  #next: number | null | undefined;
  #isReading = false;
  /** Something may have been missed: the stream was lost, or a read failed. */
  #isBehind = false;
  #look: ReturnType<typeof setTimeout> | undefined;
  #looks = 0;

  constructor(gateway: GatewayClient, filter: DecisionFilter, change: Change) {
    this.#gateway = gateway;
    this.#filter = filter;
    this.#change = change;
    this.#gather = frameGatherer((rows) => {
      // What was asked for is another thing by now.
      if (this.#ended.signal.aborted) return;
      change((now) => ({ ...now, known: now.known.with(rows) }));
      this.#looks = 0;
      this.#lookSoon();
    });
  }

  start(onState: (listens: boolean) => void): void {
    void this.#read();
    void listen(this.#gateway, ["decision"], { signal: this.#ended.signal, onEvents: (events) => { this.#hear(events); }, onState: (listens) => { onState(listens); this.#catchUp(listens); } });
  }

  #catchUp(listens: boolean): void {
    if (listens && this.#isBehind) this.#lookSoon();
    this.#isBehind = !listens;
  }

  loadOlder(): void {
    if (typeof this.#next === "number") void this.#read(this.#next);
  }

  end(): void {
    this.#ended.abort();
    clearTimeout(this.#look);
  }

  async #read(before?: number): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const { signal } = this.#ended;
    try {
      const page = await this.#gateway.read(pageAddress(this.#filter, LOOKED_AT, before), decisionsPage, { signal });
      this.#change(({ known }) => {
        if (before !== undefined || this.#next === undefined) this.#next = page.next;
        const all = known.with(page.decisions);
        if (all.isBehind) this.#lookSoon();
        return { known: all, currency: page.currency, hasOlder: typeof this.#next === "number" && all.dropped === 0, problem: undefined, isLoading: false, isRecorded: page.recorded };
      });
    } catch (fault) {
      this.#isBehind = true;
      if (!signal.aborted) this.#change((now) => ({ ...now, problem: problemOf(fault), isLoading: false }));
    } finally {
      this.#isReading = false;
    }
  }

  #hear(events: readonly StreamEvent[]): void {
    for (const { data } of events) {
      const event = decisionEvent.safeParse(data);
      // Something was missed: the list has it.
      if (!event.success) this.#lookSoon();
      else if (isAsked(rowOfEvent(event.data), this.#filter)) this.#gather(rowOfEvent(event.data));
    }
  }

  #lookSoon(): void {
    if (this.#looks >= MOST_LOOKS) return;
    this.#look ??= setTimeout(() => {
      this.#look = undefined;
      this.#looks++;
      void this.#read();
    }, LOOK_EVERY);
  }
}

/** Hands on what came since the last frame, once a frame. A page that is not seen draws no frames, but a timer still runs. */
function frameGatherer<Item>(hand: (items: readonly Item[]) => void): (item: Item) => void {
  let waiting: Item[] = [];
  return (item) => {
    waiting.push(item);
    if (waiting.length > 1) return;
    const give = (): void => {
      const items = waiting;
      waiting = [];
      hand(items);
    };
    if (document.hidden) setTimeout(give, 1000);
    else requestAnimationFrame(give);
  };
}
