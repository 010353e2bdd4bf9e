import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import { tickTimes, timeOfDay } from "./format.ts";

/** One line of a chart, over its times. */
export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** 1 to 6: its colour (style/tokens.css). */
  readonly hue: 1 | 2 | 3 | 4 | 5 | 6;
  /** A bound, not a measurement: drawn broken. */
  readonly isBound?: boolean;
  /** Drawn as steps, for what holds until the next point. */
  readonly isStepped?: boolean;
}

interface ChartProps {
  readonly title: string;
  /** What the chart shows, in a sentence: for who does not see it. */
  readonly summary: string;
  /** Times in seconds since 1970, or plain numbers with `isPlain`. */
  readonly x: readonly number[];
  readonly isPlain?: boolean;
  /** What a plain number is of; a time says so itself. */
  readonly xLabel?: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly height?: number;
}

/** Lines over time, drawn by uPlot in the page's colours; the legend says the values under the cursor. */
export function Chart({ title, summary, x, isPlain = false, xLabel = "Number", series, format, height = 200 }: ChartProps): VNode {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shape = JSON.stringify([isPlain, height, ...series.map(({ label, hue, isBound, isStepped }) => [label, hue, isBound, isStepped])]);
  const data: uPlot.AlignedData = [[...x], ...series.map(({ values }) => [...values])];
  useEffect(() => {
    const into = frame.current;
    if (into === null) return;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf({ isPlain, xLabel, series, format, height }, into.clientWidth), data, into);
    };
    draw();
    const fit = new ResizeObserver(() => { plot.current?.setSize({ width: into.clientWidth, height }); });
    fit.observe(into);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    addEventListener("themechange", draw);
    dark.addEventListener("change", draw);
    return () => {
      fit.disconnect();
      removeEventListener("themechange", draw);
      dark.removeEventListener("change", draw);
      plot.current?.destroy();
    };
  }, [shape]);
  useEffect(() => { plot.current?.setData(data); }, [x, series]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <p class="unseen">{summary}</p>
      <div ref={frame} aria-hidden="true" />
    </figure>
  );
}

function optionsOf({ isPlain, xLabel, series, format, height }: Pick<Required<ChartProps>, "isPlain" | "xLabel" | "series" | "format" | "height">, width: number): uPlot.Options {
  const [ink, line] = [colour("--soft"), colour("--line")];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    ...{ width, height },
    cursor: { y: false },
    scales: { x: { time: !isPlain } },
    axes: [{ ...axis, ...(isPlain ? {} : { values: (_plot: uPlot, ticks: number[]) => tickTimes(ticks) }) }, { ...axis, size: 64, values: (_plot, ticks) => ticks.map((tick, at) => (at > 0 && format(tick) === format(ticks[at - 1] ?? tick) ? "" : format(tick))) }],
    series: [
      isPlain ? { label: xLabel } : { label: "Time", value: (_plot, value) => (typeof value === "number" ? timeOfDay(value * 1000, Date.now()) : "–") },
      ...series.map(({ label, hue, isBound, isStepped }): uPlot.Series => ({
        ...{ label, stroke: colour(`--series-${String(hue)}`), width: 2, points: { show: false } },
        value: (_plot, value) => (typeof value === "number" ? format(value) : "–"),
        ...(isBound === true ? { dash: [6, 4] } : {}),
        ...(isStepped === true && stepped !== undefined ? { paths: stepped } : {}),
      })),
    ],
  };
}

/** A colour of the page as a canvas takes it: `light-dark()` is resolved by an element. */
function colour(name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
