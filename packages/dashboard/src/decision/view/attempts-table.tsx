import type { VNode } from "preact";

import { Badge } from "../../parts/badge.tsx";
import { duration, money, timeOfDay } from "../../parts/format.ts";
import { Table } from "../../parts/table.tsx";
import { nameOf } from "../receipt-shape.ts";
import type { Trace } from "../trace-shape.ts";

/** How the calls that followed the decision ended. */
export function AttemptsTable({ trace: { outcomes, feedback }, currency }: { readonly trace: Trace; readonly currency: string }): VNode {
  if (outcomes.length === 0) return <p class="soft">No call was made, or it is still under way.</p>;
  return (
    <>
      <h3>{outcomes.length === 1 ? "One attempt" : `${String(outcomes.length)} attempts`}{feedback.length === 0 ? "" : `, feedback ${String(feedback.length)} times`}</h3>
      <Table
        caption="Attempts"
        rows={outcomes}
        keyOf={({ attempt, endedAt }) => `${String(attempt)} ${String(endedAt)}`}
        columns={[
          { title: "Attempt", cell: ({ attempt }) => String(attempt) },
          { title: "Pair", cell: (outcome) => <bdi>{nameOf(outcome)}</bdi> },
          { title: "Ended", cell: ({ status, reason }) => <><Badge tone={status === "success" ? "good" : status === "cancelled" ? "plain" : "bad"}>{status}</Badge>{reason === null ? "" : ` ${reason}`}</> },
          { title: "At", cell: ({ endedAt }) => timeOfDay(endedAt, Date.now()) },
          { title: "Latency", isNumber: true, cell: ({ latencyUs }) => duration(latencyUs) },
          { title: "Cost", isNumber: true, cell: ({ costMicros }) => (costMicros === null ? "–" : money(costMicros, currency)) },
        ]}
      />
    </>
  );
}
