import { verifyCheckpointBy } from "@caio/verifier";
import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { useAsked } from "../gateway/use-answer.ts";
import { counted, timeOfDay } from "../parts/format.ts";
import { Answered } from "../parts/states.tsx";
import type { ViewProps } from "../shell/views.ts";
import { CheckpointCard } from "./checkpoint-card.tsx";
import { continuationOf, newestCheckpoint, type CheckedCheckpoint, type Continuation } from "./log-checkpoint.ts";
import { ReceiptCheck } from "./receipt-check.tsx";
import { rememberCheckpoint, seenCheckpoints, type SeenCheckpoint } from "./seen-checkpoints.ts";
import { SeenCard } from "./seen-card.tsx";

/** A head that was seen, with its size and what has become of it. */
export interface JudgedHead extends SeenCheckpoint {
  readonly size: number;
  readonly continuation: Continuation;
}

/** The log: its head, checked here; the heads that this browser has seen, each continued or not; and receipts, checked here. */
export function LogView({ gateway }: ViewProps): VNode {
  const [now] = useState(() => Date.now());
  const state = useAsked(async () => {
    const head = await newestCheckpoint(gateway);
    const { origin } = head.checkpoint;
    const before = await Promise.all(seenCheckpoints(localStorage, origin).map(async (seen) => await judged(seen, head)));
    if (head.problem === undefined) rememberCheckpoint(localStorage, origin, { note: head.note, at: Date.now() });
    return { head, before };
  }, [gateway]);

  async function judged(seen: SeenCheckpoint, head: CheckedCheckpoint): Promise<JudgedHead> {
    const { checkpoint } = await verifyCheckpointBy(seen.note, head.keys);
    return { ...seen, size: checkpoint?.size ?? 0, continuation: checkpoint === undefined ? "broken" : await continuationOf(gateway, checkpoint, head.checkpoint) };
  }

  return (
    <>
      <header>
        <h1>Log</h1>
        <p>Every decision is an entry of an append-only log. All checks on this view are made by this browser, with the verifier that anyone can run; what the gateway says of itself counts for nothing.</p>
      </header>
      <Answered state={state}>
        {({ head, before }) => (
          <>
            <div class="cards">
              <CheckpointCard head={head} />
              <SeenCard heads={before} origin={head.checkpoint.origin} now={now} />
            </div>
            <p class="unseen" role="status">{`The log of ${head.checkpoint.origin} has ${counted(head.checkpoint.size)} entries at ${timeOfDay(now, now)}.`}</p>
          </>
        )}
      </Answered>
      <ReceiptCheck gateway={gateway} />
    </>
  );
}
