import { CaioError, MICRO } from "@caio/core";
import type { Guarantee, PropertyDefinition } from "@caio/contracts";

import type { Composition } from "./composition.ts";
import { Derivation, type DerivationStep } from "./derivation.ts";
import { independentGroups } from "./independence.ts";
import { ownGuarantees } from "./own-rows.ts";
import { rowsOfLeaf } from "./rows-of-leaf.ts";
import { rowsOfPair } from "./rows-of-pair.ts";
import { rowsOfRetry } from "./rows-of-retry.ts";
import { rowsWithin } from "./rows-within.ts";
import { ownProperties, type OwnProperty } from "./rows/own-property.ts";
import { rowOf as rowByName, type RowOf } from "./rows/property-row.ts";
import type { Rows } from "./rows/rows.ts";
import { sustained } from "./rows/throughput.ts";

/** Larger plans are refused, so that a hostile one costs no more than this. */
const MAX_NODES = 512;

/** What the operator and the caller add to the plan. */
export interface CompositionTerms {
  /** Sets of service ids that the policy declares mutually independent (`PolicySet.independent`). */
  readonly independent: readonly (readonly string[])[];
  /** Overall deadline of the plan, microseconds, if one is enforced beside the attempts' timeouts. */
  readonly deadlineUs?: number;
  /** Properties that are known (`extendCatalogue`): those with an algebra of their own are composed by it. Default: the common ones. */
  readonly catalogue?: readonly PropertyDefinition[];
  /** Which row a property is composed by. Default: that of the catalogue. */
  readonly rowOf?: RowOf;
}

/** What a plan promises, and how each row follows. */
export interface ComposedPromise {
  readonly rows: Rows;
  /** The statistical part as guarantees, in the order latency, availability, accuracy, errors, throughput, determinism, and then properties with an algebra of their own. */
  readonly guarantees: readonly Guarantee[];
  readonly derivation: readonly DerivationStep[];
}

/**
 * The promise of a plan from the promises of its attempts (calculus §7): sound under any dependence between them; products
 * only where the policy declares independence. Integers throughout, lower bounds rounded down, upper ones up.
 *
 * @throws CaioError `InvalidPlan` for a plan over 512 nodes or an attempt without a timeout; `NumberOutOfRange` if a sum
 * passes 2^53 − 1.
 *
 * @example
 * ```ts
 * import { composeGuarantees, seq, type Leaf } from "@caio/guarantees";
 *
 * declare const hear: Leaf; // promises latency ≤ 300 ms at 99 %
 * declare const answer: Leaf; // promises latency ≤ 900 ms at 99 %
 *
 * const plan = composeGuarantees(seq(hear, answer), { independent: [] });
 * plan.guarantees; // latency ≤ 1.2 s at 98 %, …
 * ```
 */
export function composeGuarantees(tree: Composition, terms: CompositionTerms): ComposedPromise {
  requireSize(tree);
  const proof = new Derivation();
  const { catalogue, independent } = terms;
  const own = ownProperties(catalogue);
  const rows = rowsOf(tree, { independent, own, rowOf: terms.rowOf ?? ((property) => rowByName(property, catalogue)) }, "plan", proof);
  const bounded = terms.deadlineUs === undefined ? rows : rowsWithin(rows, requireDeadline(terms.deadlineUs), proof);
  return { rows: bounded, guarantees: [...guaranteesOf(bounded), ...ownGuarantees(bounded.own, own)], derivation: proof.steps() };
}

/** What the rows of every part are made under. */
interface RowTerms extends Pick<CompositionTerms, "independent"> {
  readonly rowOf: RowOf;
  readonly own: readonly OwnProperty[];
}

function rowsOf(tree: Composition, terms: RowTerms, node: string, proof: Derivation): Rows {
  const { own } = terms;
  if (tree.kind === "leaf") return rowsOfLeaf(tree, terms, node, proof);
  if (tree.kind === "retry") return rowsOfRetry(tree, rowsOf(tree.child, terms, `${node}.0`, proof), own, { node, proof });
  const first = rowsOf(tree.first, terms, `${node}.0`, proof);
  const second = rowsOf(tree.second, terms, `${node}.1`, proof);
  const independent = independentGroups(first.services, second.services, terms.independent);
  return rowsOfPair({ kind: tree.kind, first, second, independent, own }, node, proof);
}

function guaranteesOf(rows: Rows): Guarantee[] {
  const sure = (property: string, bound: Guarantee["bound"]): Guarantee => ({ property, coveragePpm: MICRO, bound });
  const accuracies = Object.entries(rows.accuracy).sort(byName);
  const throughputs = Object.entries(rows.throughput).sort(byName);
  return [
    ...rows.latency.bounds.map(({ boundUs, coveragePpm }) => ({ property: "latency", coveragePpm, bound: { maxUs: boundUs } })),
    ...(rows.availabilityMicros > 0 ? [sure("availability", { minMicros: rows.availabilityMicros })] : []),
    ...accuracies.map(([property, { micros }]) => sure(property, { minMicros: micros })),
    ...(rows.undetectedError.micros < MICRO
      ? [sure("undetected_error", { maxMicros: rows.undetectedError.micros })]
      : []),
    ...(rows.detectedErrorMicros < MICRO ? [sure("detected_error", { maxMicros: rows.detectedErrorMicros })] : []),
    ...throughputs.map(([property, throughput]) => ({
      property,
      coveragePpm: MICRO - throughput.tailPpm,
      bound: { minMicros: sustained(throughput) },
    })),
    ...(rows.deterministic ? [sure("deterministic_output", { minMicros: MICRO })] : []),
  ];
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function requireSize(tree: Composition): void {
  const waiting: Composition[] = [tree];
  for (let nodes = 1; waiting.length > 0; nodes++) {
    if (nodes > MAX_NODES) throw refusePlan(`more than ${String(MAX_NODES)} parts`, `at most ${String(MAX_NODES)}: split the plan`);
    const node = waiting.pop();
    if (node === undefined || node.kind === "leaf") continue;
    waiting.push(...(node.kind === "retry" ? [node.child] : [node.first, node.second]));
  }
}

function requireDeadline(deadlineUs: number): number {
  if (Number.isSafeInteger(deadlineUs) && deadlineUs > 0) return deadlineUs;
  throw refusePlan(`a deadline of ${String(deadlineUs)}`, "microseconds above 0");
}

function refusePlan(found: string, expected: string): CaioError<"InvalidPlan"> {
  return new CaioError("InvalidPlan", `The plan has ${found}, expected ${expected}.`, { details: { found, expected } });
}
