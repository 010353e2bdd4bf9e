import type { VNode } from "preact";
import { useMemo } from "preact/hooks";

import { Chart } from "../parts/chart.tsx";
import { counted, duration, percent } from "../parts/format.ts";
import { figuresOf, ratesOf, widthText } from "./decision-rates.ts";
import type { DecisionRow } from "./decision-row.ts";

/** What the decisions of the list come to: figures, how many over time, and how the calls ended. */
export function DecisionCharts({ rows }: { readonly rows: readonly DecisionRow[] }): VNode {
  const rates = useMemo(() => ratesOf(rows), [rows]);
  const figures = useMemo(() => figuresOf(rows), [rows]);
  const { times, chosen, refused, kept, broken, width } = rates;
  const made = useMemo(() => [{ label: "Chosen", values: chosen, hue: 1 }, { label: "Refused", values: refused, hue: 2, isBound: true }] as const, [chosen, refused]);
  const ended = useMemo(() => [{ label: "Kept the promise", values: kept, hue: 5 }, { label: "Beyond it, or failed", values: broken, hue: 4, isBound: true }] as const, [kept, broken]);
  const share = (part: number, whole: number): string => (whole === 0 ? "–" : percent(Math.round((part / whole) * 1e6)));
  return (
    <>
      <dl class="figures">
        <Figure title="Decisions shown" value={counted(figures.count)} />
        <Figure title="Refused" value={share(figures.refused, figures.count)} note={counted(figures.refused)} />
        <Figure title="Promise kept" value={share(figures.kept, figures.ended)} note={`${counted(figures.kept)} of ${counted(figures.ended)} calls`} />
        <Figure title="Median latency" value={figures.medianUs === null ? "–" : duration(figures.medianUs)} {...(figures.worstUs === null ? {} : { note: `slowest ${duration(figures.worstUs)}` })} />
      </dl>
      <div class="cards">
        <div class="card">
          <Chart title={`Decisions per ${widthText(width)}`} summary={`${counted(figures.count - figures.refused)} chosen and ${counted(figures.refused)} refused over the time shown.`} x={times} series={made} format={counted} height={150} />
        </div>
        <div class="card">
          <Chart title={`How calls ended, per ${widthText(width)}`} summary={`${counted(figures.kept)} of ${counted(figures.ended)} calls kept their promise.`} x={times} series={ended} format={counted} height={150} />
        </div>
      </div>
    </>
  );
}

function Figure({ title, value, note = "\u{a0}" }: { readonly title: string; readonly value: string; readonly note?: string }): VNode {
  return <div class="card figure"><dt>{title}</dt><dd><span class="big">{value}</span><span class="soft">{note}</span></dd></div>;
}
