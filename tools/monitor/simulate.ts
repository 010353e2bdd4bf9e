/**
 * `npx tsx -C @caio/source tools/monitor/simulate.ts [--streams 20000] [--calls 2000] [--seed 1] [--part boundary|alarms|delays|drift] [--json]`:
 * how often the guarantee monitor contradicts promises that are kept, how fast those that are not, and how far apart false alarms of drift lie.
 */
import { parseArgs } from "node:util";

import { detectionDelay, runLength } from "./delays.ts";
import { againstAnOpponent, atTheBoundary, ofFamilies } from "./false-alarms.ts";

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "20000" },
    calls: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    part: { type: "string", default: "all" },
    json: { type: "boolean", default: false },
  },
});
const [streams, calls, seed] = [Number(values.streams), Number(values.calls), Number(values.seed)];
const parts = {
  boundary: () => [atTheBoundary(50_000, { streams, calls, seed }, 200_000)],
  alarms: () => [
    atTheBoundary(10_000, { streams: Math.ceil(streams / 10), calls, seed: seed + 1 }, 40_000),
    againstAnOpponent(50_000, { streams: Math.ceil(streams / 10), calls, seed: seed + 2 }, 200_000),
    ofFamilies(10, { streams: Math.ceil(streams / 100), calls: Math.ceil(calls / 4), seed: seed + 3 }, { alphaMicros: 100_000, driftRunLength: 10_000 }),
  ],
  delays: () =>
    [
      [10_000, 15_000], [10_000, 20_000], [10_000, 50_000], [10_000, 1_000_000], [50_000, 75_000], [50_000, 100_000], [50_000, 250_000], [50_000, 1_000_000],
    ].flatMap(([allowedMicros = 0, brokenMicros = 0]) =>
      [[0, 1], [0, 1000], [10_000, 1]].map(([goodBefore = 0, place = 1]) =>
        detectionDelay({ allowedMicros, brokenMicros, goodBefore, place }, { streams: Math.ceil(streams / 200), calls: 20_000, seed: seed + 4 }),
      ),
    ),
  drift: () => [
    runLength({ driftRunLength: 1000, allowedMicros: 50_000, brokenMicros: 50_000, goodBefore: 0 }, { streams: Math.ceil(streams / 50), calls: 20_000, seed: seed + 5 }),
    ...[100_000, 250_000, 1_000_000].map((brokenMicros) =>
      runLength({ driftRunLength: 10_000, allowedMicros: 50_000, brokenMicros, goodBefore: 2000 }, { streams: Math.ceil(streams / 100), calls: 20_000, seed: seed + 6 }),
    ),
  ],
};
for (const [part, run] of Object.entries(parts)) {
  if (values.part !== "all" && values.part !== part) continue;
  const rows = run();
  if (values.json) console.log(JSON.stringify({ part, streams, calls, seed, rows }));
  else console.table(rows);
}
