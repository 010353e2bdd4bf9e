import type { VNode } from "preact";

import type { GatewayClient } from "../gateway/gateway-client.ts";

/** What recent requests would have come to under the draft. */
export function WhatIf({ isReady }: { readonly gateway: GatewayClient; readonly draft: string; readonly isReady: boolean }): VNode {
  return <p class="soft">{isReady ? "" : ""}</p>;
}
