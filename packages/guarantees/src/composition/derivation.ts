import type { JsonValue } from "@caio/core";
import { toWire } from "@caio/contracts";

/**
 * One line of the proof that a composed promise follows: at this node of the plan, this row came from these operands by
 * this rule. All values are JSON in wire form, so that a certificate can hold them and a checker redo them.
 */
export interface DerivationStep {
  /** `plan`, then `.0` or `.1` for the first or second child: `plan.0.1`. */
  readonly node: string;
  readonly row: string;
  readonly rule: string;
  readonly operands: JsonValue;
  readonly result: JsonValue;
}

/** Writes down the steps of a derivation, children before parents. */
export class Derivation {
  readonly #steps: DerivationStep[] = [];

  /** Notes a step and returns its result. */
  note<T>(node: string, row: string, rule: string, operands: unknown, result: T): T {
    this.#steps.push({ node, row, rule, operands: toWire(operands), result: toWire(result) });
    return result;
  }

  /** All steps so far. */
  steps(): readonly DerivationStep[] {
    return [...this.#steps];
  }
}
