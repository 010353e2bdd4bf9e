import type { Invariant } from "./invariant.ts";
import type { Property } from "./property.ts";

/** A fault may show in one world of a thousand: it is looked for at least this far. */
const FAULT_CASES = 3_000;

/** One line of the scorecard. */
export interface Score {
  readonly invariant: string;
  readonly status: "GREEN" | "RED";
  readonly check: string;
  readonly cases: number;
  readonly seed: number;
  /** Faults that turned it RED, and all that were built in. */
  readonly faults: { readonly caught: readonly string[]; readonly injected: readonly string[] };
  readonly ms: number;
  /** Why it is RED. */
  readonly reasons: readonly string[];
}

/** How far a scorecard goes, and what it measures time with. */
export interface ScoreTerms {
  readonly seed: number;
  readonly cases: number;
  /** Milliseconds. */
  readonly clock: () => number;
}

/**
 * Runs an invariant's property on the system as it is, then with every fault. GREEN: it holds for a case at least, and every
 * fault makes it fail. A check that nothing makes fail is RED: it says nothing.
 */
export async function scoreInvariant(invariant: Invariant, property: Property | undefined, terms: ScoreTerms): Promise<Score> {
  const { seed, cases, clock } = terms;
  const started = clock();
  const reasons: string[] = [];
  const caught: string[] = [];
  let held = 0;
  if (property === undefined) {
    reasons.push(`no property is called ${invariant.check}`);
  } else {
    const finding = await property.run({ seed, cases });
    held = finding.cases;
    if (finding.violation !== undefined) reasons.push(finding.violation);
    else if (held === 0) reasons.push("no case said anything of it");
    for (const fault of invariant.faults) {
      const broken = property.faults.includes(fault) ? await property.run({ seed, cases: Math.max(cases, FAULT_CASES), fault }) : undefined;
      if (broken === undefined) reasons.push(`the property knows no fault ${fault}`);
      else if (broken.violation === undefined) reasons.push(`the fault ${fault} was not found`);
      else caught.push(fault);
    }
    const unlisted = property.faults.filter((fault) => !invariant.faults.includes(fault));
    if (unlisted.length > 0) reasons.push(`faults that the file does not name: ${unlisted.join(", ")}`);
  }
  if (invariant.faults.length === 0) reasons.push("no fault can make it fail");
  return {
    invariant: invariant.id,
    status: reasons.length === 0 ? "GREEN" : "RED",
    check: invariant.check,
    cases: held,
    seed,
    faults: { caught, injected: invariant.faults },
    ms: Math.round(clock() - started),
    reasons,
  };
}
