import type { Principal, RequestDocument } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";

import type { ChosenDecision } from "../decision.ts";
import { withPatience } from "./patience.ts";
import type { OrchestratorPorts } from "./orchestrator-ports.ts";

/** The obligation of a decision that cannot be met, as the error to give; undefined if all can be (calculus §3). */
export async function unmetObligation(
  decision: ChosenDecision,
  document: RequestDocument,
  principal: Principal,
  ports: Pick<OrchestratorPorts, "approve" | "clock" | "redact">,
  signal: AbortSignal | undefined,
): Promise<CaioError | undefined> {
  const { obligations } = decision.outcome;
  if (obligations.includes("redact") && ports.redact === undefined) {
    return unmet(decision, "redact", "a rule obliges to redact, but no redactor is configured. Configure one.");
  }
  if (!obligations.includes("human_approval")) return undefined;
  if (ports.approve === undefined) {
    return unmet(decision, "human_approval", "a rule obliges to ask a person, but nobody can be asked. Configure an approver.");
  }
  const asked = ports.approve({ decision, document, principal });
  const approved = await withPatience(asked, "a person was asked", { clock: ports.clock, signal });
  return approved ? undefined : unmet(decision, "human_approval", "the person asked did not approve.");
}

/** The payload as the obligations of a decision let it go out. */
export function obligedPayload(
  payload: JsonValue,
  decision: ChosenDecision,
  { redact }: Pick<OrchestratorPorts, "redact">,
): JsonValue {
  return decision.outcome.obligations.includes("redact") && redact !== undefined ? redact(payload) : payload;
}

function unmet(decision: ChosenDecision, obligation: string, why: string): CaioError<"ApprovalRequired"> {
  return new CaioError("ApprovalRequired", `Decision ${decision.decisionId.slice(0, 12)} was not executed: ${why}`, {
    details: { decision: decision.decisionId, obligation },
  });
}
