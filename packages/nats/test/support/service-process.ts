/**
 * One copy of a service in a process of its own, to be killed: says again what it was sent, after as many milliseconds as that says, or
 * streams it word by word. Its first message says that it listens. It goes with whoever started it.
 */
import process from "node:process";

import type { JsonObject } from "@caio/core";
import { connect } from "@nats-io/transport-node";

import { serveOverNats } from "../../src/index.ts";
import { sampleContract } from "./sample-service.ts";

const [, , id = "", ...servers] = process.argv;
const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 100, pingInterval: 1000, maxPingOut: 2 });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const delayOf = (payload: JsonObject): number => Number(payload["delay"] ?? 0);

serveOverNats({
  connection,
  contract: sampleContract(id),
  handler: {
    execute: async ({ payload }) => {
      await pause(delayOf(payload as JsonObject));
      return { output: { said: payload, by: process.pid } };
    },
    async *stream({ payload }) {
      for (let number = 0; number < 20; number++) {
        yield { kind: "delta", value: number };
        await pause(delayOf(payload as JsonObject) / 20);
      }
      yield { kind: "end", finish: "stop", output: { by: process.pid } };
    },
  },
});
await connection.flush();
process.on("disconnect", () => { process.exit(); });
process.send?.("listening");
