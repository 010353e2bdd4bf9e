import type { MessagePort } from "node:worker_threads";

import type { History } from "@caio/contracts";

import type { SqlStores } from "../stores-over.ts";
import { applyDelta, type HistoryDelta } from "../stores/history-delta.ts";
import { errorText, type StoreCall, type StoreReply } from "./store-message.ts";

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** Does what comes over the port with the stores, until they are closed. Replies that are ready in one turn go together. */
export function serveStores(stores: SqlStores, port: MessagePort): void {
  let replies: StoreReply[] = [];
  const reply = (each: StoreReply): void => {
    if (replies.push(each) > 1) return;
    queueMicrotask(() => {
      port.postMessage(replies);
      replies = [];
    });
  };
  port.on("message", (calls: readonly StoreCall[]) => {
    for (const call of calls) {
      answer(stores, call).then(
        (value) => { reply({ id: call.id, value }); },
        (error: unknown) => { reply({ id: call.id, error: errorText(error) }); },
      );
    }
  });
}

async function answer(stores: SqlStores, { port, method, args }: StoreCall): Promise<unknown> {
  if (port === "close") {
    await stores.close();
    return undefined;
  }
  if (port === "history" && method === "append") {
    await stores.history.append(await nextHistory(stores, args[0] as HistoryDelta));
    return undefined;
  }
  // The other side calls the methods of the same ports, and its compiler has checked how.
  const target = stores[port] as unknown as Readonly<Record<string, Method>>;
  return await target[method]?.(...args);
}

async function nextHistory({ history }: SqlStores, delta: HistoryDelta): Promise<History> {
  return applyDelta(await history.latest(), delta);
}
