/**
 * `npm run scale:simulate [-- --seed 1 --hours 6 --decisions 2 --json FILE --svg FILE]`: how far replicas are behind a registry that changes, how many
 * decisions are made on what is no longer the newest, and what a bound of staleness refuses. The same figures for the same seed. Delays are
 * those that were measured (docs/benchmarks.md, docs/nats.md), or those between continents.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { linePanels } from "../bench/plot/line-panels.ts";
import { runScenario, type Scenario, type ScenarioFigures } from "./scenario.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    hours: { type: "string", default: "6" },
    decisions: { type: "string", default: "2" },
    json: { type: "string" },
    svg: { type: "string" },
  },
});
const AGES = [1, 10, 100, 1000, 5000, 30_000] as const;
/** Where the picture begins. */
const LEAST_DRAWN = 1e-7;
const BOUNDS = [1100, 2000, 5000, 30_000] as const;

/** One database's notifications; a server of NATS; the same an ocean away. */
const postgres = { notify: { p50: 0.34, p99: 1.52 }, ask: { p50: 1, p99: 5 } };
const nats = { notify: { p50: 0.87, p99: 3.3 }, ask: { p50: 1, p99: 5 } };
const ocean = { notify: { p50: 75, p99: 220 }, ask: { p50: 150, p99: 400 } };
/** As the gateway comes: a question a second. A replica is cut off once a day for half a minute. */
const usual = { pollMs: 1000, longestPauseMs: 5000, cutsPerHour: 1 / 24, cutMs: 30_000 };

const scenarios: readonly Scenario[] = [
  { name: "3 in one region, PostgreSQL, a swap a minute", replicas: 3, swapsPerSecond: 1 / 60, following: { ...usual, ...postgres } },
  { name: "30 in one region, NATS, a swap a second", replicas: 30, swapsPerSecond: 1, following: { ...usual, ...nats } },
  { name: "30 over an ocean, a swap a second", replicas: 30, swapsPerSecond: 1, following: { ...usual, ...ocean } },
  { name: "30 over an ocean, ten swaps a second", replicas: 30, swapsPerSecond: 10, following: { ...usual, ...ocean } },
  { name: "30 over an ocean, a swap a second, cut off hourly for two minutes", replicas: 30, swapsPerSecond: 1, following: { ...usual, ...ocean, cutsPerHour: 1, cutMs: 120_000 } },
  { name: "30 over an ocean, a swap a second, notifications lost, a question each 10 s", replicas: 30, swapsPerSecond: 1, following: { ...usual, ...ocean, notify: { p50: 1e12, p99: 1e12 }, pollMs: 10_000 } },
];

const options = { seed: Number(values.seed), hours: Number(values.hours), decisionsPerSecond: Number(values.decisions), ages: AGES, bounds: BOUNDS };
const figures = scenarios.map((scenario) => runScenario(scenario, options));
console.log(tables(figures));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ options, figures })}\n`);
if (values.svg !== undefined) writeFileSync(values.svg, picture(figures));
// A decision that was not refused though it was staler than the bound would be a hole in the argument.
process.exitCode = figures.some(({ bounds }) => bounds.some(({ missed }) => missed > 0)) ? 1 : 0;

function tables(all: readonly ScenarioFigures[]): string {
  const behind = all.map(({ scenario, behind: shares, decisions }) => `| ${[scenario.name, decisions, ...shares.map(percent)].join(" | ")} |`);
  const bounds = all.map(({ scenario, bounds: each }) => `| ${[scenario.name, ...each.map(({ refused, rightly }) => (refused === 0 ? "0" : `${percent(refused)} (${percent(rightly)})`)), each.reduce((sum, { missed }) => sum + missed, 0)].join(" | ")} |`);
  return [
    `Seed ${values.seed}, ${values.hours} hours. Share of decisions made although a newer registry had been there for longer than\n`,
    `| | decisions | ${AGES.map(duration).join(" | ")} |\n|---|--:|${"--:|".repeat(AGES.length)}`,
    ...behind,
    "\nShare of decisions that a bound refuses (in brackets: how many of those were on a registry that really was not the newest), and those on a registry staler than a bound that were not refused\n",
    `| | ${BOUNDS.map(duration).join(" | ")} | missed |\n|---|${"--:|".repeat(BOUNDS.length)}--:|`,
    ...bounds,
  ].join("\n");
}

function picture(all: readonly ScenarioFigures[]): string {
  const panels = all.map(({ scenario, behind, bounds }, place) => ({
    title: `${String(place + 1)}: ${shortName(scenario)}`,
    lines: [
      { name: "made on a registry that was behind for longer than x", points: drawn(behind.map((share, at) => ({ x: AGES[at] ?? 0, y: share }))) },
      { name: "refused by a bound of x", points: drawn(bounds.map(({ boundMs, refused }) => ({ x: boundMs, y: refused }))) },
    ],
  }));
  return linePanels({ title: "Snapshot lag and decision staleness", xScale: "log", yScale: "log", yLabel: "Upwards the share of decisions, from one in ten million on; none is drawn there. To the right x, milliseconds. In the order of the tables.", panels, columns: 3 });
}

/** A logarithm has no place for nought. */
function drawn(points: readonly { readonly x: number; readonly y: number }[]): readonly { readonly x: number; readonly y: number }[] {
  return points.map(({ x, y }) => ({ x, y: Math.max(y, LEAST_DRAWN) }));
}

function shortName({ replicas, swapsPerSecond, following: { pollMs, cutMs } }: Scenario): string {
  const swaps = swapsPerSecond < 1 ? "a swap a minute" : `${String(swapsPerSecond)} swaps/s`;
  return `${String(replicas)} replicas, ${swaps}${pollMs > 1000 ? ", no news" : ""}${cutMs > 60_000 ? ", often cut off" : ""}`;
}

function percent(share: number): string {
  if (share === 0) return "0";
  return share < 1e-4 ? `${String(Number((share * 1e6).toPrecision(2)))} ppm` : `${String(Number((share * 100).toPrecision(2)))} %`;
}

function duration(ms: number): string {
  return ms < 1000 ? `${String(ms)} ms` : `${String(ms / 1000)} s`;
}
