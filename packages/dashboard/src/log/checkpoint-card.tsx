import type { VNode } from "preact";

import { Badge } from "../parts/badge.tsx";
import { counted } from "../parts/format.ts";
import { hexOf, type CheckedCheckpoint } from "./log-checkpoint.ts";

/** The newest head of the log. */
export function CheckpointCard({ head }: { readonly head: CheckedCheckpoint }): VNode {
  const { checkpoint, problem, keys, note } = head;
  return (
    <section class="card" aria-labelledby="head-title">
      <div class="row">
        <h2 id="head-title">Newest checkpoint</h2>
        {problem === undefined ? <Badge tone="good">signature holds</Badge> : <Badge tone="bad">not signed</Badge>}
      </div>
      {problem === undefined ? undefined : <p class="message bad" role="alert">{`Do not rely on this log: ${problem}.`}</p>}
      <dl class="facts">
        <div><dt>Entries</dt><dd class="big">{counted(checkpoint.size)}</dd></div>
        <div><dt>Log</dt><dd class="exact">{checkpoint.origin}</dd></div>
      </dl>
      <dl class="facts wide">
        <div><dt>Root hash</dt><dd class="exact">{hexOf(checkpoint.root)}</dd></div>
        <div><dt>Signed by</dt><dd class="exact">{keys[0]}</dd></div>
      </dl>
      <details>
        <summary>The signed note</summary>
        <pre tabIndex={0} aria-label="Signed note">{note}</pre>
      </details>
    </section>
  );
}
