/**
 * `npm run bench:must-show [-- --only decision,growth,registry --rounds 5 --iterations 1000 --quick --json FILE --profile DIR]`: what a
 * certified and logged decision costs at |R| = 10 000 and |P| = 1 000, how little it grows with either, and what the registry costs. Each
 * part runs in a process of its own.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import type { BenchSize } from "./bench-world.ts";
import { decisionPart, profileDecision, type DecisionFigures } from "./must-show/decision-part.ts";
import { growthPart, type GrowthFigures } from "./must-show/growth-part.ts";
import { memoryPart, registrationPart, swapPart, type RegistrationFigures, type SwapFigures } from "./must-show/registry-part.ts";
import { decisionTable, growthTable, machineLine, memoryLine, registrationTable, swapTable } from "./must-show/report.ts";
import { handOver, inChild, progress } from "./run/child.ts";
import { load, machine } from "./run/machine.ts";
import type { MemoryUse } from "./run/memory.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "decision,growth,registry" },
    rounds: { type: "string" },
    iterations: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    profile: { type: "string" },
    child: { type: "string" },
  },
});
const effort = { rounds: Number(values.rounds ?? (values.quick ? 3 : 5)), iterations: Number(values.iterations ?? (values.quick ? 200 : 1000)) };
const scale = values.quick ? 10 : 1;
const fiveFire = { services: 10_000 / scale, rules: 1000, candidates: 20, firing: 5 };
const allFire = { services: 10_000 / scale, rules: 1000, candidates: 20 };
const manyServices = [1000, 10_000, 100_000].map((services): BenchSize => ({ services: Math.max(1000, services / scale), rules: 1000, candidates: 100, firing: 5 }));
const manyRules = [10, 100, 1000].map((rules): BenchSize => ({ services: 10_000 / scale, rules, candidates: 20, firing: 5 }));

const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  fiveFire: () => decisionPart(fiveFire, effort),
  allFire: () => decisionPart(allFire, effort),
  profileFive: () => profileDecision(fiveFire, values.profile ?? ".", "five-fire"),
  profileAll: () => profileDecision(allFire, values.profile ?? ".", "all-fire"),
  services: () => growthPart(manyServices, { ...effort, iterations: Math.ceil(effort.iterations / 4) }),
  rules: () => growthPart(manyRules, effort),
  registration: () => registrationPart(10_000 / scale, values.quick ? 1 : 3),
  swap: () => swapPart(100_000 / scale, effort),
  memory: () => memoryPart(50_000 / scale),
};

if (values.child !== undefined) handOver(await parts[values.child]?.());
else await show(values.only.split(","));

async function show(only: readonly string[]): Promise<void> {
  const before = load();
  const facts = machine();
  const figures: Record<string, unknown> = {};
  const run = async <Result>(name: string, flags: readonly string[] = []): Promise<Result> => {
    const result = await inChild<Result>(import.meta.filename, [...process.argv.slice(2), "--child", name], flags);
    figures[name] = result;
    return result;
  };
  if (values.profile !== undefined) {
    console.log(`\n## Five of 1 000 rules can fire\n\n${await run<string>("profileFive")}\n\n## All fire\n\n${await run<string>("profileAll")}`);
    return;
  }
  console.log(machineLine(facts, effort));
  if (only.includes("decision")) for (const name of ["fiveFire", "allFire"]) console.log(decisionTable(await run<DecisionFigures>(name)));
  if (only.includes("growth")) {
    console.log(growthTable("|R|", await run<GrowthFigures>("services", ["--max-old-space-size=8192"]), 1.3));
    console.log(growthTable("|P|", await run<GrowthFigures>("rules"), 1.5));
  }
  if (only.includes("registry")) {
    console.log(registrationTable(await run<RegistrationFigures>("registration")));
    console.log(swapTable(await run<SwapFigures>("swap")));
    console.log(memoryLine(await run<{ readonly services: number; readonly perService: MemoryUse }>("memory")));
  }
  const loads = { before, after: load() };
  progress(`load before ${String(loads.before)}, after ${String(loads.after)}`);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ machine: facts, effort, load: loads, figures }, null, 1));
}
