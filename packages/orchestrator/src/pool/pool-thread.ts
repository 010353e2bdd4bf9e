import type { Request } from "@caio/contracts";

import type { PoolInputs } from "./pool-inputs.ts";
import type { DecideCommand, PoolCommand, PoolReply, VersionPlace } from "./pool-message.ts";
import { SharedPartsReceiver } from "./shared-parts.ts";
import { historyUpdate, registryUpdate } from "./snapshot-updates.ts";

/** A thread of an application, or the end of a channel: what `new Worker(…)` of `node:worker_threads` gives. */
export interface DecisionWorker {
  postMessage(commands: readonly PoolCommand[]): void;
  on(event: "message", listener: (replies: readonly PoolReply[]) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  terminate(): unknown;
}

/** One thread as the pool sees it: what it was told of R, P and H, and the decisions that it has to make. */
export class PoolThread<Task extends { readonly id: number }> {
  readonly worker: DecisionWorker;
  readonly tasks = new Map<number, Task>();
  /** Of its certificates. */
  readonly shared = new SharedPartsReceiver();
  #held: Partial<{ -readonly [Kind in keyof PoolInputs]: PoolInputs[Kind]["snapshot"] }> = {};
  #outgoing: PoolCommand[] = [];

  constructor(worker: DecisionWorker) {
    this.worker = worker;
  }

  /** Gives it a decision to make, after what it must be told before. */
  assign(task: Task, request: Request, inputs: PoolInputs): void {
    this.#bring(inputs);
    this.tasks.set(task.id, task);
    this.#outgoing.push(commandOf(task.id, request, inputs));
  }

  /** Sends what was assigned, in one message. */
  send(): void {
    if (this.#outgoing.length === 0) return;
    const commands = this.#outgoing;
    this.#outgoing = [];
    this.worker.postMessage(commands);
  }

  /** Updates before the decision that needs them, in the order in which versions came. */
  #bring({ registry, policy, history }: PoolInputs): void {
    if (this.#held.registry !== registry.snapshot) this.#outgoing.push(registryUpdate(this.#held.registry, registry.snapshot));
    if (this.#held.policy !== policy.snapshot) {
      const { version, base, named } = policy.snapshot;
      this.#outgoing.push({ kind: "policy", version, base, named });
    }
    if (this.#held.history !== history.snapshot) this.#outgoing.push(historyUpdate(this.#held.history, history.snapshot));
    this.#held = { registry: registry.snapshot, policy: policy.snapshot, history: history.snapshot };
  }
}

function commandOf(id: number, request: Request, { registry, policy, history }: PoolInputs): DecideCommand {
  return {
    kind: "decide",
    ...{ id, request },
    registry: placeOf(registry.snapshot.epoch, registry),
    policy: placeOf(policy.snapshot.version, policy),
    history: placeOf(history.snapshot.version, history),
  };
}

function placeOf(version: number, { logIndex, freshness }: Omit<VersionPlace, "version">): VersionPlace {
  return { version, logIndex, ...(freshness === undefined ? {} : { freshness }) };
}
