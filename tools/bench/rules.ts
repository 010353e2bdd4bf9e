/* eslint-disable @nx/enforce-module-boundaries -- the step has no public door, and a benchmark must not give it one */
/**
 * `npm run bench:rules [-- --runs 5 --iterations 2000]`: what step 2 takes alone, in microseconds: the view of the request, every
 * `when`, and every candidate against the rules that fire. Once with five rules that fire, once with all of them.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { parsePolicySet, RuleEngine, ruleRequest, type PolicySet, type Rule } from "@caio/rules";

import { effectiveLimits, limitsForRules } from "../../packages/orchestrator/src/effective-limits.ts";
import { findDomain, matchContracts } from "../../packages/orchestrator/src/steps/matching.ts";
import { applyRules } from "../../packages/orchestrator/src/steps/rules.ts";
import { benchWorld } from "./bench-world.ts";
import { overRuns, percentilesOf, type Percentiles } from "./percentiles.ts";

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
  console.log(row(rules, FIRING, guardedRules(rules)));
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

/** Each rule is for one permission, kind of action, tenant or media type; five of them are for the request's. */
function guardedRules(count: number): PolicySet {
  const base = parsePolicySet("{ caio_policy: 1, id: bench, currency: USD }", { file: "bench.yaml" });
  return { ...base, rules: Array.from({ length: count }, (_rule, index) => ruleAt(index)) };
}

function ruleAt(index: number): Rule {
  const rule = { id: `rule-${String(index).padStart(4, "0")}`, priority: 0, reason: "Benchmark.", when: whenAt(index) };
  if (index % 4 === 0) return { ...rule, effect: { kind: "require", condition: `service.latency_p95_us < ${String(1_000_000 + index)} && service.privacy.encryption` } };
  if (index % 4 === 1) return { ...rule, effect: { kind: "deny", condition: `service.privacy.regions.exists(r, r == "kind-${String(index)}")` } };
  if (index % 4 === 2) return { ...rule, effect: { kind: "prefer", condition: `service.version_major >= 1 && service.id != "x${String(index)}"`, amountMicros: 1_000 } };
  return { ...rule, effect: { kind: "require", condition: `service.access.required_trust_level < ${String(5 + (index % 5))}` } };
}

function whenAt(index: number): string {
  const word = index < FIRING ? "" : `-${String(index)}`;
  if (index % 4 === 0) return `"chat${word}" in request.principal.permissions`;
  if (index % 4 === 1) return `request.principal.tenant == "acme${word}" && request.principal.trust >= 2`;
  if (index % 4 === 2) return `has(request.data.media_type) && request.data.media_type == "text/plain${word}"`;
  return `request.action.kind == "read" && request.intent.categories.exists(c, c == "question${word}")`;
}
