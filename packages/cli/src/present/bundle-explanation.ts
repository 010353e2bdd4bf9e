import { changeText, lotLines, nameOf, obstacleLine, type BundleExplanation } from "@caio/orchestrator";

/** What would have changed the decision of a bundle, as far as a bundle can tell, and what it cannot. */
export function bundleAlternativeLines({ decision, weightFlips, obstacles, unreadPolicies }: BundleExplanation): readonly string[] {
  const flips = [...weightFlips].sort((a, b) => distance(a.change) - distance(b.change));
  const weights = flips.map(({ change, winner }, at) => `${at === 0 ? "Nearest weight" : "Also"}: ${changeText(change)}: ${nameOf(winner)} would come first.`);
  return [
    ...(decision.kind === "chosen" ? lotLines(decision, decision.outcome.models[0]) : []),
    ...(decision.kind === "chosen" && flips.length === 0 ? ["No single weight puts another pair first."] : weights),
    ...(obstacles ?? []).map(obstacleLine),
    ...(obstacles === undefined ? [untoldLine(unreadPolicies)] : []),
    decision.kind === "chosen"
      ? "A bundle does not tell whether a pair that was kept out would have won: the fields of the request are not in it. --world FILE tells."
      : "A bundle does not tell who among several would have been chosen: the fields of the request are not in it. --world FILE tells.",
  ];
}

function untoldLine(unreadPolicies: readonly string[]): string {
  if (unreadPolicies.length === 0) return "What alone kept a pair out, this bundle does not tell: it withholds paths that verdicts depend on.";
  return `What leaving out a rule would change could not be computed: policy ${unreadPolicies.join(", ")} has a condition that this program does not load.`;
}

function distance({ from, to }: { readonly from: number; readonly to: number }): number {
  return Math.abs(to - from);
}
