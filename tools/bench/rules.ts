/* eslint-disable @nx/enforce-module-boundaries -- the step has no public door, and a benchmark must not give it one */
/**
 * `npm run bench:rules [-- --runs 5 --iterations 2000]`: what step 2 takes alone, in microseconds: the view of the request, every
 * `when`, and every candidate against the rules that fire. Once with five rules that fire, once with all of them.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { RuleEngine, ruleRequest, type PolicySet } from "@caio/rules";

import { effectiveLimits, limitsForRules } from "../../packages/orchestrator/src/effective-limits.ts";
import { findDomain, matchContracts } from "../../packages/orchestrator/src/steps/matching.ts";
import { applyRules } from "../../packages/orchestrator/src/steps/rules.ts";
import { benchWorld } from "./bench-world.ts";
import { overRuns, percentilesOf, type Percentiles } from "./percentiles.ts";
import { guardedPolicy } from "./world/bench-policy.ts";

const { values } = parseArgs({
  options: {
    candidates: { type: "string", default: "20" },
    runs: { type: "string", default: "5" },
    iterations: { type: "string", default: "2000" },
  },
});
const FIRING = 5;
const CANDIDATES = Number(values.candidates);

const load = loadavg().map((value) => value.toFixed(1)).join(" ");
console.log(`${values.candidates} candidates; ${values.runs} runs of ${values.iterations}; µs; load ${load}\n\n| rules | fire | p50 | p99 |\n|---|---|---|---|`);
for (const rules of [10, 100, 1000]) {
  console.log(row(rules, FIRING, guardedPolicy(rules, FIRING)));
  console.log(row(rules, rules, undefined));
}

/** @param policy - undefined: that of the world, whose rules all fire */
function row(rules: number, firing: number, policy: PolicySet | undefined): string {
  const { request, inputs } = benchWorld({ services: 60 + CANDIDATES * 8, rules, candidates: CANDIDATES });
  const { set, engine } = policy === undefined ? inputs.policy.snapshot.effective([]) : { set: policy, engine: new RuleEngine(policy) };
  const limits = limitsForRules(effectiveLimits(request.document.limits, set));
  const { standing } = matchContracts(findDomain(request, inputs.registry.view, inputs.history.snapshot).pairs, request);
  const step = (): number => {
    const requestRules = engine.evaluateRequest(ruleRequest(request, limits));
    const { standing: admitted } = applyRules(standing, engine, requestRules);
    if (requestRules.failed.length > 0) throw new Error("No rule of a benchmark may fail.");
    return admitted.length === CANDIDATES ? requestRules.fired.length : 0;
  };
  const fired = step();
  if (fired !== firing) throw new Error(`${String(fired)} rules fired, ${String(firing)} should.`);
  for (let warmup = 0; warmup < 1000; warmup++) step();
  const runs: Percentiles[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const samples: number[] = [];
    for (let iteration = 0; iteration < Number(values.iterations); iteration++) {
      const before = performance.now();
      step();
      samples.push((performance.now() - before) * 1000);
    }
    runs.push(percentilesOf(samples));
  }
  return `| ${String(rules)} | ${String(firing)} | ${overRuns(runs.map(({ p50 }) => p50))} | ${overRuns(runs.map(({ p99 }) => p99))} |`;
}
