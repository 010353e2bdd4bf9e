import { parseArgs } from "node:util";

import { caioPlan, choosePlan, type DecisionInputs, type PlanDocument, type PlanProblem } from "@caio/orchestrator";

import { percentilesOf, type Percentiles } from "../bench/percentiles.ts";
import { Dice } from "./dice.ts";
import { decidedPlan, planDocument, planInputs, type PlanShape } from "./plan-world.ts";

const { values } = parseArgs({
  options: { worlds: { type: "string", default: "60" }, seed: { type: "string", default: "1" }, steps: { type: "string", default: "8" }, candidates: { type: "string", default: "20" }, json: { type: "boolean", default: false } },
});
const names = Array.from({ length: Number(values.steps) }, (_, step) => `s${String(step)}`);
const half = Math.ceil(names.length / 2);
const plans: Readonly<Record<string, PlanDocument["plan"]>> = {
  seq: { seq: names },
  par: { par: names },
  mixed: { seq: [names[0] ?? "s0", { par: [{ seq: names.slice(1, half) }, { seq: names.slice(half, -1) }] }, names.at(-1) ?? "s0"] },
};
const limits: readonly PlanShape["limits"][] = [["budget"], ["budget", "latency"], ["budget", "latency", "availability", "accuracy"]];

interface Row {
  readonly plan: string;
  readonly limits: string;
  /** Choosing alone, milliseconds of the processor: other programs do not count. */
  readonly choice: Percentiles;
  /** With the decisions of all steps and all certificates, milliseconds. */
  readonly whole: Percentiles;
  readonly nodes: Percentiles;
  readonly optimal: number;
  readonly feasible: number;
  readonly refused: number;
  /** The largest of the feasible, pico. */
  readonly gap: number;
}

const contracts: readonly DecisionInputs[] = [1, 2, 3].map((seed) => planInputs({ steps: names.length, candidates: Number(values.candidates) }, new Dice(seed)));
const rows: Row[] = [];
for (const [plan, tree] of Object.entries(plans)) for (const asked of limits) rows.push(await measured(plan, tree, asked));
if (values.json) console.log(JSON.stringify(rows));
else {
  console.table(
    rows.map(({ plan, limits: asked, choice, whole, nodes, optimal, feasible, refused, gap }) => ({
      plan,
      limits: asked,
      "choice p50 ms": choice.p50.toFixed(1),
      "p99 ms": choice.p99.toFixed(1),
      "whole p50 ms": whole.p50.toFixed(1),
      "whole p99 ms": whole.p99.toFixed(1),
      "nodes p50": nodes.p50,
      "nodes p99": nodes.p99,
      optimal,
      feasible,
      refused,
      "largest gap": (gap / 1e12).toFixed(4),
    })),
  );
}

async function measured(plan: string, tree: PlanDocument["plan"], asked: PlanShape["limits"]): Promise<Row> {
  const [choice, whole, nodes]: [number[], number[], number[]] = [[], [], []];
  let [optimal, feasible, refused, gap] = [0, 0, 0, 0];
  for (let at = 0; at < Number(values.worlds); at++) {
    const dice = new Dice(Number(values.seed) + at);
    const shape = { plan: tree, steps: names.length, candidates: Number(values.candidates), limits: asked, ease: dice.integer(5, 95) };
    const { request, inputs, decision } = await decidedPlan({ document: planDocument(shape, dice), inputs: contracts[at % contracts.length] ?? planInputs(shape, dice) }, `bench ${String(at)}`);
    const before = cpuMs();
    const { outcome, certificate } = caioPlan(request, inputs);
    whole.push(cpuMs() - before);
    const problem: PlanProblem = { tree: certificate.tree, limits: certificate.limits, steps: decision.certificate.steps.map(({ offers, decisionId }) => ({ offers, ties: offers.map((_, place) => `${decisionId}${String(place)}`) })) };
    const start = cpuMs();
    choosePlan(problem);
    choice.push(cpuMs() - start);
    if (outcome.kind === "refused") refused += 1;
    else if (outcome.claim === "optimal") optimal += 1;
    else [feasible, gap] = [feasible + 1, Math.max(gap, outcome.gap)];
    nodes.push(outcome.proof?.tree?.length ?? (outcome.kind === "chosen" ? 10_000 : 0));
  }
  return { plan, limits: asked.join(" "), choice: percentilesOf(choice), whole: percentilesOf(whole), nodes: percentilesOf(nodes), optimal, feasible, refused, gap };
}

/** Of this process, as it is: on a machine that others use, wall time is theirs as well. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
