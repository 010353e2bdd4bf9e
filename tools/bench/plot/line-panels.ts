import { element, picture, text } from "./svg.ts";
import { linearScale, logScale, type Scale } from "./scale.ts";

/** A point of a line, with how far its rounds were apart. */
export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export interface PlotLine {
  readonly name: string;
  readonly points: readonly PlotPoint[];
}

/** One of several charts beside each other. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly PlotLine[];
}

export interface LinePicture {
  readonly title: string;
  readonly xScale: "log" | "linear";
  readonly yScale: "log" | "linear";
  /** What is shown upwards, in which unit; stands above all panels. */
  readonly yLabel: string;
  readonly panels: readonly Panel[];
  /** Panels in a row. */
  readonly columns: number;
}

const PANEL = { width: 300, height: 220, left: 52, right: 14, top: 34, bottom: 32 };
const LEGEND_HEIGHT = 46;

/** Charts that share their height's scale, so that they can be compared; lines of one name have one colour. */
export function linePanels({ title, xScale, yScale, yLabel, panels, columns }: LinePicture): string {
  const names = [...new Set(panels.flatMap(({ lines }) => lines.map(({ name }) => name)))];
  const values = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [low, high])));
  const y = scaleOf(yScale, values, [PANEL.height - PANEL.bottom, PANEL.top]);
  const rows = Math.ceil(panels.length / columns);
  const parts = panels.map((panel, place) => {
    const [left, top] = [(place % columns) * PANEL.width, LEGEND_HEIGHT + Math.floor(place / columns) * PANEL.height];
    return element("g", { transform: `translate(${String(left)} ${String(top)})` }, panelOf(panel, names, xScale, y));
  });
  return picture(columns * PANEL.width, LEGEND_HEIGHT + rows * PANEL.height, title, [legend(names), text(PANEL.left, 38, yLabel, { class: "faint" }), ...parts]);
}

function panelOf({ title, lines }: Panel, names: readonly string[], xScale: LinePicture["xScale"], y: Scale): string {
  const [left, right] = [PANEL.left, PANEL.width - PANEL.right];
  const x = scaleOf(xScale, lines.flatMap(({ points }) => points.map((point) => point.x)), [left, right]);
  const across = y.ticks.map((tick) => element("line", { class: "grid", x1: left, x2: right, y1: y.at(tick), y2: y.at(tick) }) + text(left - 6, y.at(tick) + 4, shown(tick), { "text-anchor": "end", class: "faint" }));
  const along = x.ticks.map((tick) => text(x.at(tick), PANEL.height - PANEL.bottom + 16, shown(tick), { "text-anchor": "middle", class: "faint" }));
  const drawn = lines.map((line) => lineOf(line, names.indexOf(line.name), x, y));
  const axis = element("line", { class: "axis", x1: left, x2: right, y1: PANEL.height - PANEL.bottom, y2: PANEL.height - PANEL.bottom });
  return [text(left, 20, title, { "font-weight": "600" }), ...across, ...along, axis, ...drawn].join("\n");
}

function lineOf({ points }: PlotLine, series: number, x: Scale, y: Scale): string {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const place = (point: PlotPoint, value: number): string => `${x.at(point.x).toFixed(1)},${y.at(value).toFixed(1)}`;
  const upper = sorted.map((point) => place(point, point.high ?? point.y));
  const lower = sorted.map((point) => place(point, point.low ?? point.y)).reverse();
  const band = element("polygon", { class: "band", points: [...upper, ...lower].join(" ") });
  const line = element("polyline", { class: "line", points: sorted.map((point) => place(point, point.y)).join(" ") });
  const dots = sorted.map((point) => element("circle", { class: "dot", cx: x.at(point.x), cy: y.at(point.y), r: 3 }));
  return element("g", { class: `s${String(series % 5)}` }, [band, line, ...dots].join(""));
}

function legend(names: readonly string[]): string {
  let left = PANEL.left;
  return names
    .map((name, series) => {
      const at = left;
      left += 40 + name.length * 7;
      return element("g", { class: `s${String(series % 5)}` }, element("rect", { class: "bar", x: at, y: 14, width: 14, height: 4 }) + text(at + 20, 21, name));
    })
    .join("\n");
}

function scaleOf(kind: "log" | "linear", values: readonly number[], range: readonly [number, number]): Scale {
  return kind === "log" ? logScale(values, range) : linearScale(values, range);
}

function shown(value: number): string {
  if (value >= 10_000) return `${String(value / 1000)}k`;
  if (value > 0 && value < 0.01) return value.toExponential(0);
  return value >= 1000 ? value.toLocaleString("en-US").replaceAll(",", " ") : String(Number(value.toPrecision(3)));
}
