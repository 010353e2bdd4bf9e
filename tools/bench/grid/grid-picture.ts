import { percentilesOf } from "../percentiles.ts";
import { linePanels, type PlotLine } from "../plot/line-panels.ts";
import { kinds, type Kind, type MeasuredPoint } from "./measure-point.ts";
import { axes, type Axis } from "./points.ts";

/** A chart for each axis: how a decision's time grows with it, all else as at the base. */
export function gridPicture(points: readonly MeasuredPoint[]): string {
  const panels = axes
    .filter((axis) => axis !== "corner")
    .map((axis) => ({ title: `by ${axis}`, lines: kinds.map((kind) => lineOf(kind, axis, points)) }));
  return linePanels({ title: "Time of one decision by each axis", xScale: "log", yScale: "log", yLabel: "Milliseconds, median of the rounds; band: least and most of them. All else as at the base.", panels, columns: 3 });
}

function lineOf(kind: Kind, axis: Axis, points: readonly MeasuredPoint[]): PlotLine {
  return {
    name: kind,
    points: points
      .filter((point) => point.axes.includes(axis))
      .map((point) => {
        const medians = point.whole[kind].map(({ p50 }) => p50);
        return { x: valueOn(axis, point), y: percentilesOf(medians).p50, low: Math.min(...medians), high: Math.max(...medians) };
      }),
  };
}

function valueOn(axis: Axis, { size }: MeasuredPoint): number {
  if (axis === "|R|") return size.services;
  if (axis === "candidates") return size.candidates;
  return axis === "|Q|" ? size.asked : size.rules;
}
