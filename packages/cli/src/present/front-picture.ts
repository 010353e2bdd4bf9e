import type { TunedPoint, TuningReport } from "../tune/tune-weights.ts";

const [WIDTH, HEIGHT] = [640, 400];
const AREA = { left: 64, right: 20, top: 48, bottom: 48 };
const MICRO = 1_000_000;
const TICKS = 5;

const STYLE = `
  svg { font: 12px system-ui, sans-serif; }
  .page { fill: #ffffff; } text { fill: #24292f; } .faint { fill: #57606a; } .grid { stroke: #d0d7de; } .line { fill: none; stroke-width: 2; }
  .tuned { stroke: #0969da; fill: #0969da; } .others { stroke: #bc4c00; fill: #bc4c00; } .mark { fill: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } text { fill: #e6edf3; } .faint { fill: #9198a1; } .grid { stroke: #30363d; }
    .tuned { stroke: #58a6ff; fill: #58a6ff; } .others { stroke: #f0883e; fill: #f0883e; } .mark { fill: #3fb950; }
  }`;

interface Dot {
  readonly cost: number;
  readonly quality: number;
  readonly low?: number;
  readonly high?: number;
}

/** The Pareto front as a picture: quality over cost, where it was tuned and on the decisions that were held out, with what there was and what was chosen. */
export function frontPicture({ front, start, chosen, currency }: TuningReport): string {
  const tuned = front.map(({ tuned: each }): Dot => ({ cost: each.costMicros / MICRO, quality: each.quality }));
  const others = front.flatMap(heldDot);
  const marks = [["as it is", heldDot(start)], ["tuned", heldDot(chosen)]] as const;
  const all = [...tuned, ...others, ...marks.flatMap(([, dots]) => dots)];
  const x = scaleOf(all.map(({ cost }) => cost), [AREA.left, WIDTH - AREA.right]);
  const y = scaleOf(all.flatMap(({ quality, low = quality, high = quality }) => [low, high]), [HEIGHT - AREA.bottom, AREA.top]);
  const place = ({ cost, quality }: Dot): string => `${fixed(x.at(cost))},${fixed(y.at(quality))}`;
  const series = (name: string, dots: readonly Dot[]): string =>
    `<g class="${name}"><polyline class="line" style="fill:none" points="${dots.map(place).join(" ")}"/>${dots.map((dot) => whisker(dot, x, y) + `<circle cx="${fixed(x.at(dot.cost))}" cy="${fixed(y.at(dot.quality))}" r="3"/>`).join("")}</g>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" width="${String(WIDTH)}" height="${String(HEIGHT)}" role="img" aria-label="Quality over cost">`,
    `<title>Quality over cost</title><style>${STYLE}\n</style><rect class="page" width="${String(WIDTH)}" height="${String(HEIGHT)}"/>`,
    ...y.ticks.map((tick) => `<line class="grid" x1="${String(AREA.left)}" x2="${String(WIDTH - AREA.right)}" y1="${fixed(y.at(tick))}" y2="${fixed(y.at(tick))}"/>${label(AREA.left - 6, y.at(tick) + 4, shown(tick), "end")}`),
    ...x.ticks.map((tick) => label(x.at(tick), HEIGHT - AREA.bottom + 18, shown(tick), "middle")),
    label(WIDTH / 2, HEIGHT - 10, `cost a decision, ${currency}`, "middle"),
    label(AREA.left, 32, "quality", "start"),
    `<g class="tuned"><circle cx="${String(AREA.left + 6)}" cy="12" r="4"/></g>${label(AREA.left + 16, 16, "where it was tuned", "start")}`,
    `<g class="others"><circle cx="${String(AREA.left + 166)}" cy="12" r="4"/></g>${label(AREA.left + 176, 16, "on decisions held out, with 95 % intervals", "start")}`,
    series("tuned", tuned),
    series("others", others),
    ...marks.flatMap(([name, dots]) => dots.map((dot) => `<circle class="mark" cx="${fixed(x.at(dot.cost))}" cy="${fixed(y.at(dot.quality))}" r="5"/>${label(x.at(dot.cost) + 8, y.at(dot.quality) - 8, name, x.at(dot.cost) > WIDTH - 100 ? "end" : "start")}`)),
    "</svg>",
    "",
  ].join("\n");
}

function heldDot({ held }: TunedPoint): readonly Dot[] {
  return typeof held === "string" ? [] : [{ cost: held.costMicros / MICRO, quality: held.quality.value, low: held.quality.low, high: held.quality.high }];
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

function scaleOf(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = most > least ? (most - least) * 0.05 : Math.max(Math.abs(most), 1) * 0.05;
  const [low, high] = [least - room, most + room];
  const ticks = Array.from({ length: TICKS }, (_tick, at) => low + ((high - low) * at) / (TICKS - 1));
  return { ticks, at: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

function whisker({ cost, low, high }: Dot, x: Scale, y: Scale): string {
  return low === undefined || high === undefined ? "" : `<line x1="${fixed(x.at(cost))}" x2="${fixed(x.at(cost))}" y1="${fixed(y.at(low))}" y2="${fixed(y.at(high))}"/>`;
}

function label(x: number, y: number, content: string, anchor: string): string {
  return `<text class="faint" x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${content.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
