import { isCaioError } from "@caio/core";

import { DecisionReplica } from "./decision-replica.ts";
import type { PoolCommand, PoolFault, PoolReply } from "./pool-message.ts";
import { SharedPartsSender } from "./shared-parts.ts";

/** Decisions that are answered together: fewer messages, but the first of them waits for the last. */
const ANSWERED_TOGETHER = 4;

/** The program that a thread of a pool runs, as built: for `new Worker(…)` of `node:worker_threads`. */
export const decisionThreadProgram: URL = new URL("../../bin/decision-thread.js", import.meta.url);

/** The port of a thread. */
export interface ThreadPort {
  postMessage(replies: readonly PoolReply[]): void;
  on(event: "message", listener: (commands: readonly PoolCommand[]) => void): unknown;
}

/**
 * What the program of a decision thread runs: holds R, P and H as it is told of them, and decides. An update that cannot be taken over is
 * thrown, and so ends the thread: the pool starts another one from the whole state.
 */
export function runDecisionThread(port: ThreadPort): void {
  const [replica, shared] = [new DecisionReplica(), new SharedPartsSender()];
  port.on("message", (commands) => {
    let replies: PoolReply[] = [];
    for (const command of commands) {
      const reply = answer(replica, shared, command);
      if (reply === undefined) continue;
      replies.push(reply);
      if (replies.length < ANSWERED_TOGETHER) continue;
      port.postMessage(replies);
      replies = [];
    }
    if (replies.length > 0) port.postMessage(replies);
  });
}

function answer(replica: DecisionReplica, shared: SharedPartsSender, command: PoolCommand): PoolReply | undefined {
  if (command.kind === "decide") {
    try {
      const { certificate, ...decision } = replica.decide(command);
      return { id: command.id, decision: { ...decision, certificate: { parts: shared.sent(certificate.parts), digest: certificate.digest } } };
    } catch (error) {
      return { id: command.id, error: faultOf(error) };
    }
  }
  replica.update(command);
  return undefined;
}

function faultOf(error: unknown): PoolFault {
  if (isCaioError(error)) return error.toJSON();
  return { code: null, message: error instanceof Error ? error.message : String(error), details: {} };
}
