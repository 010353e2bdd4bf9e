import type { VNode } from "preact";

import type { GatewayClient } from "../../gateway/gateway-client.ts";
import { Answered } from "../../parts/states.tsx";
import { AttemptsTable } from "./attempts-table.tsx";
import { PictureView } from "./picture-view.tsx";
import { PlanSteps } from "./plan-steps.tsx";
import { RouterWords } from "./router-words.tsx";
import { useDecision, type FetchedDecision } from "./use-picture.ts";
import { VerifiedLine } from "./verified-line.tsx";

/** One decision opened: why it went where it went, and what came of it. */
export function DecisionView({ gateway, id }: { readonly gateway: GatewayClient; readonly id: string }): VNode {
  const state = useDecision(gateway, id);
  return (
    <>
      <header>
        <p class="crumb"><a href="#/decisions">Decisions</a></p>
        <h1>{state.value === undefined ? "Decision" : titleOf(state.value)}</h1>
        <p class="exact">{id}</p>
      </header>
      <Answered state={state}>{(decision) => <Decision gateway={gateway} decision={decision} />}</Answered>
    </>
  );
}

function titleOf({ pictures, planId }: FetchedDecision): string {
  if (planId !== undefined) return `Plan of ${String(pictures.length)} steps`;
  return pictures[0]?.headline ?? "Decision";
}

function Decision({ gateway, decision }: { readonly gateway: GatewayClient; readonly decision: FetchedDecision }): VNode {
  const { report, pictures, unreadable, planId, bundle, trace } = decision;
  const [picture] = pictures;
  return (
    <>
      <VerifiedLine report={report} bundle={bundle} id={trace.decisionId} />
      {unreadable === undefined ? undefined : <p class="message fair">{`This receipt cannot be drawn. ${unreadable}`}</p>}
      {planId !== undefined ? <PlanSteps pictures={pictures} /> : picture === undefined ? undefined : <PictureView picture={picture} attempts={<AttemptsTable trace={trace} currency={picture.currency} />} otherwise={<RouterWords gateway={gateway} id={trace.decisionId} />} />}
    </>
  );
}
