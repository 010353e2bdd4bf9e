import type { Plan, RequestDocument } from "@caio/contracts";
import { CaioError, type JsonValue } from "@caio/core";

/** The steps that a payload takes something of (`resolvePayload`), in the order in which they stand. */
export function referencedSteps(payload: JsonValue | undefined): readonly string[] {
  if (typeof payload !== "object" || payload === null) return [];
  const from = Array.isArray(payload) ? undefined : (payload as Readonly<Record<string, JsonValue>>)["$from"];
  return typeof from === "string" ? [from] : Object.values(payload).flatMap((member: JsonValue) => referencedSteps(member));
}

/**
 * Requires that every step takes values of such steps alone as have answered when its turn comes: those before it in a seq. Else steps would be paid for
 * and the plan fail nevertheless.
 *
 * @throws CaioError `InvalidPlan` that names the step
 */
export function requireReferences(file: string, plan: Plan, steps: Readonly<Record<string, RequestDocument>>): void {
  answeredAfter(plan, new Set(), (name, answered) => {
    const wrong = referencedSteps(steps[name]?.data.payload).find((step) => !answered.has(step));
    if (wrong === undefined) return;
    const [place, expected] = [`steps.${name}`, "references to steps that come before it in a seq"];
    throw new CaioError("InvalidPlan", `${file}: at ${place}: found a reference to ${JSON.stringify(wrong.slice(0, 64))}, expected ${expected}.`, { details: { file, place, expected } });
  });
}

/** Which steps have answered when this part has; each step is shown those that have when its turn comes. */
function answeredAfter(plan: Plan, before: ReadonlySet<string>, visit: (name: string, answered: ReadonlySet<string>) => void): ReadonlySet<string> {
  if (typeof plan === "string") {
    visit(plan, before);
    return new Set([...before, plan]);
  }
  if ("seq" in plan) return plan.seq.reduce((answered, part) => answeredAfter(part, answered, visit), before);
  return new Set(plan.par.flatMap((part) => [...answeredAfter(part, before, visit)]));
}
