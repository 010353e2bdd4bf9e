import type { ServiceContract } from "@caio/contracts";
import { createInbox, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";

import { ConnectionWatch } from "../connection/connection-watch.ts";
import { callFault, type CallFaultReason } from "./call-fault.ts";
import { parsePart, type Part } from "./part.ts";
import { isControlOf } from "./service-subject.ts";

/** What a message is to a call: a part, or the end of it. */
type Arrival = { readonly part: Part; readonly bytes: number } | { readonly fault: CallFaultReason };

/** More than any service sends that waits to be read. */
const MOST_WAITING = 256;

/** Where the answers to all calls of one connection arrive, one subscription for all of them. */
export class CallInboxes {
  readonly #connection: NatsConnection;
  readonly #prefix: string;
  readonly #subscription: Subscription;
  readonly #open = new Map<string, CallInbox>();
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

  /** A place for the answer to one call. It must be closed. */
  open(contract: Pick<ServiceContract, "serviceId">): CallInbox {
    const token = String(this.#count++);
    const inbox = new CallInbox(`${this.#prefix}.${token}`, contract, (subject, words) => { this.#tell(subject, words); }, () => { this.#open.delete(token); });
    this.#open.set(token, inbox);
    return inbox;
  }

  close(): void {
    this.#forget();
    this.#subscription.unsubscribe();
    for (const inbox of [...this.#open.values()]) inbox.arrive({ fault: "cut" });
  }

  #take(message: Msg): void {
    const inbox = this.#open.get(message.subject.slice(this.#prefix.length + 1));
    if (inbox !== undefined) inbox.take(message);
    // Whose call is over, however it ended, wants no more of it.
    else if (message.reply !== undefined && /^caio\.control\.[a-z0-9-]{1,63}\.[0-9A-Za-z]{1,64}\.[0-9]{1,15}$/.test(message.reply)) this.#tell(message.reply, "cancel");
  }

  #tell(subject: string, words: string): void {
    try {
      this.#connection.publish(subject, words);
    } catch {
      // The connection is closed, and what listens there finds out by itself.
    }
  }
}

/** What arrives of the answer to one call, in order. */
export class CallInbox {
  readonly subject: string;
  readonly #contract: Pick<ServiceContract, "serviceId">;
  readonly #tell: (subject: string, words: string) => void;
  readonly #leave: () => void;
  readonly #arrived: Arrival[] = [];
  #heard: (() => void) | undefined;
  #control: string | undefined;

  constructor(subject: string, contract: Pick<ServiceContract, "serviceId">, tell: (subject: string, words: string) => void, leave: () => void) {
    this.subject = subject;
    this.#contract = contract;
    this.#tell = tell;
    this.#leave = leave;
  }

  take(message: Msg): void {
    if (message.data.length === 0 && message.headers?.code === 503) {
      this.arrive({ fault: "no_responders" });
      return;
    }
    const part = parsePart(message.string());
    if (part === undefined) this.arrive({ fault: "garbage" });
    else {
      if (message.reply !== undefined && isControlOf(message.reply, this.#contract.serviceId)) this.#control ??= message.reply;
      this.arrive({ part, bytes: message.data.length });
    }
  }

  arrive(arrival: Arrival): void {
    const last = this.#arrived.at(-1);
    // Two signs of life say no more than one, and a service that does not wait for its reader is not waited for either.
    if (isBeat(arrival) && last !== undefined && isBeat(last)) return;
    if (this.#arrived.length < MOST_WAITING) this.#arrived.push(arrival);
    else this.#arrived[MOST_WAITING - 1] = { fault: "too_large" };
    this.#heard?.();
  }

  /**
   * What comes next. Signs of life come, too: whoever reads has to be told.
   *
   * @throws CaioError `silent` if nothing does for so long, and what ended the call
   */
  async next(silenceMs: number): Promise<{ readonly part: Part; readonly bytes: number }> {
    if (this.#arrived.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, silenceMs);
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#heard = undefined;
    }
    const arrival = this.#arrived.shift();
    if (arrival === undefined) throw callFault("silent", this.#contract);
    if ("fault" in arrival) throw callFault(arrival.fault, this.#contract);
    return arrival;
  }

  /** Says how far the answer has been read. */
  acknowledge(seq: number): void {
    if (this.#control !== undefined) this.#tell(this.#control, `ack ${String(seq)}`);
  }

  /** @param whole - false: the service is told to stop */
  close(whole: boolean): void {
    this.#leave();
    this.#heard?.();
    if (!whole && this.#control !== undefined) this.#tell(this.#control, "cancel");
  }
}

function isBeat(arrival: Arrival): boolean {
  return "part" in arrival && arrival.part.part === "beat";
}
