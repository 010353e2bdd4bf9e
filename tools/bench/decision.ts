/**
 * `npm run bench:decision [-- --services 1000 --rules 100 --candidates 20 --runs 5 --iterations 1000]`: what one decision costs,
 * as a whole and by step, in milliseconds: the median over runs with the least and the most.
 */
import { parseArgs } from "node:util";

import { caioRoute } from "@caio/orchestrator";
import { measure } from "mitata";

import { benchWorld, type BenchWorld } from "./bench-world.ts";
import { stepNames, timedDecision, type StepName } from "./decision-steps.ts";
import { overRuns, percentilesOf, type Percentiles } from "./percentiles.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "1000" },
    rules: { type: "string", default: "100" },
    candidates: { type: "string", default: "20" },
    runs: { type: "string", default: "5" },
    iterations: { type: "string", default: "1000" },
  },
});
const world = benchWorld({ services: Number(values.services), rules: Number(values.rules), candidates: Number(values.candidates) });
requireSameDecision(world);
let turn = 0;
for (let warmup = 0; warmup < 300; warmup++) decide();

const whole: Percentiles[] = [];
const steps = new Map<StepName, Percentiles[]>(stepNames.map((name) => [name, []]));
for (let run = 0; run < Number(values.runs); run++) {
  const stats = await measure(decide, { min_samples: Number(values.iterations), max_samples: Number(values.iterations) });
  whole.push({ p50: stats.p50 / 1e6, p99: stats.p99 / 1e6 });
  const samples = new Map<StepName, number[]>(stepNames.map((name) => [name, []]));
  for (let iteration = 0; iteration < Number(values.iterations); iteration++) {
    timedDecision(fresh(), () => performance.now(), (step, ms) => samples.get(step)?.push(ms));
  }
  for (const [name, list] of samples) steps.get(name)?.push(percentilesOf(list));
}

console.log(`|R| = ${values.services}, |P| = ${values.rules}, ${values.candidates} candidates; ${values.runs} runs of ${values.iterations} decisions; ms\n`);
console.log(row("one decision", whole));
for (const [name, list] of steps) console.log(row(name, list));

function decide(): unknown {
  const { request, inputs } = fresh();
  // Its certificate is made when it is asked for.
  return caioRoute(request, inputs).certificateDigest;
}

/** Every decision has a key of its own, as at the door. */
function fresh(): BenchWorld {
  turn += 1;
  return { ...world, request: { ...world.request, decisionKey: turn.toString(16).padStart(64, "0") } };
}

/** The steps as timed are those of the router, and all candidates are admitted. */
function requireSameDecision({ request, inputs }: BenchWorld): void {
  const routed = caioRoute(request, inputs);
  const timed = timedDecision({ request, inputs }, () => 0, () => undefined);
  if (routed.certificateDigest !== timed.certificateDigest) throw new Error("The steps timed are no longer those of the router.");
  if (timed.outcome.models.length !== Number(values.candidates)) throw new Error(`${String(timed.outcome.models.length)} pairs were admitted.`);
}

function row(name: string, runs: readonly Percentiles[]): string {
  return `| ${name} | ${overRuns(runs.map(({ p50 }) => p50))} | ${overRuns(runs.map(({ p99 }) => p99))} |`;
}
