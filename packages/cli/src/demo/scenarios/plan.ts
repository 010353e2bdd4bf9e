import { join } from "node:path";

import { systemDoor } from "@caio/adapters/system";
import { toWire, type Guarantee } from "@caio/contracts";
import { guaranteeText, orchestratePlan, type PlanOrchestration } from "@caio/orchestrator";

import { loadPlan } from "../../load/documents.ts";
import { lineOf, type RequestLine } from "../request-line.ts";
import { Expectations, type Scenario } from "../scenario.ts";

/** Two steps that the caller fixed: a decision each, and one promise for both. */
export const plan: Scenario = {
  title: "A plan",
  announced: "identify, then remember: two decisions, and one promise composed of theirs",
  play: async (stage) => {
    const expectations = new Expectations();
    const file = join(stage.folder, "plans", "identify-and-remember.json");
    const document = await loadPlan(file);
    const result = await orchestratePlan(stage.orchestrator, document, await stage.principal(), {
      planKey: systemDoor.freshKey(),
      testKey: false,
      independent: stage.policies.base.independent,
      signal: stage.signal,
    });
    expectations.that(result.kind === "success" && result.steps.size === 2, `both steps succeed (found ${result.kind})`);
    expectations.that((result.promise?.guarantees.length ?? 0) > 0, "the plan has a composed promise");
    return { lines: linesOf(result), requests: result.steps.size, unmet: expectations.unmet };
  },
};

function linesOf({ steps, kind, promise }: PlanOrchestration): readonly RequestLine[] {
  const lines = [...steps].flatMap(([name, step]) => (step.kind === "skipped" ? [] : [lineOf(`step ${name}`, step)]));
  const cost = promise?.rows.costMicros ?? null;
  const whole: RequestLine = {
    request: "plan",
    outcome: kind,
    chosen: `seq(${[...steps.keys()].join(", ")})`,
    why: "composed by the algebra of guarantees",
    promised: [...(promise?.guarantees ?? []).filter(isSaid).map(words), ...(cost === null ? [] : [`cost at most ${String(cost / 1_000_000)}`])].join(", "),
    measured: kind === "success" ? "both answered" : "not complete",
  };
  return [...lines, whole];
}

function isSaid({ property, coveragePpm }: Guarantee): boolean {
  return property === "availability" || (property === "latency" && coveragePpm < 1_000_000);
}

function words(guarantee: Guarantee): string {
  return guaranteeText(toWire(guarantee));
}
