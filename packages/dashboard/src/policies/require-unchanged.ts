import type { GatewayClient } from "../gateway/gateway-client.ts";
import { GatewayError } from "../gateway/gateway-error.ts";
import { policyReply } from "./policy-shapes.ts";
import { policyText } from "./policy-text.ts";

/** A draft is of the version that it was begun from. @throws GatewayError if another was saved since, which would be undone unseen */
export async function requireUnchanged(gateway: Pick<GatewayClient, "read">, id: string, begunFrom: string): Promise<void> {
  const { version, policy } = await gateway.read(`api/v1/policies/${encodeURIComponent(id)}`, policyReply);
  if (policyText(policy) !== begunFrom) throw new GatewayError("Conflict", `Version ${String(version)} of ${id} was saved since this draft was begun, and would be undone by it. Keep a copy of the draft and open the policy again.`);
}
