import { caioPlan, createPlanBundle, readPlanLog, type PlanDecision } from "@caio/orchestrator";

import type { PlanWorld } from "../load/decide-plan.ts";
import { inputsInLog } from "./decide-in-log.ts";
import { openDecisionLog, requireTogether, writeBundle, type ProofOptions } from "./prove-decision.ts";

/** A plan, and what a person should know of what was written. */
export interface ProvedPlan {
  readonly decision: PlanDecision;
  readonly notes: readonly string[];
}

/** As `proveDecision`, of a plan: its steps' decisions and the plan in a log, and their bundle. @throws CaioError as `proveDecision` and `caioPlan` */
export async function provePlan({ request, inputs: given }: PlanWorld, options: Omit<ProofOptions, "world">): Promise<ProvedPlan> {
  requireTogether(options);
  const { bundle, log } = options;
  if (bundle === undefined && log === undefined) return { decision: caioPlan(request, given), notes: [] };
  const { key, note, decisions } = await openDecisionLog(options);
  try {
    const inputs = await inputsInLog(given, decisions);
    const decision = caioPlan(request, inputs);
    const { traces } = decisions;
    const steps = await Promise.all(decision.steps.map((step) => traces.appendDecision(request.tenant, step.trace)));
    const { logIndex } = await traces.appendDecision(request.tenant, decision.trace);
    const checkpoint = await decisions.publish(request.now);
    const place = { planIndex: logIndex, stepIndices: steps.map((step) => step.logIndex), inputs: decision.certificate.inputs, checkpoint };
    const disclose = { more: options.disclose ?? [], withhold: options.withhold ?? [] };
    const text = createPlanBundle({ request, inputs, decision, log: await readPlanLog(traces, place), disclose }, key);
    const written = await writeBundle(bundle, text, decisions);
    const logged = log === undefined ? [] : [`Logged at index ${String(logIndex)} of ${log}.`];
    return { decision, notes: [...logged, ...written, ...(note === undefined ? [] : [note])] };
  } finally {
    await decisions.close();
  }
}
