/**
 * `npm run bench:grid [-- --quick --rounds 5 --round-ms 1000 --json FILE --svg FILE --from FILE]`: what a decision costs, by step, in time
 * and in memory, over |R|, |P|, candidates and |Q|: one axis at a time around a base, and corners. Each point is measured in a process of
 * its own. `--from` reads figures that were written with `--json` instead of measuring.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";

import { gridPicture } from "./grid/grid-picture.ts";
import { allocationFlags, allocationOf, timesOf, type AllocationOfPoint, type MeasuredPoint, type TimesOfPoint } from "./grid/measure-point.ts";
import { gridPoints, type GridPoint } from "./grid/points.ts";
import { gridTables } from "./grid/report.ts";
import { handOver, inChild, progress } from "./run/child.ts";
import { load, machine, type Machine } from "./run/machine.ts";

/** What `--json` writes. */
interface Grid {
  readonly machine: Machine;
  readonly load: { readonly before: number; readonly after: number };
  readonly rounds: number;
  readonly points: readonly MeasuredPoint[];
}

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    "round-ms": { type: "string" },
    json: { type: "string" },
    svg: { type: "string" },
    from: { type: "string" },
    times: { type: "string" },
    allocation: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
const roundMs = Number(values["round-ms"] ?? (values.quick ? 100 : 1000));

if (values.times !== undefined) handOver(await timesOf(JSON.parse(values.times) as GridPoint, rounds, roundMs));
else if (values.allocation !== undefined) handOver(await allocationOf(JSON.parse(values.allocation) as GridPoint));
else show(values.from === undefined ? await measured() : (JSON.parse(readFileSync(values.from, "utf8")) as Grid));

async function measured(): Promise<Grid> {
  const before = load();
  const points: MeasuredPoint[] = [];
  const all = gridPoints(values.quick);
  for (const [place, point] of all.entries()) {
    progress(`${String(place + 1)} of ${String(all.length)}: ${JSON.stringify(point.size)}, load ${String(load())}`);
    const run = <Result>(what: string, flags: readonly string[]): Promise<Result> => inChild<Result>(import.meta.filename, [...process.argv.slice(2), `--${what}`, JSON.stringify(point)], flags);
    const times = await run<TimesOfPoint>("times", ["--max-old-space-size=8192"]);
    points.push({ ...point, ...times, allocation: await run<AllocationOfPoint>("allocation", allocationFlags) });
  }
  return { machine: machine(), load: { before, after: load() }, rounds, points };
}

function show(grid: Grid): void {
  const { cpu, cores, node, code } = grid.machine;
  console.log(`${cpu}, ${String(cores)} cores, Node ${node}, code ${code}; ${String(grid.rounds)} rounds; load ${String(grid.load.before)} before, ${String(grid.load.after)} after\n`);
  console.log(gridTables(grid.points));
  if (values.json !== undefined) written(values.json, `${JSON.stringify(grid)}\n`);
  if (values.svg !== undefined) written(values.svg, gridPicture(grid.points));
}

function written(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
