import type { Candidate } from "@caio/contracts";

import { decimal, nameOf, type Explainable } from "../explanation.ts";
import type { Counterfactual, Counterfactuals, Obstacle } from "./nearest-counterfactual.ts";
import type { SingleChange } from "./single-change.ts";

/** So many are said in words. */
const SHOWN = 8;

/** What would have changed a decision, nearest first, and what alone kept each pair out. */
export function alternativeLines({ flips, obstacles, tried, chosen }: Counterfactuals, decision: Explainable): readonly string[] {
  const [nearest, ...others] = flips;
  const what = chosen === null ? "let a service be chosen" : "changed the choice";
  return [
    ...lotLines(decision, chosen),
    nearest === undefined
      ? `No single requirement, limit, rule or weight would have ${what} (${String(tried)} tried).`
      : `Nearest: ${flipLine(nearest)}`,
    ...others.slice(0, SHOWN - 1).map((flip) => `Also: ${flipLine(flip)}`),
    ...(flips.length > SHOWN ? [`And ${String(flips.length - SHOWN)} more.`] : []),
    ...obstacles.map(obstacleLine),
  ];
}

/** Says so where the lot of exploration gave the choice, and not the order of the scores, against which changes are measured. */
export function lotLines(decision: Explainable, first: Candidate | null | undefined): readonly string[] {
  if (decision.kind === "refused" || first === null || first === undefined) return [];
  const { selected } = decision.outcome;
  if (selected.service === first.service && selected.model === first.model) return [];
  return [`The lot of exploration: without it ${nameOf(first)} would have been chosen, and changes are measured against that.`];
}

/** Which demand alone kept a pair out. */
export function obstacleLine(obstacle: Obstacle): string {
  const { demands } = obstacle;
  if (demands.length === 0) return `${nameOf(obstacle)}: no single requirement, limit or rule kept it out; leaving out any one does not let it in.`;
  return `${nameOf(obstacle)}: kept out by ${demands.map(({ words }) => words).join(", or alone by ")} alone.`;
}

/** A change in words. */
export function changeText(change: SingleChange): string {
  return change.kind === "weight" ? `the weight ${change.name} at ${decimal(change.to)} instead of ${decimal(change.from)}` : `without ${change.words}`;
}

function flipLine({ change, chosen, sharePpm }: Counterfactual): string {
  const share = change.kind === "weight" ? ` (a change of ${decimal(sharePpm)} of all weights)` : "";
  return `${changeText(change)}${share}: ${chosen === null ? "nobody would be chosen" : `${nameOf(chosen)} would be chosen`}.`;
}
