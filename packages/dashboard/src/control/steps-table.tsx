import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { Badge } from "../parts/badge.tsx";
import { counted, exactMicros, timeOfDay } from "../parts/format.ts";
import { Table } from "../parts/table.tsx";
import { hashOf } from "../shell/hash-route.ts";
import type { Conversation } from "./control-shape.ts";
import { controlSteps } from "./control-steps.ts";

const FIRST = 20;

/** The steps of a conversation in exact figures, newest first. */
export function StepsTable({ conversation, now }: { readonly conversation: Conversation; readonly now: number }): VNode {
  const [all, setAll] = useState(false);
  const steps = controlSteps(conversation);
  return (
    <section class="card" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps</h2>
      <Table
        caption="Steps of control, newest first"
        rows={all ? steps : steps.slice(0, FIRST)}
        keyOf={({ decision }) => decision}
        columns={[
          { title: "Decision", cell: ({ decision, at }) => <a href={hashOf("decisions", [decision])}>{timeOfDay(at, now)}</a> },
          { title: "Service", cell: ({ service, model }) => <bdi>{model === null ? service : `${service} / ${model}`}</bdi> },
          { title: "Signal", cell: ({ kind, scaled }) => <><Badge tone={kind === "steer" ? "good" : "plain"}>{kind}</Badge> {scaled ? <Badge tone="fair">at the bound</Badge> : undefined}</> },
          { title: "E before", isNumber: true, cell: ({ energyMicros }) => exactMicros(energyMicros) },
          { title: "‖u‖", isNumber: true, cell: ({ normMicros }) => exactMicros(normMicros) },
          { title: "At most", isNumber: true, cell: ({ boundMicros }) => exactMicros(boundMicros) },
        ]}
      />
      {all || steps.length <= FIRST ? undefined : <div class="row"><button type="button" onClick={() => { setAll(true); }}>{`Show all ${counted(steps.length)}`}</button></div>}
    </section>
  );
}
