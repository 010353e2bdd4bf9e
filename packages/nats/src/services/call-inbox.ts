import type { ServiceContract } from "@caio/contracts";
import { createInbox, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";

import { ConnectionWatch } from "../connection/connection-watch.ts";
import { callFault, type CallFaultReason } from "./call-fault.ts";
import { parsePart, type Part } from "./part.ts";
import { isControlOf } from "./service-subject.ts";

/** What a message is to a call: a part, or the end of it. */
type Arrival = { readonly part: Part } | { readonly fault: CallFaultReason };

/** More than any service sends that waits to be read. */
const MOST_WAITING = 256;
/** Calls that are over and whose service may not have heard so yet. */
const MOST_OVER = 4096;

/** Where the answers to all calls of one connection arrive, one subscription for all of them. */
export class CallInboxes {
  readonly #connection: NatsConnection;
  readonly #prefix: string;
  readonly #subscription: Subscription;
  readonly #open = new Map<string, CallInbox>();
  /** Whose the calls were that are over, the oldest first. */
  readonly #over = new Map<string, string>();
  readonly #forget: () => void;
  #count = 0;

  constructor(connection: NatsConnection, inboxPrefix?: string) {
    this.#connection = connection;
    this.#prefix = createInbox(inboxPrefix);
    this.#subscription = connection.subscribe(`${this.#prefix}.*`, { callback: (error, message) => { if (error === null) this.#take(message); } });
    this.#forget = ConnectionWatch.of(connection).onLost(() => {
      for (const inbox of [...this.#open.values()]) inbox.arrive({ fault: "cut" });
    });
  }

  /**
   * A place for the answer to one call. It must be closed.
   *
   * @param mostBytes - of the whole answer
   */
  open(contract: Pick<ServiceContract, "serviceId">, mostBytes: number): CallInbox {
    const token = String(this.#count++);
    const subject = `${this.#prefix}.${token}`;
    const inbox = new CallInbox({ subject, contract, mostBytes, tell: (control, words) => { this.#tell(control, words); }, leave: () => { this.#leave(token, contract.serviceId); } });
    this.#open.set(token, inbox);
    return inbox;
  }

  close(): void {
    this.#forget();
    this.#subscription.unsubscribe();
    for (const inbox of [...this.#open.values()]) inbox.arrive({ fault: "cut" });
  }

  #take(message: Msg): void {
    const token = message.subject.slice(this.#prefix.length + 1);
    const inbox = this.#open.get(token);
    const over = this.#over.get(token);
    if (inbox !== undefined) inbox.take(message);
    // Whose call is over, however it ended, wants no more of it.
    else if (over !== undefined && message.reply !== undefined && isControlOf(message.reply, over)) this.#tell(message.reply, "cancel");
  }

  #leave(token: string, serviceId: string): void {
    if (!this.#open.delete(token)) return;
    this.#over.set(token, serviceId);
    const [oldest] = this.#over.keys();
    if (oldest !== undefined && this.#over.size > MOST_OVER) this.#over.delete(oldest);
  }

  #tell(subject: string, words: string): void {
    try {
      this.#connection.publish(subject, words);
    } catch {
      // The connection is closed, and what listens there finds out by itself.
    }
  }
}

interface CallInboxTerms {
  readonly subject: string;
  readonly contract: Pick<ServiceContract, "serviceId">;
  readonly mostBytes: number;
  readonly tell: (control: string, words: string) => void;
  readonly leave: () => void;
}

/** What arrives of the answer to one call, in order. */
export class CallInbox {
  readonly subject: string;
  readonly #terms: CallInboxTerms;
  readonly #arrived: Arrival[] = [];
  #bytes = 0;
  /** Whatever comes now is not waited for. */
  #over = false;
  #heard: (() => void) | undefined;
  #control: string | undefined;

  constructor(terms: CallInboxTerms) {
    this.subject = terms.subject;
    this.#terms = terms;
  }

  take(message: Msg): void {
    this.#bytes += message.data.length;
    if (this.#bytes > this.#terms.mostBytes) {
      this.arrive({ fault: "too_large" });
      return;
    }
    if (message.data.length === 0 && message.headers?.code === 503) {
      this.arrive({ fault: "no_responders" });
      return;
    }
    const part = parsePart(message.string());
    if (part === undefined) this.arrive({ fault: "garbage" });
    else {
      if (message.reply !== undefined && isControlOf(message.reply, this.#terms.contract.serviceId)) this.#control ??= message.reply;
      this.arrive({ part });
    }
  }

  arrive(arrival: Arrival): void {
    if (this.#over) return;
    const last = this.#arrived.at(-1);
    // Two signs of life say no more than one, and a service that does not wait for its reader is not waited for either.
    if (isBeat(arrival) && last !== undefined && isBeat(last)) return;
    const next: Arrival = this.#arrived.length < MOST_WAITING ? arrival : { fault: "too_large" };
    this.#arrived.push(next);
    this.#over = "fault" in next;
    this.#heard?.();
  }

  /**
   * What comes next. Signs of life come, too: whoever reads has to be told.
   *
   * @throws CaioError `silent` if nothing does for so many times so long, and what ended the call
   */
  async next(beatMs: number, patience: number): Promise<Part> {
    // One long wait would run out while this process was busy and had not looked at what is there: between two it looks.
    for (let left = patience; left > 0 && this.#arrived.length === 0 && !this.#over; left--) await this.#beat(beatMs);
    const arrival = this.#arrived.shift();
    if (arrival === undefined) throw callFault("silent", this.#terms.contract);
    if ("fault" in arrival) throw callFault(arrival.fault, this.#terms.contract);
    return arrival.part;
  }

  /** Waits until something arrives, or so long. */
  async #beat(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#heard = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#heard = undefined;
  }

  /** Says how far the answer has been read. */
  acknowledge(seq: number): void {
    if (this.#control !== undefined) this.#terms.tell(this.#control, `ack ${String(seq)}`);
  }

  /** @param whole - false: the service is told to stop */
  close(whole: boolean): void {
    this.#over = true;
    this.#terms.leave();
    this.#heard?.();
    if (!whole && this.#control !== undefined) this.#terms.tell(this.#control, "cancel");
  }
}

function isBeat(arrival: Arrival): boolean {
  return "part" in arrival && arrival.part.part === "beat";
}
