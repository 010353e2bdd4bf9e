import type { Principal, RequestDocument } from "@caio/contracts";
import type { OrchestrateOptions, Orchestration, OrchestrationEvent } from "@caio/orchestrator";
import type { FastifyRequest } from "fastify";

import type { GatewayCore } from "../gateway-core.ts";

/** The word by which a caller names an approval: a header, or a member of `metadata` or `_meta`. */
const WORD = "caio-approval";

/** A request of a caller who is there to wait. */
export interface Attended extends OrchestrateOptions {
  readonly signal: AbortSignal;
}

type Needed = Pick<GatewayCore, "orchestrator" | "approvals" | "config">;

/**
 * `orchestrate` as a gateway does it: where a person must confirm and the caller can wait, it waits for a while; then the same request is
 * decided anew under the approval, by the services and policies that there are then. A caller who set a deadline is not made to wait.
 */
export async function orchestrateApproved(core: Needed, document: RequestDocument, caller: Principal, options: Attended): Promise<Orchestration> {
  const ended = await core.orchestrator.orchestrate(document, caller, options);
  const approval = await decidedMeanwhile(core, document, ended, options.signal);
  return approval === undefined ? ended : await core.orchestrator.orchestrate(document, caller, { ...options, approval });
}

/** The same for an answer in parts: nothing is told before a person has confirmed. */
export async function* streamApproved(core: Needed, document: RequestDocument, caller: Principal, options: Attended): AsyncGenerator<OrchestrationEvent, void, void> {
  for await (const event of core.orchestrator.stream(document, caller, options)) {
    const approval = event.kind === "ended" ? await decidedMeanwhile(core, document, event.orchestration, options.signal) : undefined;
    if (approval === undefined) yield event;
    else yield* core.orchestrator.stream(document, caller, { ...options, approval });
  }
}

/** The approval that a request waits for, once a person has said yes or no; undefined if it waits for none, or nobody did in time. */
async function decidedMeanwhile({ approvals, config }: Needed, { limits }: RequestDocument, ended: Orchestration, signal: AbortSignal): Promise<string | undefined> {
  // After a call was made, whoever asks again is to know of it.
  if (ended.kind !== "failed" || ended.error.code !== "ApprovalRequired" || ended.attempts.length > 0) return undefined;
  const { approval, status } = ended.error.details;
  if (typeof approval !== "string" || status !== "pending" || limits.deadlineUs !== undefined) return undefined;
  return (await approvals.decided(approval, config.approvals.waitMs, signal)) ? approval : undefined;
}

/** The approval that a caller came with. */
export function approvalIn(headers: FastifyRequest["headers"], metadata?: Readonly<Record<string, unknown>> | null): { readonly approval?: string } {
  const said = headers[WORD] ?? metadata?.[WORD] ?? metadata?.[WORD.replaceAll("-", "_")];
  return typeof said === "string" ? { approval: said } : {};
}
