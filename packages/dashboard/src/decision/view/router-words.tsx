import type { VNode } from "preact";
import * as z from "zod/mini";

import type { GatewayClient } from "../../gateway/gateway-client.ts";
import { useAnswer } from "../../gateway/use-answer.ts";

const explanation = z.object({
  basis: z.enum(["inputs", "receipt"]),
  counterfactual: z.object({ words: z.array(z.string()), tried: z.nullable(z.number()) }),
});
/** Lines that are shown at once. */
const MOST = 12;

/** What the router says would have changed a recent decision, each change decided again. It is the gateway's word, and stands apart from what the receipt shows. */
export function RouterWords({ gateway, id }: { readonly gateway: GatewayClient; readonly id: string }): VNode | null {
  const { value } = useAnswer(gateway, `api/v1/traces/${encodeURIComponent(id)}/explanation`, explanation);
  // Of an older decision it knows no more than the receipt does.
  if (value?.basis !== "inputs") return null;
  const { words, tried } = value.counterfactual;
  return (
    <div class="router-words">
      <h3>{`Decided again${tried === null ? "" : ` with ${String(tried)} single changes`}`}</h3>
      <p class="note">The gateway still has what this decision was made from and has tried each change. This is its word; the rest of this page follows from the receipt.</p>
      <ul>{words.slice(0, MOST).map((line) => <li key={line}><bdi>{line}</bdi></li>)}</ul>
      {words.length > MOST ? <p class="soft">{`And ${String(words.length - MOST)} more.`}</p> : undefined}
    </div>
  );
}
