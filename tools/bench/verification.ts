/**
 * `npm run bench:verification [-- --services 1000 --runs 5 --iterations 60 --json]`: what it takes to check a bundle, from its text to
 * the report, at 20 and 100 candidates and 10 and 100 rules: milliseconds at the median with the least and the most over the runs.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { verifyBundle } from "@caio/verifier";

import { benchBundle } from "./bench-bundle.ts";
import { overRuns, percentilesOf } from "./percentiles.ts";
import { stages, timedVerification, type Stage } from "./verification-stages.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "1000" },
    runs: { type: "string", default: "5" },
    iterations: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
  },
});

/** Milliseconds at the median, per run. */
interface Cost {
  readonly candidates: number;
  readonly rules: number;
  readonly bytes: number;
  readonly verification: readonly number[];
  /** The same of the processor's time, which a busy machine changes less. */
  readonly processor: readonly number[];
  /** Parts of one: what each stage takes of the time of all, at the medians. */
  readonly shares: Readonly<Record<Stage, number>>;
}

const costs: Cost[] = [];
for (const candidates of [20, 100]) for (const rules of [10, 100]) costs.push(await costAt(candidates, rules));
const load = loadavg().map((value) => value.toFixed(1)).join(" ");
console.log(values.json ? JSON.stringify({ load, costs }) : table());

async function costAt(candidates: number, rules: number): Promise<Cost> {
  const { text, publicKey } = benchBundle({ services: Number(values.services), rules, candidates });
  const verify = async (): Promise<void> => {
    const { valid, checks } = await verifyBundle(text, { publicKey });
    if (!valid) throw new Error(`The bundle of a benchmark must be valid: ${JSON.stringify(checks.filter(({ verdict }) => verdict === "fail"))}`);
  };
  for (let warmup = 0; warmup < 30; warmup++) await verify();
  const [verification, processor]: [number[], number[]] = [[], []];
  for (let run = 0; run < Number(values.runs); run++) {
    const [samples, busy]: [number[], number[]] = [[], []];
    for (let iteration = 0; iteration < Number(values.iterations); iteration++) {
      const [before, used] = [performance.now(), process.cpuUsage()];
      await verify();
      samples.push(performance.now() - before);
      const { user, system } = process.cpuUsage(used);
      busy.push((user + system) / 1000);
    }
    verification.push(percentilesOf(samples).p50);
    processor.push(percentilesOf(busy).p50);
  }
  return { candidates, rules, bytes: Buffer.byteLength(text), verification, processor, shares: await sharesOf(text, publicKey) };
}

async function sharesOf(text: string, publicKey: Uint8Array): Promise<Record<Stage, number>> {
  const samples: (readonly (readonly [Stage, number])[])[] = [];
  for (let iteration = 0; iteration < Number(values.iterations); iteration++) samples.push([...(await timedVerification(text, publicKey))]);
  const medians = stages.map((stage, at) => [stage, percentilesOf(samples.map((sample) => sample[at]?.[1] ?? 0)).p50] as const);
  const whole = medians.reduce((sum, [, time]) => sum + time, 0);
  return Object.fromEntries(medians.map(([stage, time]) => [stage, time / whole])) as Record<Stage, number>;
}

function table(): string {
  const head = `|R| = ${values.services}; ${values.runs} runs of ${values.iterations} verifications; ms; load ${load}\n\n| candidates | rules | bundle, bytes | one verification | processor | ${stages.join(", % | ")}, % |\n|---|---|---|---|---|${"---|".repeat(stages.length)}`;
  return [head, ...costs.map(({ candidates, rules, bytes, verification, processor, shares }) => `| ${[candidates, rules, bytes, overRuns(verification), overRuns(processor), ...stages.map((stage) => (100 * shares[stage]).toFixed(0))].join(" | ")} |`)].join("\n");
}
