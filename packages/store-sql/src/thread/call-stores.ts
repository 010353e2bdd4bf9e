import type { MessagePort, Worker } from "node:worker_threads";

import type { History, HistoryStore } from "@caio/contracts";
import type { RegistryStore } from "@caio/registry";
import type { PolicyStore } from "@caio/rules";
import type { BudgetLedger, KeyStore } from "@caio/security";
import type { CheckpointStore, DecisionKeyStore, RetentionStore, TraceStore } from "@caio/traceability";

import type { BackupStore } from "../backup/sql-backup-store.ts";
import { storeError } from "../engine/store-fault.ts";
import type { SqlStores } from "../stores-over.ts";
import { dueParts, PartsGiven } from "../stores/certificate-parts.ts";
import { historyDelta } from "../stores/history-delta.ts";
import { errorOf, type PortName, type StoreCall, type StoreReply } from "./store-message.ts";

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/** The other end of the stores: a thread, or one port of a channel. */
export type StorePort = Pick<MessagePort | Worker, "postMessage" | "ref" | "unref"> & {
  on(event: "message", listener: (value: readonly StoreReply[]) => void): unknown;
};

/** Calls that go to the thread of the stores. Those of one turn of the event loop go together, in order. */
export class StoreCalls {
  readonly #port: StorePort;
  readonly #file: string;
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: StoreCall[] = [];
  #next = 1;
  #broken: unknown;

  constructor(port: StorePort, file: string) {
    this.#port = port;
    this.#file = file;
    port.on("message", (replies) => { this.#take(replies); });
    // Only a call that waits keeps the process alive.
    port.unref();
  }

  /** Resolves when the stores are open. */
  opened(): Promise<unknown> {
    return this.#wait(0);
  }

  call(port: StoreCall["port"], method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#broken !== undefined) return Promise.reject(storeError("closed", this.#file, { cause: this.#broken }));
    const id = this.#next++;
    if (this.#outgoing.push({ id, port, method, args }) === 1) setImmediate(() => { this.#send(); });
    return this.#wait(id);
  }

  /** The thread has ended: nobody will answer. */
  break(reason: unknown): void {
    this.#broken ??= reason;
    for (const { failed } of this.#waiting.values()) failed(storeError("failed", this.#file, { cause: reason }));
    this.#waiting.clear();
  }

  #wait(id: number): Promise<unknown> {
    return new Promise((done, failed) => {
      if (this.#waiting.size === 0) this.#port.ref();
      this.#waiting.set(id, { done, failed });
    });
  }

  #send(): void {
    const calls = this.#outgoing;
    this.#outgoing = [];
    try {
      this.#port.postMessage(calls);
    } catch {
      // None of them was sent, for one that is no value of a port: the others are not to suffer for it.
      for (const call of calls) this.#sendAlone(call);
    }
  }

  #sendAlone(call: StoreCall): void {
    try {
      this.#port.postMessage([call]);
    } catch (error) {
      this.#end(call.id)?.failed(storeError("failed", this.#file, { cause: error }));
    }
  }

  /** The call waits no more. */
  #end(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#port.unref();
    return waiting;
  }

  #take(replies: readonly StoreReply[]): void {
    for (const reply of replies) {
      const waiting = this.#end(reply.id);
      if ("error" in reply) waiting?.failed(errorOf(reply.error, this.#file));
      else waiting?.done(reply.value);
    }
  }
}

/** The ports of stores that are behind calls. */
export function storesBehind(calls: StoreCalls, ended: () => Promise<void>): SqlStores {
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await calls.call("close", "", []);
    await ended();
  };
  return {
    registry: portBehind<RegistryStore>(calls, "registry", { load: true, append: true }),
    policies: portBehind<PolicyStore>(calls, "policies", {
      ...{ put: true, putAll: true, activate: true, active: true, audit: true, get: true, findByDigest: true, list: true, versions: true },
    }),
    keys: portBehind<KeyStore>(calls, "keys", { find: true, add: true, revoke: true, setLimits: true, list: true }),
    budgets: portBehind<BudgetLedger>(calls, "budgets", { reserve: true, settle: true, release: true, usage: true, held: true }),
    history: new HistoryBehind(calls),
    traces: tracesBehind(calls),
    decisionKeys: portBehind<DecisionKeyStore>(calls, "decisionKeys", { put: true, get: true, opening: true, erase: true }),
    checkpoints: portBehind<CheckpointStore>(calls, "checkpoints", { load: true, save: true }),
    retention: portBehind<RetentionStore>(calls, "retention", { retain: true, runs: true }),
    backup: portBehind<BackupStore>(calls, "backup", { begin: true, next: true, end: true }),
    close: () => (closing ??= close()),
  };
}

/** A port whose every method is a call; `methods` names all of them, or it does not compile. */
function portBehind<Port extends object>(calls: StoreCalls, port: PortName, methods: Readonly<Record<keyof Port, true>>): Port {
  const made = Object.keys(methods).map((method) => [method, (...args: unknown[]) => calls.call(port, method, args)]);
  return Object.fromEntries(made) as Port;
}

/** Sends the text of what many certificates have in common now and then, and else its digest alone. */
function tracesBehind(calls: StoreCalls): TraceStore {
  const given = new PartsGiven();
  const append: TraceStore["append"] = async (start, entries) => {
    try {
      await calls.call("traces", "append", [start, dueParts(entries, start, given)]);
    } catch (error) {
      given.forget();
      throw error;
    }
  };
  return { ...portBehind<TraceStore>(calls, "traces", { size: true, append: true, read: true, find: true }), append };
}

/** Sends of each version only what changed. */
class HistoryBehind implements HistoryStore {
  readonly #calls: StoreCalls;
  #sent: History | undefined;

  constructor(calls: StoreCalls) {
    this.#calls = calls;
  }

  async latest(): Promise<History> {
    return (await this.#calls.call("history", "latest", [])) as History;
  }

  async load(version: number): Promise<History | undefined> {
    return (await this.#calls.call("history", "load", [version])) as History | undefined;
  }

  async append(history: History): Promise<void> {
    const delta = historyDelta(this.#sent, history);
    // Until it is kept, nothing is known of what the other side has.
    this.#sent = undefined;
    await this.#calls.call("history", "append", [delta]);
    this.#sent = history;
  }
}
