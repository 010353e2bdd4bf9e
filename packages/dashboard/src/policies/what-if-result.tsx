import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { duration, money, shortTime } from "../parts/format.ts";
import { Table } from "../parts/table.tsx";
import { hashOf } from "../shell/hash-route.ts";
import { judgementText, movesOf, outcomeText, type Judgement } from "./what-if-shapes.ts";

/** Rows that are drawn at first, and at most. */
const FEW = 8;
const MOST = 100;

/** What a draft would have changed: in all, and each request with the reason. */
export function WhatIfResult({ judgement }: { readonly judgement: Judgement }): VNode {
  const [most, setMost] = useState(FEW);
  const { changes, currency, totals: { cost_micros: cost, rescored, refused }, unreproduced } = judgement;
  return (
    <div class="what-if-result">
      <p class={refused > 0 ? "message fair" : "message good"}>{judgementText(judgement)}</p>
      <p class="soft">
        {`Worst-case cost of all: ${money(cost.before, currency)} as it was, ${money(cost.after, currency)} under the draft.`}
        {rescored === 0 ? "" : ` ${String(rescored)} more keep their pair with another score.`}
        {unreproduced.length === 0 ? "" : ` ${String(unreproduced.length)} could not be decided again as they were and are left out.`}
      </p>
      {changes.length === 0 ? undefined : <ul class="moves">{movesOf(judgement).map(({ from, to, count }) => <li key={`${from} ${to}`}><strong class="number">{String(count)}</strong> <bdi>{from}</bdi> → <bdi>{to}</bdi></li>)}</ul>}
      {changes.length === 0 ? undefined : (
        <Table
          caption="Recent requests that would come out otherwise"
          rows={changes.slice(0, most)}
          keyOf={({ id }) => id}
          columns={[
            { title: "Decision", cell: ({ id, at }) => <a href={hashOf("decisions", [id])}>{shortTime(at, Date.now())}</a> },
            { title: "Tenant", cell: ({ tenant }) => <bdi>{tenant}</bdi> },
            { title: "As it was", cell: ({ from }) => <bdi>{outcomeText(from)}</bdi> },
            { title: "Under the draft", cell: ({ to }) => <bdi>{outcomeText(to)}</bdi> },
            { title: "Cost", isNumber: true, cell: ({ difference: { cost_micros: micros } }) => signed(micros, (value) => money(value, currency)) },
            { title: "Latency", isNumber: true, cell: ({ difference: { latency_us: us } }) => signed(us, duration) },
            { title: "Why", cell: ({ why }) => <bdi>{why.join(" ")}</bdi> },
          ]}
        />
      )}
      {changes.length > most && most < MOST ? <div class="row"><button type="button" onClick={() => { setMost(MOST); }}>{`Show ${String(Math.min(MOST, changes.length))}`}</button></div> : undefined}
    </div>
  );
}

function signed(value: number | null, words: (value: number) => string): string {
  if (value === null) return "–";
  return value === 0 ? "the same" : `${value < 0 ? "−" : "+"}${words(Math.abs(value))}`;
}
