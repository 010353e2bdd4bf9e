/**
 * `npm run bench:encoders [-- --services 1000 --runs 5 --texts 64 --json]`: what a text costs with each encoder (alone, among 32, known
 * before), and what a decision costs with it. Milliseconds at the median over the texts; the median over the runs, with the least and the most.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { overRuns } from "../bench/percentiles.ts";
import { measureEncoder, type EncoderCost } from "./measure-encoder.ts";
import { openedEncoders } from "./opened-encoders.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "1000" },
    runs: { type: "string", default: "5" },
    texts: { type: "string", default: "64" },
    json: { type: "boolean", default: false },
  },
});

const size = { services: Number(values.services), runs: Number(values.runs), texts: Number(values.texts) };
const costs: EncoderCost[] = [];
for (const opened of openedEncoders) costs.push(await measureEncoder(opened, size));
const load = loadavg().map((value) => value.toFixed(1)).join(" ");
if (values.json) console.log(JSON.stringify({ load, ...size, costs }));
else show();

function show(): void {
  console.log(`load ${load}; ${values.services} services, ${values.runs} runs of ${values.texts} texts; ms\n`);
  console.log("| encoder | to load | text of | alone | processor | among 32 | processor | known before | decision, new text | known before |");
  console.log("|---|--:|---|--:|--:|--:|--:|--:|--:|--:|");
  for (const { name, loadMs, lengths } of costs) {
    for (const { units, alone, aloneBusy, among, amongBusy, known, decision, decisionKnown } of lengths) {
      console.log(`| ${[name, loadMs.toFixed(0), `${String(units)} characters`, ...[alone, aloneBusy, among, amongBusy, known, decision, decisionKnown].map((each) => overRuns(each))].join(" | ")} |`);
    }
  }
}
