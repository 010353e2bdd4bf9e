import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { DecisionView } from "../decision/view/decision-view.tsx";
import type { ReceiptFileView } from "../decision/view/receipt-file-view.tsx";
import { counted } from "../parts/format.ts";
import { Lazy } from "../parts/lazy.tsx";
import { Empty, Problem } from "../parts/states.tsx";
import { useSettled } from "../parts/use-settled.ts";
import type { ViewProps } from "../shell/views.ts";
import { DecisionCharts } from "./decision-charts.tsx";
import { DecisionFilters } from "./decision-filters.tsx";
import { DecisionList } from "./decision-list.tsx";
import { NO_FILTER, type DecisionFilter } from "./decision-row.ts";
import { RecentDecisions } from "./recent-decisions.ts";
import { useDecisions } from "./use-decisions.ts";

/** Figures and charts over thousands of rows follow the list at this pace, milliseconds. */
const SETTLE_MS = 500;

const decisionView = async (): Promise<typeof DecisionView> => (await import("../decision/view/decision-view.tsx")).DecisionView;
const receiptFileView = async (): Promise<typeof ReceiptFileView> => (await import("../decision/view/receipt-file-view.tsx")).ReceiptFileView;

/** Decisions as they are made; one of them; or one from a file. */
export function DecisionsView(props: ViewProps): VNode {
  const [first] = props.route.parts;
  if (first === undefined) return <LiveDecisions {...props} />;
  return first === "file" ? <Lazy load={receiptFileView} gateway={props.gateway} /> : <Lazy key={first} load={decisionView} gateway={props.gateway} id={first} />;
}

/** The list, its figures over time, and what it is narrowed to. The filter stands in the address, so that it can be shared. */
function LiveDecisions({ gateway, route: { terms } }: ViewProps): VNode {
  const outcome = terms.get("outcome");
  const filter: DecisionFilter = { ...NO_FILTER, outcome: outcome === "chosen" || outcome === "refused" ? outcome : "", service: terms.get("service") ?? "", tenant: terms.get("tenant") ?? "" };
  const live = useDecisions(gateway, filter);
  const [paused, setPaused] = useState<RecentDecisions>();
  const shown = paused ?? live.known;
  const waiting = paused === undefined ? 0 : live.known.rows.length + live.known.dropped - paused.rows.length - paused.dropped;
  useEffect(() => { setPaused(undefined); }, [filter.outcome, filter.service, filter.tenant]);
  const { rows } = shown;
  const settled = useSettled(rows, SETTLE_MS);
  // The first rows are not waited for.
  const calm = settled.length === 0 ? rows : settled;
  return (
    <>
      <header>
        <h1>Decisions</h1>
        <p>Which service each request went to, and whether it kept what it promised. Open one to see why.</p>
      </header>
      {live.problem === undefined ? undefined : <Problem problem={live.problem} />}
      <DecisionCharts rows={calm} />
      <section class="card" aria-labelledby="list-title">
        <div class="row spread">
          <h2 id="list-title">{live.isLoading ? "Loading …" : `${counted(rows.length)} decision${rows.length === 1 ? "" : "s"}${live.hasOlder ? ", older ones below" : ""}`}</h2>
          <div class="row">
            <Listening isListening={live.isListening} isPaused={paused !== undefined} />
            <button type="button" aria-pressed={paused !== undefined} onClick={() => { setPaused(paused === undefined ? live.known : undefined); }}>
              {paused === undefined ? "Pause" : waiting > 0 ? `Go on (${counted(waiting)} new)` : "Go on"}
            </button>
            <a class="button" href="#/decisions/file">Open a receipt file</a>
          </div>
        </div>
        <DecisionFilters filter={filter} rows={calm} />
        {rows.length > 0 ? <DecisionList rows={rows} currency={live.currency} hasOlder={live.hasOlder} onEnd={live.loadOlder} /> : undefined}
        {rows.length === 0 && !live.isLoading && live.problem === undefined ? <Nothing filter={filter} isRecorded={live.isRecorded} /> : undefined}
        <Spoken count={rows.length + shown.dropped} />
      </section>
    </>
  );
}

function Nothing({ filter, isRecorded }: { readonly filter: DecisionFilter; readonly isRecorded: boolean }): VNode {
  if (!isRecorded) return <Empty>This gateway keeps no record of its decisions (<code>record: false</code>), so that there is none to show.</Empty>;
  const isNarrow = Object.values(filter).some((value) => value !== "");
  return <Empty>{isNarrow ? <>No decision is like that. <a href="#/decisions">Show all</a></> : "No decision has been made yet. The first request to this gateway is shown here at once."}</Empty>;
}

function Listening({ isListening, isPaused }: { readonly isListening: boolean; readonly isPaused: boolean }): VNode {
  const word = isPaused ? "Paused" : isListening ? "Live" : "Not connected";
  return <span class={isPaused || !isListening ? "live off" : "live"}><span aria-hidden="true">{isPaused ? "❚❚" : isListening ? "●" : "○"}</span> {word}</span>;
}

/** Says what came, in peace: no oftener than every five seconds. */
function Spoken({ count }: { readonly count: number }): VNode {
  const [said, setSaid] = useState({ count, words: "" });
  useEffect(() => {
    if (count <= said.count) return undefined;
    const timer = setTimeout(() => { setSaid({ count, words: said.count === 0 ? `${counted(count)} decisions loaded` : `${counted(count - said.count)} new decisions` }); }, 5000);
    return () => { clearTimeout(timer); };
  }, [count, said]);
  return <p class="unseen" role="status">{said.words}</p>;
}
