import { CaioError, type JsonValue } from "@caio/core";

import type { ChosenDecision } from "../decision.ts";
import type { OrchestrateOptions } from "./orchestrator.ts";
import type { ApprovalAnswer, ApprovalRequest, OrchestratorPorts } from "./orchestrator-ports.ts";
import { withPatience } from "./patience.ts";

/** Whether a decision may be executed. */
export type Clearance =
  | { readonly cleared: true; /** Goes into the log with every outcome of the decision. */ readonly note?: string | undefined }
  | { readonly cleared: false; readonly error: CaioError; /** Of the decision that was not executed, in the log. */ readonly reason: string };

/** Whether the obligations of a decision can be met (calculus §3), and whether it is of the contract that the request was made for. */
export async function clearance(
  { document, principal }: Pick<ApprovalRequest, "document" | "principal">,
  decision: ChosenDecision,
  ports: Pick<OrchestratorPorts, "approve" | "clock" | "redact">,
  { signal, approval: reference, contracts }: OrchestrateOptions,
): Promise<Clearance> {
  const { service, contractDigest } = decision.outcome.selected;
  const expected = contracts?.[service];
  if (expected !== undefined && expected !== contractDigest) return swapped(decision, service);
  const { obligations } = decision.outcome;
  if (obligations.includes("redact") && ports.redact === undefined) {
    return unmet(decision, "redact", "a rule obliges to redact, but no redactor is configured. Configure one.");
  }
  if (!obligations.includes("human_approval")) return { cleared: true };
  if (ports.approve === undefined) {
    return unmet(decision, "human_approval", "a rule obliges to ask a person, but nobody can be asked. Configure an approver.");
  }
  const asked = ports.approve({ decision, document, principal, reference });
  const answer = await withPatience(asked, "a person was asked", { clock: ports.clock, signal });
  return clearedBy(typeof answer === "boolean" ? { approved: answer } : answer, decision);
}

function clearedBy({ approved, note, error }: ApprovalAnswer, decision: ChosenDecision): Clearance {
  if (approved) return { cleared: true, note };
  const refused = unmet(decision, "human_approval", "the person asked did not approve.");
  const reason = note === undefined ? refused.reason : `${refused.reason},${note}`;
  return { cleared: false, error: error ?? refused.error, reason };
}

/** The payload as the obligations of a decision let it go out. */
export function obligedPayload(
  payload: JsonValue,
  decision: ChosenDecision,
  { redact }: Pick<OrchestratorPorts, "redact">,
): JsonValue {
  return decision.outcome.obligations.includes("redact") && redact !== undefined ? redact(payload) : payload;
}

function swapped({ decisionId }: ChosenDecision, service: string): Clearance & { readonly cleared: false } {
  const error = new CaioError(
    "ServiceUnavailable",
    `Decision ${decisionId.slice(0, 12)} was not executed: service ${service} has another contract than the one the request was made for. Look at it again, and ask again.`,
    { details: { decision: decisionId, service, reason: "contract_swapped", not_sent: true } },
  );
  return { cleared: false, error, reason: "contract_swapped" };
}

function unmet({ decisionId }: ChosenDecision, obligation: string, why: string): Clearance & { readonly cleared: false } {
  const error = new CaioError("ApprovalRequired", `Decision ${decisionId.slice(0, 12)} was not executed: ${why}`, {
    details: { decision: decisionId, obligation },
  });
  return { cleared: false, error, reason: error.code };
}
