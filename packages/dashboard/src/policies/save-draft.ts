import type { GatewayClient, Tagged } from "../gateway/gateway-client.ts";
import { GatewayError } from "../gateway/gateway-error.ts";
import { changedPolicy, policyReply, savedReply, type ChangedPolicy, type PolicyReply } from "./policy-shapes.ts";
import { policyText } from "./policy-text.ts";

/** The version of a policy that a draft was begun from. */
export interface DraftBasis {
  readonly version: number;
  readonly text: string;
  /** By which the gateway knows it. */
  readonly tag: string;
}

/** Another version came into use since a draft was begun: what it is, and who put it there. */
export interface Overtaken {
  readonly now: DraftBasis;
  readonly by: ChangedPolicy["found"];
}

export function basisOf({ value: { version, policy }, tag }: Tagged<PolicyReply>): DraftBasis {
  return { version, text: policyText(policy), tag };
}

/**
 * Saves a draft, if the version that it was begun from is still in use. The gateway looks and saves in one step, so that of two who save at
 * the same moment one is told.
 *
 * @returns undefined: it is saved; else nothing is, and what is in use instead
 * @throws GatewayError for anything else
 */
export async function saveDraft(gateway: Pick<GatewayClient, "read" | "readTagged">, { id, draft, basis }: { readonly id: string; readonly draft: string; readonly basis: DraftBasis }): Promise<Overtaken | undefined> {
  try {
    await gateway.read("api/v1/policies", savedReply, { method: "POST", body: draft, headers: { "content-type": "application/yaml", "if-match": basis.tag } });
    return undefined;
  } catch (fault) {
    if (!isOvertaken(fault)) throw fault;
    const details = changedPolicy.safeParse(fault.details);
    return { now: basisOf(await gateway.readTagged(`api/v1/policies/${encodeURIComponent(id)}`, policyReply)), by: details.success ? details.data.found : null };
  }
}

/** Whether a change was refused because it was one of another version than is in use. */
export function isOvertaken(fault: unknown): fault is GatewayError {
  return fault instanceof GatewayError && fault.code === "PreconditionFailed";
}
