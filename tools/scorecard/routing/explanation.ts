import type { Explanation, RoutingDecision } from "@caio/orchestrator";

import { judgement } from "../engine/check.ts";
import type { Fault } from "./system.ts";
import type { WorldCheck } from "./routed-world.ts";

/** INV-CAIO-TRACE-0001: route, model, control signal, limits and field state are in the words of every decision. */
export const saysWhy: WorldCheck = {
  name: "says-why",
  judge: ({ decision, system }) => {
    const missing = unsaid(decision, system.explain(decision));
    return judgement(missing.length === 0, () => `nothing is said of ${missing.join(", ")}`);
  },
  faults: {
    "hides-the-route": rewords((words) => ({ ...words, headline: words.headline.replace(/\((internal|external)\)/, "") })),
    "hides-the-model": rewords((words) => ({ ...words, headline: words.headline.replace(/\/\S+/, "") })),
    "hides-the-signal": rewords((words) => ({ ...words, control: [] })),
    "hides-the-limits": rewords((words) => ({ ...words, limits: words.limits.slice(1) })),
    "hides-the-fields": rewords((words) => ({ ...words, fields: [] })),
    "hides-a-rejection": rewords((words) => ({ ...words, rejected: words.rejected.slice(1) })),
  },
};

function rewords(change: (words: Explanation) => Explanation): Fault {
  return (system) => ({ ...system, explain: (decision) => change(system.explain(decision)) });
}

function unsaid(decision: RoutingDecision, words: Explanation): readonly string[] {
  const missing: string[] = [];
  const expect = (what: string, lines: readonly string[], ...parts: readonly string[]): void => {
    const text = lines.join("\n");
    if (!parts.every((part) => text.includes(part))) missing.push(what);
  };
  expect("the field state", words.fields, "energy", "conductivity");
  for (const verdict of decision.verdicts) {
    if (verdict.step === 0) continue;
    const { service, model, step, clause } = verdict;
    const line = words.rejected.filter((text) => text.startsWith(`${model === null ? service : `${service}/${model}`}: `));
    expect(`the fall of ${service}`, line, `step ${String(step)}`, clause);
  }
  if (decision.kind === "refused") {
    expect("the refusal", [words.headline], decision.code);
    return missing;
  }
  const { service, model, route } = decision.outcome.selected;
  expect("the model", [words.headline], model === null ? service : `${service}/${model}`);
  expect("the route", [words.headline], `(${route})`);
  expect("the score", words.why, "Score");
  expect("the control signal", words.control, decision.outcome.control.kind, "bound", "energy");
  expect("the limits", words.limits, "Budget", "Latency", "Traits");
  return missing;
}
