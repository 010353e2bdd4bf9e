import type { VNode } from "preact";
import { useMemo } from "preact/hooks";

import { Meter } from "../decision/view/meter.tsx";
import { guaranteeText } from "../decision/words.ts";
import { Badge } from "../parts/badge.tsx";
import { Chart, type Series } from "../parts/chart.tsx";
import { counted, duration, money, percent } from "../parts/format.ts";
import { Empty } from "../parts/states.tsx";
import { Table } from "../parts/table.tsx";
import type { EvidenceSeries, PairEvidence, Standing } from "./service-shapes.ts";
import { healthTones, nearness, promisedLatencyUs, verdictTones, watchedTitle } from "./service-standing.ts";

/** One pair: its promises with what speaks against them, and its calls over time. */
export function PairEvidenceCard({ pair, service, currency }: { readonly pair: PairEvidence; readonly service: string; readonly currency: string }): VNode {
  const name = pair.model === null ? service : `${service} / ${pair.model}`;
  const { series, standings, calls, health } = pair;
  return (
    <section class="card" aria-label={name}>
      <div class="row spread"><h2>{name}</h2><span class="row"><Badge tone={healthTones[health]}>{health}</Badge><span class="soft">{`${counted(calls)} calls`}</span></span></div>
      {standings.length === 0 ? <Empty>Its contract promises nothing that is watched.</Empty> : <Standings standings={standings} />}
      {series === null ? <p class="note">The traffic of all tenants is shown to who has <code>caio.metrics</code>.</p> : series.at.length === 0 ? <p class="soft">No call yet.</p> : <Charts series={series} pair={pair} currency={currency} />}
    </section>
  );
}

function Standings({ standings }: { readonly standings: readonly Standing[] }): VNode {
  return (
    <Table
      caption="Promises and the evidence against them"
      rows={standings}
      keyOf={({ kind, property, guarantee }) => `${kind} ${property} ${String(guarantee.coverage_ppm)} ${JSON.stringify(guarantee.bound)}`}
      columns={[
        { title: "Promise", cell: (each) => watchedTitle(each) },
        { title: "By contract", cell: ({ guarantee }) => guaranteeText(guarantee as Parameters<typeof guaranteeText>[0]) },
        { title: "Verdict", cell: ({ verdict, drift }) => <><Badge tone={verdictTones[verdict]}>{verdict}</Badge>{drift.stands ? " drifting" : ""}</> },
        { title: "Calls", isNumber: true, cell: ({ calls }) => counted(calls) },
        { title: "May break", isNumber: true, cell: ({ allowed_micros: allowed }) => percent(allowed) },
        { title: "Did break", isNumber: true, cell: ({ measured_micros: measured, calls }) => (calls === 0 ? "–" : percent(measured)) },
        { title: "Evidence against it", cell: (each) => <Meter ppm={nearness(each)} label="Of what contradicts it" tone={each.verdict === "holds" ? "plain" : "bad"} /> },
      ]}
    />
  );
}

function Charts({ series, pair, currency }: { readonly series: EvidenceSeries; readonly pair: PairEvidence; readonly currency: string }): VNode {
  const x = useMemo(() => series.at.map((ms) => ms / 1000), [series]);
  const promised = promisedLatencyUs(pair);
  const latency = useMemo((): readonly Series[] => [
    { label: "Median", values: series.latency_p50_us, hue: 1 },
    { label: "95 %", values: series.latency_p95_us, hue: 3 },
    ...(promised === null ? [] : [{ label: "Promised", values: series.at.map(() => promised), hue: 4, isBound: true } as const]),
  ], [series, promised]);
  const broken = useMemo(() => series.calls.map((calls, at) => calls - (series.success[at] ?? 0)), [series]);
  const calls = useMemo((): readonly Series[] => [{ label: "Answered", values: series.success, hue: 5 }, { label: "Failed", values: broken, hue: 4, isBound: true }], [series, broken]);
  const spent = series.cost_micros.reduce((sum, each) => sum + each, 0);
  return (
    <div class="cards">
      <Chart title="Latency a minute, against the promise" summary={`Latency over ${String(x.length)} minutes with calls${promised === null ? "" : `; promised is at most ${duration(promised)}`}.`} x={x} series={latency} format={duration} height={180} />
      <Chart title={`Calls a minute, ${money(spent, currency)} in all`} summary={`${counted(series.success.reduce((sum, each) => sum + each, 0))} answered, ${counted(broken.reduce((sum, each) => sum + each, 0))} failed.`} x={x} series={calls} format={counted} height={180} />
    </div>
  );
}
