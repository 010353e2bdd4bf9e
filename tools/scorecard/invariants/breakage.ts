import { catalogue } from "../../faults/catalogue/catalogue.ts";
import type { Twist } from "../../faults/fault.ts";
import type { Invariant } from "./invariant.ts";
import { unseenFaults, type UnseenFault } from "./unseen-breakages.ts";

/** A source edit, and the invariants that must be RED of a build with it: these and no others. */
export interface Breakage {
  readonly fault: UnseenFault & { readonly twist?: Twist };
  readonly breaks: readonly string[];
}

/** Every source edit that an invariant names: those of the fault catalogue, then those that no receipt shows. */
export function offeredBreakages(invariants: readonly Invariant[]): readonly Breakage[] {
  return [...catalogue, ...unseenFaults]
    .map((fault) => ({ fault, breaks: invariants.filter(({ catalogue: names }) => names.includes(fault.id)).map(({ id }) => id) }))
    .filter(({ breaks }) => breaks.length > 0);
}

/** @throws Error if no invariant names it; the message says where the names are */
export function breakageOf(name: string, invariants: readonly Invariant[]): Breakage {
  const found = offeredBreakages(invariants).find(({ fault }) => fault.id === name);
  if (found === undefined) throw new Error(`--broken: found ${name}, expected a name that \`npm run scorecard -- --broken list\` gives.`);
  return found;
}
