import type { GatewayClient } from "./gateway-client.ts";

/** The gateway's word on which keys are the operator's, newest first; who does not trust it gives a copy of his own on the view "Log". */
export async function operatorKeys(gateway: GatewayClient, signal?: AbortSignal): Promise<readonly string[]> {
  return (await gateway.text("api/v1/log/key", signal === undefined ? {} : { signal })).trim().split("\n");
}
