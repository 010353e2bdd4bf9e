import { EventEmitter } from "node:events";
import { MessageChannel, type MessagePort } from "node:worker_threads";

import { runDecisionThread, type DecisionWorker, type PoolReply } from "../../src/index.ts";

/**
 * A fake of a thread of Node: what a thread runs, behind a channel, so that everything is copied as between threads. It can be killed, and told to
 * forge its replies.
 */
export class ThreadHere implements DecisionWorker {
  readonly #events = new EventEmitter();
  readonly #near: MessagePort;
  readonly #far: MessagePort;
  #ended = false;
  messages = 0;

  constructor(forge: (replies: readonly PoolReply[]) => readonly PoolReply[] = (replies) => replies) {
    const { port1, port2 } = new MessageChannel();
    [this.#near, this.#far] = [port1, port2];
    runDecisionThread(port2);
    port1.on("message", (replies: readonly PoolReply[]) => this.#events.emit("message", forge(replies)));
  }

  postMessage(commands: Parameters<DecisionWorker["postMessage"]>[0]): void {
    this.messages += 1;
    this.#near.postMessage(commands);
  }

  on(event: "message" | "error" | "exit", listener: (value: never) => void): this {
    this.#events.on(event, (value: unknown) => { listener(value as never); });
    return this;
  }

  terminate(): void {
    this.kill();
  }

  /** As a thread that runs out of memory: no reply comes any more. */
  kill(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#near.close();
    this.#far.close();
    this.#events.emit("exit", 1);
  }
}
