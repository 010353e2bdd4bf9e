/** `tsx -C @caio/source tools/differential/agree.ts --from 1 --count 20000`: the router against the reference on random worlds. */
import { parseArgs } from "node:util";

import { caioRoute } from "@caio/orchestrator";

import { referenceDecision } from "../reference/master-equation.ts";
import { replicaWorld } from "../worlds/replica-world.ts";
import { compareDecisions } from "./compare-decisions.ts";
import { worldInputs } from "./world-inputs.ts";

const { values } = parseArgs({ options: { from: { type: "string", default: "1" }, count: { type: "string", default: "20000" } } });
const from = Number(values.from);
const count = Number(values.count);
const outcomes = new Map<string, number>();
let disagreements = 0;
for (let seed = from; seed < from + count; seed++) {
  const world = replicaWorld(seed);
  const routed = caioRoute(world.request, worldInputs(world));
  const differences = compareDecisions(routed, referenceDecision(world));
  const outcome = routed.kind === "chosen" ? "chosen" : routed.code;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (differences.length > 0) {
    disagreements++;
    if (disagreements <= 10) console.log(`seed ${String(seed)}:\n  ${differences.slice(0, 6).join("\n  ")}`);
  }
}
for (const [outcome, times] of [...outcomes].sort()) console.log(`${outcome}: ${String(times)} (${((100 * times) / count).toFixed(1)} %)`);
console.log(`${String(count)} worlds from seed ${String(from)}: ${String(disagreements)} disagreements`);
process.exitCode = disagreements === 0 ? 0 : 1;
